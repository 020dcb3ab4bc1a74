"""Which hardware is chosen, and what is said when it is not there."""

import pytest
import torch

from gan_lab.assembly.trainers import (
    choose_accelerator,
    choose_devices,
    choose_precision,
    choose_profiler,
)
from gan_lab.errors import ConfigError
from gan_lab.runs.directory import RunDirectory
from gan_lab.training.unprofiled import Unprofiled


@pytest.fixture
def gpus(monkeypatch):
    """Return a function that sets how many CUDA GPUs torch sees."""

    def see(n):
        monkeypatch.setattr(torch.cuda, "is_available", lambda: n > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: n)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)

    return see


@pytest.mark.parametrize(
    ("n", "asked", "chosen"),
    [(0, "auto", "cpu"), (2, "auto", "cuda"), (2, "gpu", "cuda"), (2, "cpu", "cpu")],
)
def test_auto_takes_a_gpu_where_there_is_one(gpus, n, asked, chosen):
    gpus(n)

    assert choose_accelerator(asked) == chosen


@pytest.mark.parametrize("asked", ["gpu", "cuda", "mps"])
def test_a_gpu_that_is_not_there_is_refused(gpus, asked):
    gpus(0)

    with pytest.raises(ConfigError, match=f"trainer.accelerator={asked}, but"):
        choose_accelerator(asked)


@pytest.mark.parametrize(
    ("n", "accelerator", "asked", "chosen"),
    [
        (0, "cpu", "auto", 1),
        (0, "cpu", 3, 3),
        (4, "cuda", "auto", 4),
        (4, "cuda", -1, 4),
        (4, "cuda", 2, 2),
        (4, "cuda", [1, 3], [1, 3]),
    ],
)
def test_devices_are_a_number_or_a_list_or_all(gpus, n, accelerator, asked, chosen):
    gpus(n)

    assert choose_devices(asked, accelerator) == chosen


@pytest.mark.parametrize(
    ("n", "accelerator", "asked", "message"),
    [
        (1, "cuda", 8, "trainer.devices=8, but this machine has 1 visible GPU. "),
        (2, "cuda", [0, 2], "this machine has 2 visible GPUs"),
        (0, "cpu", 0, "trainer.devices=0 must be a number from 1 on"),
        (0, "cpu", "two", "trainer.devices=two must be"),
        (0, "cpu", [0, 1], "must be a number"),
        (0, "cpu", True, "must be a number"),
        (2, "cuda", [], "must be a number"),
    ],
)
def test_devices_that_are_not_there_are_refused(gpus, n, accelerator, asked, message):
    gpus(n)

    with pytest.raises(ConfigError, match=message.replace(".", r"\.").replace("[", r"\[")):
        choose_devices(asked, accelerator)


@pytest.mark.parametrize(
    ("known", "chosen"),
    [
        ({"amx_bf16": True}, "bf16-mixed"),
        ({"avx512_bf16": True, "cpu_name": "AMD EPYC"}, "bf16-mixed"),
        ({"avx512_bf16": True, "cpu_name": "Intel Xeon"}, "32-true"),
        ({"avx512_f": True, "cpu_name": "AMD EPYC"}, "32-true"),
        ({}, "32-true"),
    ],
)
def test_a_processor_computes_in_bfloat16_where_that_is_faster(monkeypatch, known, chosen):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: known, raising=False)

    assert choose_precision("auto", "cpu") == chosen


@pytest.mark.parametrize(
    ("capability", "chosen"),
    [((7, 5), "32-true"), ((8, 0), "bf16-mixed"), ((9, 0), "bf16-mixed"), ((10, 0), "bf16-mixed")],
)
def test_a_gpu_computes_in_bfloat16_from_capability_8_on(monkeypatch, capability, chosen):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: capability)

    assert choose_precision("auto", "cuda") == chosen


def test_networks_that_gain_nothing_by_it_compute_in_float32(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: (9, 0))

    assert choose_precision("auto", "cuda", gains_by_bfloat16=False) == "32-true"
    assert choose_precision("bf16-mixed", "cuda", gains_by_bfloat16=False) == "bf16-mixed"


def test_a_precision_that_is_asked_for_is_taken():
    assert choose_precision("32-true", "cpu") == "32-true"
    assert choose_precision("bf16-mixed", "mps") == "bf16-mixed"
    assert choose_precision("auto", "mps") == "32-true"


def test_nothing_is_profiled_unless_asked_for(tmp_path):
    directory = RunDirectory(tmp_path)

    assert isinstance(choose_profiler(None, directory), Unprofiled)
    assert not isinstance(choose_profiler("simple", directory), Unprofiled)
