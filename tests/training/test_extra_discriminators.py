"""Extra discriminators: whose images they take for real, and that there are none without."""

import torch
from torch import nn

from gan_lab.training.extra_discriminators import ExtraDiscriminators

CPU = torch.device("cpu")
JUDGES = {"a": nn.Linear(2, 1), "b": nn.Linear(2, 1)}
REAL = {name: torch.full((600, 1, 1, 1), float(value)) for value, name in enumerate("abc")}


def test_each_set_has_an_equal_share_of_the_mixed_images():
    for kind, sets in (("partial", 2), ("full", 3)):
        extra = ExtraDiscriminators(kind, 1.0, JUDGES)
        mixed = extra.mixed(REAL, extra.draws(600, CPU, 0, "mixed", 0))["mixed"].flatten()
        shares = mixed.long().bincount() / 600
        torch.testing.assert_close(shares, torch.full((sets,), 1 / sets), rtol=0, atol=0.06)


def test_images_keep_their_places_and_the_draw_depends_on_its_address_alone():
    extra = ExtraDiscriminators("partial", 1.0, JUDGES)
    numbers = torch.arange(6.0).view(6, 1, 1, 1)
    real = {"a": numbers, "b": numbers + 9}

    drawn = extra.draws(6, CPU, 0, "mixed", 3)
    mixed = extra.mixed(real, drawn)["mixed"].flatten()

    assert torch.equal(mixed, torch.arange(6.0) + 9 * drawn["mixed"])
    assert torch.equal(drawn["mixed"], extra.draws(6, CPU, 0, "mixed", 3)["mixed"])
    assert 0 < drawn["mixed"].sum() < 6


def test_they_are_copies_of_their_own():
    extra = ExtraDiscriminators("partial", 1.0, JUDGES)

    for name, network in extra.networks.items():
        assert torch.equal(network.weight, JUDGES[name].weight)
        assert network.weight is not JUDGES[name].weight


def test_without_them_there_is_nothing_to_learn_to_draw_or_to_mix():
    extra = ExtraDiscriminators("base", 1.0, JUDGES)

    assert not list(extra.parameters())
    assert not extra.state_dict()
    assert extra.draws(6, CPU, 0) == extra.mixed(REAL, {}) == {}
