"""Minibatch standard deviation: the number, by hand, and whose images it is of."""

import torch

from gan_lab.networks.dcgan import DCGANDiscriminator
from gan_lab.networks.minibatch_std import MinibatchStd


def test_it_is_the_mean_deviation_of_neighbours_at_every_place():
    # Two images that differ by 2 in one of four features, and by 4 in another; two equal ones.
    features = torch.zeros(4, 1, 2, 2)
    features[0, 0, 0, 0], features[1, 0, 1, 1] = 2, 4

    seen = MinibatchStd(2)(features)

    assert seen.shape == (4, 2, 2, 2)
    assert torch.equal(seen[:, :1], features)
    # Deviations from the mean are 1 and 2; the mean of 1, 2, 0 and 0 is 0.75.
    torch.testing.assert_close(seen[:2, 1], torch.full((2, 2, 2), 0.75), rtol=0, atol=1e-4)
    torch.testing.assert_close(seen[2:, 1], torch.zeros(2, 2, 2), rtol=0, atol=2e-4)


def test_halves_of_a_batch_with_whole_groups_see_what_the_batch_sees():
    features = torch.randn(8, 3, 4, 4)
    layer = MinibatchStd(4)

    halves = torch.cat([layer(half) for half in features.chunk(2)])

    torch.testing.assert_close(layer(features), halves)


def test_it_can_be_differentiated_twice_also_where_images_are_equal():
    torch.manual_seed(0)
    features = torch.randn(4, 2, 2, 1, dtype=torch.float64, requires_grad=True)
    layer = MinibatchStd(2)
    assert torch.autograd.gradcheck(layer, [features])
    assert torch.autograd.gradgradcheck(layer, [features])

    equal = torch.ones(2, 1, 1, 1, requires_grad=True)
    layer(equal).sum().backward()
    assert torch.isfinite(equal.grad).all()


def test_half_precision_features_stay_so_and_the_number_is_as_precise_as_they_are():
    features = torch.randn(4, 8, 4, 4)

    seen = MinibatchStd(4)(features.bfloat16())

    assert seen.dtype == torch.bfloat16
    wanted = MinibatchStd(4)(features)[:, -1]
    torch.testing.assert_close(seen[:, -1].float(), wanted, rtol=0.01, atol=0)


def test_the_last_layer_of_a_dcgan_sees_it():
    torch.manual_seed(0)
    network = DCGANDiscriminator((1, 8, 8), 4, 0.2, norm="none", minibatch_std=2)
    images = torch.randn(4, 1, 8, 8)
    other = images.clone()
    other[1] += 1

    before, after = network(images), network(other)

    assert before[0] != after[0]
    torch.testing.assert_close(before[2:], after[2:])
