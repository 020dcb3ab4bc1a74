"""Who is updated when: the contracts of Algorithm 1."""

import copy
from functools import partial

import pytest
import torch
from lightning import Callback
from torch import nn
from torch.nn.functional import logsigmoid

from gan_lab.errors import ConfigError, TrainingError
from gan_lab.networks.blocks import RestingDropout
from gan_lab.schedules import Exponential, Linear
from gan_lab.training.cuda_graph import WARM_UP, Replay
from tests.training.conftest import BATCH, fit, tiny_gan


class Phases:
    """Records, around one phase of training, what it changed."""

    def __init__(self, module, monkeypatch):
        self.module = module
        self.changes: list[tuple[str, set[str], set[str]]] = []
        for name in (
            "fakes", "detached_fakes", "backward_discriminator", "backward_generator", "update",
        ):  # fmt: skip
            self._watch(monkeypatch, name)

    def _watch(self, monkeypatch, name):
        phase = getattr(self.module, name)

        def watched(*arguments):
            before = copy.deepcopy(self.module.state_dict())
            result = phase(*arguments)
            after = self.module.state_dict()
            changed = {key for key in after if not torch.equal(before[key], after[key])}
            player = arguments[0] if name == "update" else name
            self.changes.append((player, changed))
            return result

        monkeypatch.setattr(self.module, name, watched)


def owners(keys):
    return {key.split(".")[0] for key in keys}


def is_buffer(key):
    return key.endswith(("running_mean", "running_var", "num_batches_tracked"))


def test_each_phase_changes_only_the_buffers_of_the_network_in_training(monkeypatch):
    module = tiny_gan()
    phases = Phases(module, monkeypatch)

    fit(module, 1)

    changed = dict(phases.changes)
    assert owners(changed["backward_discriminator"]) == {"discriminator"}
    assert all(is_buffer(key) for key in changed["backward_discriminator"])
    assert owners(changed["fakes"]) == {"generator"}
    assert all(is_buffer(key) for key in changed["fakes"])
    assert changed["detached_fakes"] == changed["backward_generator"] == set()


def test_each_update_changes_the_weights_of_one_network_and_nothing_else(monkeypatch):
    module = tiny_gan()
    phases = Phases(module, monkeypatch)

    fit(module, 1)

    changed = dict(phases.changes)
    assert changed["discriminator"] == {
        f"discriminator.{name}" for name, _ in module.discriminator.named_parameters()
    }
    assert changed["generator"] == {
        f"generator.{name}" for name, _ in module.generator.named_parameters()
    }


def test_neither_phase_leaves_a_gradient_in_the_other_network(monkeypatch):
    module = tiny_gan()
    seen = []

    def watch(name, other):
        phase = getattr(module, name)

        def watched(*arguments):
            before = [copy.deepcopy(weight.grad) for weight in other.parameters()]
            phase(*arguments)
            after = [weight.grad for weight in other.parameters()]
            seen.append(all(b is None and a is None for b, a in zip(before, after, strict=True)))

        monkeypatch.setattr(module, name, watched)

    watch("backward_discriminator", module.generator)
    watch("backward_generator", module.discriminator)

    fit(module, 2)

    assert seen == [True] * 4


def test_alternating_generator_answers_the_updated_discriminator_and_simultaneous_the_old(
    monkeypatch,
):
    order = {}
    for simultaneous in (False, True):
        module = tiny_gan(simultaneous=simultaneous)
        calls = []
        for name in ("backward_discriminator", "backward_generator", "update"):
            method = getattr(module, name)

            def recorded(*arguments, name=name, method=method, calls=calls):
                calls.append(arguments[0] if name == "update" else name)
                method(*arguments)

            monkeypatch.setattr(module, name, recorded)
        fit(module, 1)
        order[simultaneous] = calls

    assert order[False] == [
        "backward_discriminator", "discriminator", "backward_generator", "generator",
    ]  # fmt: skip
    assert order[True] == [
        "backward_discriminator", "backward_generator", "discriminator", "generator",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "shared"),
    [({}, False), ({"reuse_fakes": True}, True), ({"simultaneous": True}, True)],
    ids=["alternating", "reuse_fakes", "simultaneous"],
)
def test_the_phases_share_one_pass_of_the_generator_where_asked(options, shared, monkeypatch):
    module = tiny_gan(**options)
    images, passes = [], []
    module.generator.register_forward_hook(lambda *_: passes.append(1))
    for name, index in (("backward_discriminator", 1), ("backward_generator", 0)):
        phase = getattr(module, name)

        def recorded(*arguments, phase=phase, index=index):
            images.append(arguments[index].detach().clone())
            phase(*arguments)

        monkeypatch.setattr(module, name, recorded)
    fit(module, 1)

    assert torch.equal(*images) == shared
    assert len(passes) == (1 if shared else 2)


