"""What every algorithm is given: phases, steps, the clock, averages, resuming, finite checks."""

import copy
from functools import partial

import pytest
import torch
from lightning import Callback
from torch import nn

from gan_lab.data.base import Batch
from gan_lab.errors import ConfigError, TrainingError
from gan_lab.schedules import Linear
from gan_lab.training.cuda_graph import WARM_UP, Replay
from tests.training.conftest import BATCH, fit, recipe, tiny_gan


def spectral_gan():
    """Return a GAN with every kind of buffer in both networks."""

    def normalised(inputs, outputs):
        return nn.utils.parametrizations.spectral_norm(nn.Linear(inputs, outputs))

    return tiny_gan(
        generator=nn.Sequential(normalised(4, 16), nn.BatchNorm1d(16), nn.Unflatten(1, (1, 4, 4))),
        discriminator=nn.Sequential(
            nn.Flatten(), normalised(16, 8), nn.BatchNorm1d(8), nn.Linear(8, 1), nn.Flatten(0)
        ),
    )


def bits(module):
    return copy.deepcopy(module.state_dict())


def changed(module, before):
    """Return the networks with a weight or buffer that is not as before."""
    now = module.state_dict()
    return {key.split(".")[0] for key in now if not torch.equal(now[key], before[key])}


def learning(module):
    """Return the networks with a gradient."""
    return {
        name.split(".")[0] for name, weight in module.named_parameters() if weight.grad is not None
    }


@pytest.mark.parametrize(
    ("player", "through"), [("generator", "discriminator"), ("discriminator", "generator")]
)
def test_in_a_phase_one_player_learns_and_the_network_looked_through_keeps_every_bit(
    player, through
):
    module = spectral_gan()
    before = bits(module)

    with module.phase(player, through=[through]):
        module.discriminator(module.generator(torch.randn(BATCH, 4))).sum().backward()

    assert learning(module) == {player}
    assert changed(module, before) == {player}  # its statistics and spectral vectors


def test_after_a_phase_and_after_a_failed_one_everything_moves_again():
    module = spectral_gan()
    before = bits(module)

    with pytest.raises(RuntimeError), module.phase("generator", through=["discriminator"]):
        raise RuntimeError
    module.discriminator(module.generator(torch.randn(BATCH, 4))).sum().backward()

    assert learning(module) == changed(module, before) == {"generator", "discriminator"}
    assert module.learning is None


def test_a_player_descends_the_sum_of_its_losses_and_weights_without_gradient_stay(monkeypatch):
    module = tiny_gan(recipe=recipe(optimizer=partial(torch.optim.SGD, lr=0.5)))
    layer = module.discriminator[1]
    before, at_first = bits(module), layer.weight.detach().clone()

    def iterate(batches, draws):
        with module.phase("discriminator"):
            losses = {"one": layer.weight.sum(), "other": layer.weight.square().sum()}
            total = module.descend("discriminator", losses, {"one": 3})
        assert torch.equal(total, 3 * losses["one"] + losses["other"])
        module.update("discriminator")

    monkeypatch.setattr(module, "iterate", iterate)
    fit(module, 1)

    torch.testing.assert_close(layer.weight, at_first - 0.5 * (3 + 2 * at_first))
    now = module.state_dict()
    moved = {key for key in now if not torch.equal(now[key], before[key])}
    assert moved == {"discriminator.1.weight"}
    means = module.meters.read()
    assert means["loss/one"] == pytest.approx(at_first.sum().item())
    assert means["loss/other"] == pytest.approx(at_first.square().sum().item())


def test_the_clock_counts_iterations_and_images_whatever_k_is():
    module = tiny_gan(discriminator_steps=3)

    trainer = fit(module, 5)

    assert module.iteration == 5
    assert module.images_seen == 5 * 3 * BATCH
    assert trainer.global_step == 5 * 4  # Lightning's own clock counts optimizer steps


def test_a_schedule_moves_both_learning_rates_by_the_iteration():
    module = tiny_gan(recipe=recipe(schedule=Linear(start=0, end=10, final_factor=0.0)))
    rates = []
    update = module.update
    module.update = lambda player: (rates.append(dict(module.changing.columns())), update(player))

    fit(module, 3)

    assert [round(rate["lr/generator"], 6) for rate in rates[1::2]] == [0.01, 0.009, 0.008]
    assert [round(rate["lr/discriminator"], 6) for rate in rates[::2]] == [0.01, 0.009, 0.008]


def test_columns_are_no_longer_than_their_bound_after_every_update(monkeypatch):
    module = tiny_gan(recipe=recipe(max_column_norm=0.3))
    longest = []
    update = module.update

    def watched(player):
        update(player)
        columns = [w.norm(dim=1).max() for w in getattr(module, player).parameters() if w.dim() > 1]
        longest.append(max(columns).item())

    monkeypatch.setattr(module, "update", watched)

    fit(module, 3)

    assert longest == [pytest.approx(0.3, rel=1e-5)] * 6


@pytest.mark.parametrize("precision", ["32-true", "bf16-mixed"])
def test_gradients_are_clipped_to_the_norm_and_reported_before_that(precision):
    norms = []

    class Watched(torch.optim.Adam):
        def step(self, *arguments, **options):
            gradients = [w.grad for group in self.param_groups for w in group["params"]]
            norms.append(torch.nn.utils.get_total_norm(gradients).item())
            return super().step(*arguments, **options)

    adam = partial(Watched, lr=1e-2, fused=True)
    module = tiny_gan(recipe=recipe(optimizer=adam, clip_norm=1e-3))

    fit(module, 2, precision=precision)

    assert len(norms) == 4
    assert all(norm <= 1e-3 * 1.001 for norm in norms)
    assert module.meters.read()["gradient_norm/generator"] > 1e-3


