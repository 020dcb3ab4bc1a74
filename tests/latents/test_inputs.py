"""Inputs of a generator: latents and conditions by address."""

import pytest
import torch

from gan_lab.errors import ConfigError
from gan_lab.latents.captions import Captions
from gan_lab.latents.conditions import Labels
from gan_lab.latents.inputs import Inputs, InputSource
from gan_lab.latents.priors import Gaussian


def test_inputs_depend_on_their_address_alone():
    source = InputSource(Gaussian(dim=3), Labels(("a", "b"), (1, 3)))

    first, again, other = (source.draw(50, "cpu", seed, "x") for seed in (0, 0, 1))

    assert all(torch.equal(one, two) for one, two in zip(first, again, strict=True))
    assert not any(torch.equal(one, two) for one, two in zip(first, other, strict=True))


def test_a_condition_changes_no_latent():
    plain = InputSource(Gaussian(dim=3)).draw(5, "cpu", 0)
    told = InputSource(Gaussian(dim=3), Labels(("a", "b"), (1, 1))).draw(5, "cpu", 0)

    assert plain.condition is None
    assert torch.equal(plain.latents, told.latents)


def test_those_at_some_positions_stay_together():
    inputs = Inputs(torch.arange(8.0).view(4, 2), torch.tensor([5, 6, 7, 8]))

    chosen = inputs.at(torch.tensor([2, 0]))

    assert chosen.latents.tolist() == [[4, 5], [0, 1]]
    assert chosen.condition.tolist() == [7, 5]


def test_other_labels_take_the_place_of_the_own_ones_where_there_are_any():
    inputs = Inputs(torch.arange(3.0)[:, None], torch.tensor([5, 6, 7]))

    others = inputs.of(torch.tensor([2, -1, 0]))

    assert others.latents is inputs.latents
    assert others.condition.tolist() == [2, 6, 0]
    assert inputs.of(None) is inputs


CAPTIONS = Captions(("a", "b", "c"), torch.tensor([[1, 2], [3, 0]]), [1, 1])


@pytest.mark.parametrize("condition", [Labels(("a", "b", "c"), (1, 1, 1)), CAPTIONS])
def test_a_share_of_what_the_generator_is_asked_for_is_half_way_between_two(condition):
    plain = InputSource(Gaussian(dim=3), condition)
    source = plain.mixing(0.5, alone=True)

    asked = source.draw_for("generator", 4000, "cpu", 0)
    drawn = plain.draw(4000, "cpu", 0)

    own = condition.shares(drawn.condition)
    assert torch.equal(asked.latents, drawn.latents)
    assert asked.condition.shape == own.shape
    torch.testing.assert_close(asked.condition.sum(dim=-1), torch.ones(own.shape[:-1]))
    assert set(asked.condition.unique().tolist()) == {0, 0.5, 1}
    # Half of them are mixed, with the same one by chance.
    others = (asked.condition != own).flatten(1).any(dim=1).double().mean().item()
    alike = 1 / len(condition.asked)
    assert others == pytest.approx(0.5 * (1 - alike), abs=0.03)


def test_others_and_evaluations_are_asked_for_what_there_is():
    source = InputSource(Gaussian(dim=3), CAPTIONS).mixing(1.0, alone=True)

    for drawn in (source.draw(9, "cpu", 0), source.draw_for("discriminator", 9, "cpu", 0)):
        assert drawn.condition.dtype == torch.int64
    plain = InputSource(Gaussian(dim=3), CAPTIONS).draw_for("generator", 9, "cpu", 0)
    assert torch.equal(plain.condition, source.draw(9, "cpu", 0).condition)


def test_nothing_can_be_between_nothing_or_what_real_images_are_of():
    with pytest.raises(ConfigError, match=r"^algorithm\.between=0\.5 is about captions or labels"):
        InputSource(Gaussian(dim=3)).mixing(0.5, alone=True)
    with pytest.raises(ConfigError, match=r"asks the generator for what no real image is of"):
        InputSource(Gaussian(dim=3), CAPTIONS).mixing(0.5, alone=False)
