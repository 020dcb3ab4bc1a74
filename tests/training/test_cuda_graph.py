"""Replayed iterations compute what the usual ones do, on a GPU."""

import warnings
from functools import partial

import pytest
import torch
from torch import nn

from gan_lab import seeding
from gan_lab.losses.gradient_penalty import GradientPenalty
from gan_lab.losses.hinge import Hinge
from gan_lab.losses.r1 import R1
from gan_lab.losses.wasserstein import Wasserstein
from gan_lab.schedules import Course, Linear
from gan_lab.training.cuda_graph import Replay, can_be_replayed, make_replayable
from gan_lab.training.player import Average
from tests.training.conftest import fit, recipe, tiny_gan

needs_gpu = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU"),
]
ITERATIONS = 12


def trained(iterations=ITERATIONS, *, replay, ckpt=None, precision="32-true", **options):
    """Return a GAN trained on the GPU, its trainer, and the means of its last iterations."""
    seeding.seed_global(0, "weights")
    if "discriminator" in options:
        options["discriminator"] = options["discriminator"]()
    module = tiny_gan(**options)
    if replay:
        module.replay = Replay(module.work)
    trainer = fit(module, iterations, device="cuda", ckpt=ckpt, precision=precision)
    return module, trainer, module.meters.read()


def assert_same(one, other, **tolerance):
    (module, trainer, means), (module_2, trainer_2, means_2) = one, other
    assert module.iteration == module_2.iteration
    torch.testing.assert_close(module.state_dict(), module_2.state_dict(), **tolerance)
    for optimizer, optimizer_2 in zip(trainer.optimizers, trainer_2.optimizers, strict=True):
        states = (each.state_dict()["state"] for each in (optimizer, optimizer_2))
        torch.testing.assert_close(*states, check_device=False, **tolerance)
    assert means.keys() == means_2.keys()
    torch.testing.assert_close(means, means_2, rtol=1e-4, atol=1e-5)


SGD = partial(torch.optim.SGD, lr=0.05, momentum=0.5, fused=True)
CASES = {
    "as it is": {},
    "two discriminator steps": {"discriminator_steps": 2, "recipe": recipe(log_every=3)},
    "simultaneous": {"update": "simultaneous", "recipe": recipe(average=None)},
    "reuse_fakes": {"reuse_fakes": True, "recipe": recipe(clip_norm=0.5, max_column_norm=0.6)},
    "warm-up of the average": {"recipe": recipe(average=Average(decay=0.999))},
    "schedule": {"recipe": recipe(schedule=Linear(start=0, end=20), log_every=50)},
    "a rate of its own course": {
        "recipe": recipe(courses={"lr": Course("linear", 1e-2, 1e-3, 20, "iterations")})
    },
    "fused": {"recipe": recipe(optimizer=partial(torch.optim.Adam, lr=1e-2, fused=True))},
    "SGD": {"recipe": recipe(optimizer=SGD, schedule=Linear(start=0, end=20))},
    "RMSprop": {"recipe": recipe(optimizer=partial(torch.optim.RMSprop, lr=1e-3))},
    "hinge": {"loss": Hinge()},
    "gradient penalty": {
        "loss": Wasserstein(), "discriminator_steps": 2,
        "terms": {"gradient_penalty": GradientPenalty(weight=10.0)},
    },
    "lazy penalties whose weight changes": {
        "recipe": recipe(log_every=4),
        "terms": {
            "r1": R1(weight=Course("cosine", 1.0, 0.1, 12, "iterations"), every=2),
            "gradient_penalty": GradientPenalty(weight=1.0, every=3),
        },
    },
}  # fmt: skip