def test_no_discriminator_step_uses_weights_from_before_the_last_step_under_autocast():
    """Lightning 2.7 is to cache half-precision weights through the whole training step."""
    module = tiny_gan(
        discriminator=nn.Sequential(nn.Flatten(), nn.Linear(16, 1), nn.Flatten(0)),
        discriminator_steps=3,
    )
    real = torch.rand(BATCH, 1, 4, 4)
    outputs = []

    def keep_answers_on_real_images(_, inputs, logits):
        kept = [
            answers.mean().item()
            for images, answers in zip(inputs[0].split(BATCH), logits.split(BATCH), strict=True)
            if torch.equal(images, real)
        ]
        outputs.extend(kept)

    module.discriminator.register_forward_hook(keep_answers_on_real_images)
    training_step = module.training_step

    def cached(batches, batch_idx):
        with torch.autocast("cpu", torch.bfloat16, cache_enabled=True):
            training_step({"data": [Batch(real)] * 3}, batch_idx)

    module.training_step = cached

    fit(module, 1)

    assert len(set(outputs)) == 3


def test_a_continued_run_equals_an_uninterrupted_one_bit_for_bit(tmp_path):
    uninterrupted = tiny_gan(discriminator_steps=2)
    fit(uninterrupted, 7)
    first = tiny_gan(discriminator_steps=2)
    trainer = fit(first, 3)
    first.trainer = trainer
    saved = trainer._checkpoint_connector.dump_checkpoint() | {"config": {}, "overrides": []}
    torch.save(saved, tmp_path / "last.ckpt")

    continued = tiny_gan(discriminator_steps=2)
    with pytest.warns(UserWarning, match="not verified"):
        fit(continued, 7, ckpt=tmp_path / "last.ckpt")

    assert continued.iteration == 7
    for key, value in uninterrupted.state_dict().items():
        assert torch.equal(value, continued.state_dict()[key]), key
    assert uninterrupted.meters.read() == continued.meters.read()


def test_continuing_takes_the_optimizers_settings_from_now_and_their_moments_from_then(tmp_path):
    first = tiny_gan()
    trainer = fit(first, 3)
    saved = trainer._checkpoint_connector.dump_checkpoint() | {"config": {}, "overrides": []}
    torch.save(saved, tmp_path / "last.ckpt")
    slower = tiny_gan(recipe=recipe(generator={"optimizer": partial(torch.optim.Adam, lr=1e-5)}))

    with pytest.warns(UserWarning, match="not verified"):
        trainer = fit(slower, 4, ckpt=tmp_path / "last.ckpt")

    generator_adam, discriminator_adam = trainer.optimizers
    assert generator_adam.param_groups[0]["lr"] == 1e-5
    assert discriminator_adam.param_groups[0]["lr"] == 1e-2
    assert all(state["step"] == 4 for state in generator_adam.state.values())


def test_a_loss_that_is_not_finite_is_reported_with_its_iteration():
    module = tiny_gan()
    training_step = module.training_step

    def poisoned(batches, batch_idx):
        if module.iteration == 2:
            batches = {"data": [Batch(real.images * float("nan")) for real in batches["data"]]}
        training_step(batches, batch_idx)

    module.training_step = poisoned
    fit(module, 5)

    with pytest.raises(TrainingError, match=r"not finite in iteration 3.*optimizer\.lr"):
        module.check_finite()


def test_the_same_seed_gives_the_same_weights_and_another_seed_does_not():
    runs = [tiny_gan(recipe=recipe(seed=seed)) for seed in (0, 0, 1)]
    for module in runs:
        fit(module, 3)

    first, again, other = (module.generator[0].weight for module in runs)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_drawing_samples_between_iterations_does_not_change_training():
    plain, watched = tiny_gan(), tiny_gan()
    training_step = watched.training_step

    def step_and_sample(batches, batch_idx):
        training_step(batches, batch_idx)
        watched.sample(9, 3, "evaluation")

    watched.training_step = step_and_sample

    fit(plain, 4)
    fit(watched, 4)

    for key, value in plain.state_dict().items():
        assert torch.equal(value, watched.state_dict()[key]), key


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
@pytest.mark.parametrize(("replay", "prepared"), [(False, 2), (True, WARM_UP + 1)])
def test_no_iteration_between_two_rows_waits_for_the_gpu(replay, prepared):
    class ErrorIfItWaits(Callback):
        def on_train_batch_end(self, trainer, module, *_):
            watched = prepared <= module.iteration < prepared + 3
            torch.cuda.set_sync_debug_mode("error" if watched else "default")

    module = tiny_gan(recipe=recipe(log_every=100, clip_norm=1.0), discriminator_steps=2)
    if replay:
        module.replay = Replay(module.work)
    try:
        fit(module, prepared + 4, device="cuda", callbacks=[ErrorIfItWaits()])
    finally:
        torch.cuda.set_sync_debug_mode("default")

    assert module.iteration == prepared + 4


def test_a_length_in_the_clock_of_lightning_is_refused():
    module = tiny_gan()
    with pytest.raises(ConfigError, match=r"max_steps=5\) .*ImageDataModule\(iterations=5"):
        fit(module, 5, max_steps=5)

    assert module.iteration == 0
