"""Weight normalisation: against its formula, and its start against the moments of the outputs."""

import pytest
import torch

from gan_lab.networks.scaled_linear import ScaledLinear

FEATURES = 3 + 2 * torch.randn(64, 5, generator=torch.Generator().manual_seed(0))


def layer(**options):
    torch.manual_seed(0)
    return ScaledLinear(5, 4, **options)


def test_weight_vectors_have_the_lengths_that_are_kept_apart():
    linear = layer()
    with torch.no_grad():
        linear.scale.copy_(torch.tensor([1.0, 2.0, 0.5, 3.0]))
        linear.bias.copy_(torch.arange(4.0))

    out = linear(FEATURES)

    for unit, (length, bias) in enumerate(zip([1, 2, 0.5, 3], range(4), strict=True)):
        direction = linear.directions[unit] / linear.directions[unit].norm()
        torch.testing.assert_close(out[:, unit], length * (FEATURES @ direction) + bias)


@pytest.mark.parametrize("learns", [True, False])
def test_lengths_learn_only_if_asked_to(learns):
    linear = layer(learns_scale=learns)

    assert ("scale" in dict(linear.named_parameters())) == learns
    assert "scale" in linear.state_dict()


@pytest.mark.parametrize("learns", [True, False])
def test_at_the_start_outputs_have_mean_0_and_variance_1_over_the_data(learns):
    linear = layer(learns_scale=learns)

    returned = linear.start_at(FEATURES)

    torch.testing.assert_close(linear(FEATURES), returned, rtol=0, atol=1e-5)
    spread, mean = torch.std_mean(returned, dim=0, correction=0)
    torch.testing.assert_close(spread, torch.ones(4), rtol=0, atol=1e-5)
    torch.testing.assert_close(mean, torch.zeros(4), rtol=0, atol=1e-5)