def test_k_discriminator_steps_see_k_different_minibatches_and_latents(monkeypatch):
    module = tiny_gan(discriminator_steps=3)
    seen = []
    phase = module.backward_discriminator
    monkeypatch.setattr(
        module, "backward_discriminator", lambda *a: (seen.append(copy.deepcopy(a)), phase(*a))
    )

    fit(module, 1)

    assert len(seen) == 3
    for i in range(3):
        for j in range(i):
            assert not torch.equal(seen[i][0], seen[j][0])
            assert not torch.equal(seen[i][1], seen[j][1])


def test_the_clock_counts_iterations_and_images_whatever_k_is():
    module = tiny_gan(discriminator_steps=3)

    trainer = fit(module, 5)

    assert module.iteration == 5
    assert module.images_seen == 5 * 3 * BATCH
    assert trainer.global_step == 5 * 4  # Lightning's own clock counts optimizer steps


@pytest.mark.parametrize("reuse_fakes", [False, True])
def test_one_alternating_iteration_equals_the_algorithm_written_by_hand(reuse_fakes, monkeypatch):
    module = tiny_gan(
        generator=nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Unflatten(1, (1, 4, 4))),
        discriminator=nn.Sequential(nn.Flatten(), nn.Linear(16, 1), nn.Flatten(0)),
        ema_decay=None,
        reuse_fakes=reuse_fakes,
    )
    generator, discriminator = copy.deepcopy((module.generator, module.discriminator))
    reals, latents = [], []
    phase, draw = module.backward_discriminator, module.draw_latents
    monkeypatch.setattr(
        module, "backward_discriminator", lambda real, fake: (reals.append(real), phase(real, fake))
    )
    monkeypatch.setattr(
        module, "draw_latents", lambda *purpose: (latents.append(draw(*purpose)), latents[-1])[1]
    )

    fit(module, 1)

    assert len(latents) == (1 if reuse_fakes else 2)
    adam = torch.optim.Adam(discriminator.parameters(), lr=1e-2)
    fake = generator(latents[0]).detach()
    real_d, fake_d = (torch.sigmoid(discriminator(x)) for x in (reals[0], fake))
    (-(real_d.log().mean() + (1 - fake_d).log().mean())).backward()
    adam.step()
    adam = torch.optim.Adam(generator.parameters(), lr=1e-2)
    (-torch.sigmoid(discriminator(generator(latents[-1]))).log().mean()).backward()
    adam.step()
    for trained, by_hand in ((module.generator, generator), (module.discriminator, discriminator)):
        for name, weight in by_hand.state_dict().items():
            torch.testing.assert_close(trained.state_dict()[name], weight)


def test_the_moving_average_follows_weights_and_buffers_by_its_formula():
    module = tiny_gan(ema_decay=0.9)
    expected = {}
    training_step = module.training_step

    def recorded(*arguments):
        training_step(*arguments)
        for name, tensor in module.generator.state_dict().items():
            if not tensor.is_floating_point():
                continue
            old = expected.get(name)
            expected[name] = tensor.clone() if old is None else 0.9 * old + 0.1 * tensor

    module.training_step = recorded

    fit(module, 4)

    average = module.ema.module.state_dict()
    for name, tensor in expected.items():
        torch.testing.assert_close(average[name], tensor)


def test_samples_come_from_the_moving_average_in_evaluation_mode_and_change_nothing():
    module = tiny_gan()
    fit(module, 3)
    before = copy.deepcopy(module.state_dict())
    random_state = torch.get_rng_state()

    images = module.sample(5, 0, "samples")

    module.ema.module.eval()
    latents = module.prior.sample(5, torch.Generator().manual_seed(0))
    assert images.shape == (5, 1, 4, 4)
    assert torch.equal(images, module.sample(5, 0, "samples"))
    assert not torch.equal(images, module.sample(5, 1, "samples"))
    assert not torch.equal(module.ema.module(latents), module.generator.eval()(latents))
    assert all(torch.equal(before[key], value) for key, value in module.state_dict().items())
    assert torch.equal(random_state, torch.get_rng_state())


def test_a_schedule_moves_both_learning_rates_by_the_iteration():
    module = tiny_gan(schedule=Linear(start=0, end=10, final_factor=0.0))
    rates = []
    update = module.update
    module.update = lambda player: (rates.append(dict(module.learning_rates())), update(player))

    fit(module, 3)

    assert [round(rate["lr/generator"], 6) for rate in rates[1::2]] == [0.01, 0.009, 0.008]
    assert [round(rate["lr/discriminator"], 6) for rate in rates[::2]] == [0.01, 0.009, 0.008]


