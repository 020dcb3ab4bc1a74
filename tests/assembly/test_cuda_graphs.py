"""When iterations are replayed as CUDA graphs, and what is said when they cannot be."""

from functools import partial
from types import SimpleNamespace

import pytest
import torch
from torch.optim import SGD

from gan_lab.assembly.cuda_graphs import choose_replay, obstacle_to_replay
from gan_lab.errors import ConfigError
from gan_lab.schedules import Course
from gan_lab.training.half_precision import HalfPrecision
from tests.training.conftest import recipe, tiny_gan

FALLING = Course("linear", 0.9, 0.1, length=10, clock="iterations")


def trainer(device="cuda", world_size=1, precision_plugin=None):
    """Return what is asked of a Trainer; a real one for GPUs needs a GPU."""
    return SimpleNamespace(
        strategy=SimpleNamespace(root_device=torch.device(device)),
        world_size=world_size,
        precision_plugin=precision_plugin,
    )


def by_sgd(**options):
    """Return how a GAN of two such optimizers is trained."""
    courses = options.pop("courses", {})
    return recipe(optimizer=partial(SGD, lr=0.1, momentum=0.5, **options), courses=courses)


def test_on_the_cpu_nothing_is_replayed_and_nothing_is_said():
    module = tiny_gan()

    assert choose_replay("auto", module, trainer("cpu")) is None
    assert module.replay is None


def test_who_insists_on_a_graph_on_the_cpu_is_told_why_there_is_none():
    with pytest.raises(ConfigError, match=r"performance.cuda_graph=true .* the run is on cpu"):
        choose_replay(True, tiny_gan(), trainer("cpu"))


def test_on_one_gpu_iterations_are_replayed_unless_refused():
    wanted, refused = tiny_gan(), tiny_gan()

    assert choose_replay("auto", wanted, trainer()) is None
    assert choose_replay(False, refused, trainer()) is None
    assert wanted.replay is not None
    assert refused.replay is None


@pytest.mark.parametrize(
    ("trained_by", "hardware", "reason"),
    [
        (recipe(), {"world_size": 2}, "several devices"),
        (recipe(), {"precision_plugin": HalfPrecision("cpu", 2)}, "16-mixed"),
        (by_sgd(fused=True, courses={"momentum": FALLING}), {}, "optimizer.generator.momentum"),
        (by_sgd(), {}, r"SGD works only if optimizer.*fused=true"),
    ],
)
def test_each_obstacle_is_named(trained_by, hardware, reason):
    module = tiny_gan(recipe=trained_by)

    said = choose_replay("auto", module, trainer(**hardware))

    assert module.replay is None
    assert said.startswith("No CUDA graph: ")
    with pytest.raises(ConfigError, match=reason):
        choose_replay(True, module, trainer(**hardware))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what torch.compile itself uses
def test_compiled_networks_are_not_replayed():
    module = tiny_gan()
    module.generator.compile()

    assert "performance.compile=true" in obstacle_to_replay(module, trainer())


def test_nothing_stands_in_the_way_of_the_usual_run_on_one_gpu():
    assert obstacle_to_replay(tiny_gan(), trainer()) is None
