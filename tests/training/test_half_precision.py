"""Training in float16: an overflow concerns one optimizer alone."""

from functools import partial

import pytest
import torch

from gan_lab.training.half_precision import HalfPrecision
from tests.training.conftest import fit, recipe, tiny_gan

GENERATOR, DISCRIMINATOR = 0, 1
HUGE = 2.0**100  # times any loss is more than float16 holds


def weights_of(module):
    return torch.cat([w.detach().clone().flatten() for w in module.parameters()])


def with_scales(*scales, growth_interval=2000):
    plugin = HalfPrecision("cpu", optimizers=2)
    plugin.scalers = [
        torch.amp.GradScaler("cpu", init_scale=scale, growth_interval=growth_interval)
        for scale in scales
    ]
    return plugin


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize("player", [GENERATOR, DISCRIMINATOR])
def test_an_overflow_skips_one_networks_step_and_lowers_its_scale_alone(player, fused, update):
    adam = partial(torch.optim.Adam, lr=1e-2, fused=fused)
    module = tiny_gan(recipe=recipe(optimizer=adam), update=update)
    networks = [module.generator, module.discriminator]
    before = [weights_of(network) for network in networks]
    scales = [1024.0, 1024.0]
    scales[player] = HUGE
    plugin = with_scales(*scales)

    fit(module, 1, plugins=[plugin])

    changed = [
        not torch.equal(weights_of(network), then)
        for network, then in zip(networks, before, strict=True)
    ]
    assert changed[player] is False
    assert changed[1 - player] is True
    assert plugin.scalers[player].get_scale() == HUGE / 2
    assert plugin.scalers[1 - player].get_scale() == 1024


def test_an_overflowing_gradient_does_not_end_the_run():
    module = tiny_gan(recipe=recipe(clip_norm=1.0))
    plugin = with_scales(HUGE, HUGE)

    fit(module, 3, plugins=[plugin])

    module.check_finite()
    module.check_weights_finite()
    assert [scaler.get_scale() for scaler in plugin.scalers] == [HUGE / 8] * 2


def test_gradients_are_measured_and_clipped_at_their_own_size():
    norms = []
    for plugins in ([], [with_scales(1024.0, 256.0)]):
        module = tiny_gan()
        fit(module, 1, plugins=plugins)
        means = module.meters.read()
        norms.append([means["gradient_norm/generator"], means["gradient_norm/discriminator"]])

    assert norms[1] == pytest.approx(norms[0], rel=0.02)
    assert norms[1] != norms[0]


def test_a_continued_run_goes_on_with_both_scales_bit_for_bit(tmp_path):
    scales = (2.0**17, 2.0**9)
    uninterrupted = tiny_gan()
    whole = with_scales(*scales, growth_interval=2)
    fit(uninterrupted, 7, plugins=[whole])
    first = tiny_gan()
    trainer = fit(first, 3, plugins=[with_scales(*scales, growth_interval=2)])
    first.trainer = trainer
    saved = trainer._checkpoint_connector.dump_checkpoint() | {"config": {}, "overrides": []}
    torch.save(saved, tmp_path / "last.ckpt")

    continued = tiny_gan()
    rest = HalfPrecision("cpu", optimizers=2)
    with pytest.warns(UserWarning, match="not verified"):
        fit(continued, 7, plugins=[rest], ckpt=tmp_path / "last.ckpt")

    assert rest.state_dict() == whole.state_dict()
    assert rest.scalers[GENERATOR].get_scale() != rest.scalers[DISCRIMINATOR].get_scale()
    assert torch.equal(weights_of(continued), weights_of(uninterrupted))