def test_the_2014_recipe_equals_the_authors_update_written_by_hand():
    """goodfeli/adversarial: half of D's losses, classical momentum, both networks at once."""
    module = tiny_gan(
        generator=nn.Sequential(nn.Linear(4, 16), nn.Sigmoid(), nn.Unflatten(1, (1, 4, 4))),
        discriminator=nn.Sequential(nn.Flatten(), nn.Linear(16, 1), nn.Flatten(0)),
        # The rate of D is halved instead of its loss.
        generator_optimizer=partial(torch.optim.SGD, lr=0.1, momentum=0.5, fused=True),
        discriminator_optimizer=partial(torch.optim.SGD, lr=0.05, momentum=0.5, fused=True),
        schedule=Exponential(divisor=1.000004, floor=1e-5),
        momentum_schedule=Linear(start=0, end=10, final_factor=1.4),
        max_column_norm=0.6,
        simultaneous=True,
        ema_decay=None,
    )
    generator, discriminator = copy.deepcopy(module.generator), copy.deepcopy(module.discriminator)
    weights = [*generator.parameters(), *discriminator.parameters()]
    steps = [torch.zeros_like(weight) for weight in weights]
    reals, latents = [], []
    phase, draw = module.backward_discriminator, module.draw_latents
    module.backward_discriminator = lambda real, fake: (reals.append(real), phase(real, fake))
    module.draw_latents = lambda *purpose: (latents.append(draw(*purpose)), latents[-1])[1]

    fit(module, 6)

    lr = 0.1
    for iteration, (real, z) in enumerate(zip(reals, latents, strict=True)):
        momentum = 0.5 + 0.2 * iteration / 10
        real_logits, fake_logits = discriminator(real), discriminator(generator(z))
        of_d = -0.5 * (logsigmoid(real_logits).mean() + logsigmoid(-fake_logits).mean())
        of_g = -logsigmoid(fake_logits).mean()
        gradients = [
            *torch.autograd.grad(of_g, generator.parameters(), retain_graph=True),
            *torch.autograd.grad(of_d, discriminator.parameters()),
        ]
        for weight, step, gradient in zip(weights, steps, gradients, strict=True):
            step.copy_(momentum * step - lr * gradient)
            with torch.no_grad():
                weight += step
                if weight.dim() == 2:
                    norms = weight.norm(dim=1, keepdim=True)
                    weight *= norms.clamp(0, 0.6) / (1e-7 + norms)
        lr = max(lr / 1.000004, 1e-6)
    for trained, by_hand in ((module.generator, generator), (module.discriminator, discriminator)):
        for name, weight in by_hand.state_dict().items():
            torch.testing.assert_close(trained.state_dict()[name], weight, rtol=2e-5, atol=1e-6)


def test_columns_are_no_longer_than_their_bound_after_every_update(monkeypatch):
    module = tiny_gan(max_column_norm=0.3)
    longest = []
    update = module.update

    def watched(player):
        update(player)
        columns = [w.norm(dim=1).max() for w in getattr(module, player).parameters() if w.dim() > 1]
        longest.append(max(columns).item())

    monkeypatch.setattr(module, "update", watched)

    fit(module, 3)

    assert longest == [pytest.approx(0.3, rel=1e-5)] * 6


def test_the_momentum_follows_its_schedule_and_no_schedule_leaves_it_alone():
    for schedule, expected in (
        (Linear(start=1, end=3, final_factor=1.4), [0.5, 0.5, 0.6, 0.7, 0.7]),
        (None, [0.5] * 5),
    ):
        module = tiny_gan(
            generator_optimizer=partial(torch.optim.SGD, lr=0.01, momentum=0.5),
            discriminator_optimizer=partial(torch.optim.SGD, lr=0.01, momentum=0.5),
            momentum_schedule=schedule,
        )
        seen = []
        update = module.update

        def watched(player, update=update, module=module, seen=seen):
            seen.append(module._optimizer(player).param_groups[0]["momentum"])
            update(player)

        module.update = watched

        fit(module, 5)

        assert seen[::2] == seen[1::2] == pytest.approx(expected)


def test_resting_dropout_works_in_the_discriminators_phase_and_rests_in_the_generators():
    module = tiny_gan(
        discriminator=nn.Sequential(
            RestingDropout(0.5), nn.Flatten(), nn.Linear(16, 1), nn.Flatten(0)
        )
    )
    dropped = []
    module.discriminator[0].register_forward_hook(
        lambda layer, inputs, output: dropped.append(bool((output != inputs[0]).any()))
    )

    fit(module, 2)

    assert dropped == [True, True, False] * 2  # real, generated, generated for the generator