class TestOnAGPU:
    pytestmark = needs_gpu

    @pytest.mark.parametrize("options", CASES.values(), ids=CASES)
    def test_replayed_iterations_equal_the_usual_ones(self, options):
        usual, replayed = (trained(replay=replay, **options) for replay in (False, True))

        assert_same(replayed, usual, rtol=1e-4, atol=1e-5)
        assert replayed[0].replay._graphs

    def test_in_bfloat16_they_are_as_near_to_each_other_as_that_is_precise(self):
        # Adam would make a step of the usual length of the smallest difference.
        usual, replayed = (
            trained(replay=replay, precision="bf16-mixed", **CASES["SGD"])
            for replay in (False, True)
        )

        assert_same(replayed, usual, rtol=2e-2, atol=2e-3)

    def test_dropout_drops_other_units_in_each_iteration_and_the_same_as_usual(self):
        class Noted(nn.Module):
            """Keeps the outputs of dropout where later ones do not overwrite them."""

            def __init__(self):
                super().__init__()
                self.dropout = nn.Dropout(0.5)
                self.register_buffer("kept", torch.zeros(64))

            def forward(self, features):
                self.kept.copy_(self.dropout(torch.ones_like(self.kept)))
                return features

        def discriminator():
            return nn.Sequential(nn.Flatten(), Noted(), nn.Linear(16, 1), nn.Flatten(0))

        kept = {}
        for replay in (False, True):
            for iterations in (9, 10):
                module, *_ = trained(iterations, replay=replay, discriminator=discriminator)
                kept[replay, iterations] = module.discriminator[1].kept.cpu()

        assert torch.equal(kept[True, 9], kept[False, 9])
        assert torch.equal(kept[True, 10], kept[False, 10])
        assert not torch.equal(kept[True, 9], kept[True, 10])

    def test_a_run_continued_in_the_middle_equals_an_uninterrupted_one(self, tmp_path):
        options = {"recipe": recipe(schedule=Linear(start=0, end=20)), "replay": True}
        whole = trained(**options)
        first, trainer, _ = trained(7, **options)
        first.trainer = trainer
        saved = trainer._checkpoint_connector.dump_checkpoint() | {"config": {}, "overrides": []}
        torch.save(saved, tmp_path / "half.ckpt")

        with pytest.warns(UserWarning, match="not verified"):
            continued = trained(ckpt=tmp_path / "half.ckpt", **options)

        # The means are those since the reading in iteration 7.
        assert_same((*continued[:2], {}), (*whole[:2], {}), rtol=1e-3, atol=1e-4)

    def test_a_network_that_waits_for_the_gpu_trains_as_usual_and_a_warning_says_where(self):
        class Waits(nn.Module):
            def forward(self, features):
                return features * (1.0 if features.sum().item() > 0 else 0.5)

        def discriminator():
            return nn.Sequential(nn.Flatten(), Waits(), nn.Linear(16, 1), nn.Flatten(0))

        usual = trained(replay=False, discriminator=discriminator)
        with pytest.warns(UserWarning, match=r"test_cuda_graph.py, line \d+ waits for the GPU"):
            replayed = trained(replay=True, discriminator=discriminator)

        assert_same(replayed, usual, rtol=1e-4, atol=1e-5)
        assert not replayed[0].replay._graphs

    def test_between_two_rows_nothing_waits_for_the_gpu(self):
        module = tiny_gan(recipe=recipe(log_every=100, clip_norm=1.0), discriminator_steps=2)
        module.replay = Replay(module.work)
        replay = module.replay._work
        waits = []

        def watched(batches, draws):
            waits.append(torch.cuda.get_sync_debug_mode())
            replay(batches, draws)

        module.replay._work = watched
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="No CUDA graph")
            fit(module, 8, device="cuda")

        assert waits == [0, 0, 1, 0]  # asked in the third, recorded in the fourth


@pytest.mark.parametrize(
    ("optimizer", "can"),
    [(torch.optim.Adam, True), (SGD, True), (partial(torch.optim.SGD, lr=0.1), False)],
)
def test_which_optimizers_can_be_replayed(optimizer, can):
    assert can_be_replayed(optimizer([nn.Parameter(torch.zeros(2))])) is can


def test_what_changes_from_step_to_step_becomes_a_tensor_with_the_same_number():
    weight = nn.Parameter(torch.ones(2))
    optimizer = torch.optim.Adam([weight], lr=0.25)
    weight.grad = torch.ones(2)
    optimizer.step()

    make_replayable(optimizer)

    assert optimizer.param_groups[0]["lr"].item() == 0.25
    assert optimizer.param_groups[0]["capturable"] is True
    assert optimizer.state[weight]["step"].item() == 1
