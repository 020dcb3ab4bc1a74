"""The command line in processes of its own, as a user runs it."""

import json
import os
import resource
import shlex
import signal
import socket
import subprocess
import sys

import pytest
import torch

from gan_lab.runs.metrics_file import read_metrics
from tests.documents import all_commands
from tests.end_to_end.conftest import without_first_use
from tests.processes import finish, start, wait_for_row

DIGITS = ["data=digits", "model.width=4", "trainer=cpu"]


def summary_of(directory):
    return json.loads((directory / "summary.json").read_text())


def state_of(directory):
    return torch.load(directory / "checkpoints" / "last.ckpt", weights_only=True)


@pytest.mark.slow
def test_the_example_of_two_devices_works_as_typed(tmp_path):
    options = ["model=dcgan", "loss=lsgan", "trainer.devices=2", "debug=fast", "data=digits"]

    status, out, err = finish(start(*options, "hydra.run.dir=run", cwd=tmp_path))

    expected = "processes" if not torch.cuda.is_available() else "name"
    assert status == 0, err
    assert summary_of(tmp_path / "run")["hardware"]["processes"] == 2
    assert expected in summary_of(tmp_path / "run")["hardware"]
    assert out.count("Run directory:") == 1
    assert without_first_use(err) == []


@pytest.mark.slow
def test_two_machines_started_by_torchrun_train_one_gan_into_one_directory(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (readme,) = (command for command in all_commands() if command.startswith("torchrun"))
    readme = readme.replace("FIRST_MACHINE", "127.0.0.1").replace("29500", str(port))
    _, *words = shlex.split(readme.replace("=4", "=1"))
    options = ["debug=fast", *DIGITS, "evaluation=none"]

    machines = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "torch.distributed.run"),
                *(word.replace("RANK", str(rank)) for word in words),
                *options,
            ],
            cwd=tmp_path,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]

    (first, out, err), (second, silence, other_err) = map(finish, machines)
    (directory,) = (tmp_path / "outputs").glob("*/*")
    assert (first, second) == (0, 0), err + other_err
    assert summary_of(directory)["status"] == "finished"
    assert summary_of(directory)["hardware"]["processes"] == 2
    assert out.count("Run directory:") == 1
    assert silence == ""


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "sigterm"]
)
def test_a_signal_stops_a_run_with_everything_saved_and_it_continues_exactly(
    run, tmp_path, number, status
):
    options = [*DIGITS, "evaluation=none", "log_every=5", "checkpoint_every=100000"]
    options += ["ema.generator.decay=0.9", "batch_size=8"]
    process = start(*options, "iterations=100000", "hydra.run.dir=stopped", cwd=tmp_path)
    wait_for_row(process, tmp_path / "stopped" / "metrics.csv")

    process.send_signal(number)

    ended, out, err = finish(process)
    done = summary_of(tmp_path / "stopped")["iterations"]
    assert ended == status, err
    assert summary_of(tmp_path / "stopped")["status"] == "interrupted"
    assert "ckpt=" in out
    assert "Traceback" not in err
    assert state_of(tmp_path / "stopped")["clock"]["iteration"] == done > 0

    goal = done + 7
    assert run("ckpt=stopped/checkpoints/last.ckpt", f"iterations={goal}").status == 0
    assert run(*options, f"iterations={goal}", directory=tmp_path / "whole").status == 0
    stopped, uninterrupted = state_of(tmp_path / "stopped"), state_of(tmp_path / "whole")
    for key, value in uninterrupted["state_dict"].items():
        assert torch.equal(value, stopped["state_dict"][key]), key
    for one, other in zip(
        read_metrics(tmp_path / "stopped" / "metrics.csv"),
        read_metrics(tmp_path / "whole" / "metrics.csv"),
        strict=True,
    ):
        for name in set(one) - {"seconds", "images_per_second", "sampling_seconds"}:
            assert one[name] == other[name], name


@pytest.mark.slow
def test_two_runs_of_the_same_second_do_not_share_a_directory(tmp_path):
    words = [*DIGITS, "evaluation=none", "iterations=2"]
    both = [start(*words, cwd=tmp_path) for _ in range(2)]

    ended = [finish(process) for process in both]

    finished = list(tmp_path.glob("outputs/*/*/summary.json"))
    refused = [err for _, _, err in ended if "is in use by another process" in err]
    assert len(finished) + len(refused) == 2


def test_a_full_disk_ends_in_one_message(run):
    """Stands in for the disk: the operating system's limit on the size of a file."""
    options = ["data=digits", "model.width=16", "trainer=cpu", "iterations=2", "evaluation=none"]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    try:
        with pytest.warns(UserWarning, match=r"report\.html could not be written"):
            outcome = run(*options)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert outcome.status == 1
    assert "cannot be written to any more (File too large)" in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["--help", "model=mlp"]])
def test_help_names_the_choices_without_importing_torch(words, tmp_path):
    code = (
        f"import sys; sys.argv = ['gan_lab', *{words}]\n"
        "from gan_lab.__main__ import main\n"
        "try: main()\n"
        "finally: assert 'torch' not in sys.modules\n"
        "assert len(sys.argv) > 2 or 'hydra' not in sys.modules\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert all(word in done.stdout for word in ("lsgan", "dcgan", "cifar10", "iterations"))


def test_an_experiment_does_not_turn_evaluations_on_again(run):
    outcome = run(
        "experiment=cyclegan_emoji", "evaluation=none", "--cfg", "job", "--package", "evaluation"
    )

    assert outcome.status == 0, outcome.err
    assert "every: null" in outcome.out