@pytest.mark.parametrize("name", ["clip_norm", "max_column_norm"])
@pytest.mark.parametrize("norm", [0, -1.0, True, "long"])
def test_a_norm_that_cannot_be_kept_is_refused(name, norm):
    with pytest.raises(ConfigError, match=rf"optimizer\.{name}={norm} must be a number above 0"):
        tiny_gan(**{name: norm})


@pytest.mark.parametrize("precision", ["32-true", "bf16-mixed"])
def test_gradients_are_clipped_to_the_norm_and_reported_before_that(precision):
    module = tiny_gan(clip_norm=1e-3)
    norms = []
    step = torch.optim.Adam.step

    def recorded(optimizer, *arguments, **options):
        weights = [w for group in optimizer.param_groups for w in group["params"]]
        norms.append(torch.cat([w.grad.flatten() for w in weights]).norm().item())
        return step(optimizer, *arguments, **options)

    class Recorded(torch.optim.Adam):
        pass

    Recorded.step = recorded
    module.make_generator_optimizer = lambda weights: Recorded(weights, lr=1e-2, fused=True)
    module.make_discriminator_optimizer = lambda weights: Recorded(weights, lr=1e-2, fused=True)

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
    module.discriminator.register_forward_hook(
        lambda _, inputs, logits: (
            outputs.append(logits.mean().item()) if inputs[0] is real else None
        )
    )
    training_step = module.training_step

    def cached(minibatches, batch_idx):
        with torch.autocast("cpu", torch.bfloat16, cache_enabled=True):
            training_step([real] * 3, batch_idx)

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
    slower = tiny_gan(generator_optimizer=lambda weights: torch.optim.Adam(weights, lr=1e-5))

    with pytest.warns(UserWarning, match="not verified"):
        trainer = fit(slower, 4, ckpt=tmp_path / "last.ckpt")

    generator_adam, discriminator_adam = trainer.optimizers
    assert generator_adam.param_groups[0]["lr"] == 1e-5
    assert discriminator_adam.param_groups[0]["lr"] == 1e-2
    assert all(state["step"] == 4 for state in generator_adam.state.values())


def test_a_loss_that_is_not_finite_is_reported_with_its_iteration():
    module = tiny_gan()
    training_step = module.training_step

    def poisoned(minibatches, batch_idx):
        if module.iteration == 2:
            minibatches = [real * float("nan") for real in minibatches]
        training_step(minibatches, batch_idx)

    module.training_step = poisoned
    fit(module, 5)

    with pytest.raises(TrainingError, match=r"not finite in iteration 3.*optimizer\.lr"):
        module.check_finite()


def test_the_same_seed_gives_the_same_weights_and_another_seed_does_not():
    runs = [tiny_gan(seed=seed) for seed in (0, 0, 1)]
    for module in runs:
        fit(module, 3)

    first, again, other = (module.generator[0].weight for module in runs)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_drawing_samples_between_iterations_does_not_change_training():
    plain, watched = tiny_gan(), tiny_gan()
    training_step = watched.training_step

    def step_and_sample(minibatches, batch_idx):
        training_step(minibatches, batch_idx)
        watched.sample(9, 3, "evaluation")

    watched.training_step = step_and_sample

    fit(plain, 4)
    fit(watched, 4)

    for key, value in plain.state_dict().items():
        assert torch.equal(value, watched.state_dict()[key]), key


@pytest.mark.parametrize("decay", [0.0, 1.0, 1.5, "high"])
def test_a_moving_average_that_cannot_work_is_refused(decay):
    with pytest.raises(ConfigError, match=r"model\.ema"):
        tiny_gan(ema_decay=decay)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
@pytest.mark.parametrize(("replay", "prepared"), [(False, 2), (True, WARM_UP + 1)])
def test_no_iteration_between_two_rows_waits_for_the_gpu(replay, prepared):
    class ErrorIfItWaits(Callback):
        def on_train_batch_end(self, trainer, module, *_):
            watched = prepared <= module.iteration < prepared + 3
            torch.cuda.set_sync_debug_mode("error" if watched else "default")

    module = tiny_gan(log_every=100, clip_norm=1.0, discriminator_steps=2)
    if replay:
        module.replay = Replay(module.play)
    try:
        fit(module, prepared + 4, device="cuda", callbacks=[ErrorIfItWaits()])
    finally:
        torch.cuda.set_sync_debug_mode("default")

    assert module.iteration == prepared + 4
