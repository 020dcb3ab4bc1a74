"""Inputs of a generator: latents and conditions by address."""

import torch

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
