"""Training of the classifier, on stripes that lie or stand."""

import pytest
import torch

from gan_lab.data.base import Images
from gan_lab.training.classifier import (
    LARGEST_GRADIENT,
    ClassifierRecipe,
    _batches,
    _shifted,
    _triangle,
    confidences,
    train_classifier,
)

QUICK = ClassifierRecipe(epochs=3, batch_size=20, lr=0.05)


def stripes(n=100, seed=0):
    """Noisy stripes of random phase: class 0 lies, class 1 stands."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(n) % 2
    phases = torch.randint(0, 4, (n, 1), generator=generator)
    rows = 200 * ((torch.arange(16) + phases) // 2 % 2)
    lying = rows[:, :, None].expand(n, 16, 16)
    pixels = torch.where(labels[:, None, None] == 0, lying, lying.transpose(1, 2))
    noise = torch.randint(0, 50, (n, 16, 16), generator=generator)
    return Images((pixels + noise).to(torch.uint8)[:, None], labels, ("lying", "standing"))


def numbered(n=20):
    """Images of one value each, so that each can be recognised in a minibatch."""
    pixels = torch.arange(n, dtype=torch.uint8).view(n, 1, 1, 1).expand(n, 1, 16, 16)
    return Images(pixels.clone(), torch.arange(n), tuple(map(str, range(n))))


def seen(images, recipe, epoch=0):
    """Return the pixels and labels of an epoch, the pixels as they are stored."""
    parts = list(_batches(images, recipe, epoch, recipe.batch_size))
    return torch.cat([255 * pixels for pixels, _ in parts]), torch.cat([own for _, own in parts])


def test_what_can_be_told_apart_is_learned_and_each_epoch_is_announced():
    told = []

    network = train_classifier(stripes(), QUICK, lambda epoch, loss: told.append((epoch, loss)))

    accuracy, confidence = confidences(network, stripes(seed=1))
    assert accuracy >= 0.98
    assert 0.9 < confidence <= 1
    assert [epoch for epoch, _ in told] == [1, 2, 3]
    assert told[-1][1] < told[0][1] < 2


def test_the_same_seed_gives_the_same_weights_and_another_one_does_not():
    first, again, other = (
        train_classifier(stripes(40), ClassifierRecipe(epochs=1, batch_size=20, lr=0.05, seed=seed))
        for seed in (3, 3, 4)
    )

    for name, weight in first.state_dict().items():
        assert torch.equal(weight, again.state_dict()[name])
    assert not torch.equal(first.head.weight, other.head.weight)


def test_the_global_generator_is_neither_used_nor_seeded():
    before = torch.get_rng_state()

    train_classifier(stripes(20), QUICK)

    assert torch.equal(torch.get_rng_state(), before)


def test_the_network_comes_back_ready_to_use():
    network = train_classifier(stripes(20), QUICK)

    assert not any(module.training for module in network.modules())
    assert not any(weight.requires_grad for weight in network.parameters())


@pytest.mark.parametrize("n", [1, 2, 7])
def test_very_few_images_are_enough(n):
    network = train_classifier(stripes(n), QUICK)

    assert all(weight.isfinite().all() for weight in network.parameters())


def test_images_that_are_black_but_for_a_few_do_not_make_the_weights_explode():
    # Channels that answer to hardly any image have a variance near 0, which is divided by.
    images = stripes()
    images.pixels[2:] = 0

    network = train_classifier(images, ClassifierRecipe(epochs=2, batch_size=20))

    largest = max(weight.abs().max() for name, weight in network.blocks.named_parameters())
    assert largest < LARGEST_GRADIENT


def test_an_epoch_sees_every_image_once_in_an_order_of_its_own():
    recipe = ClassifierRecipe(epochs=2, batch_size=5, shift=0)

    (pixels, labels), (_, later) = (seen(numbered(), recipe, epoch) for epoch in (0, 1))

    assert sorted(labels.tolist()) == sorted(later.tolist()) == list(range(20))
    assert labels.tolist() != later.tolist()
    torch.testing.assert_close(pixels[:, 0, 0, 0], labels.float())


def test_images_that_do_not_fill_a_minibatch_wait_for_the_next_epoch():
    assert len(seen(numbered(), ClassifierRecipe(epochs=1, batch_size=6))[1]) == 18


def test_images_are_mirrored_in_every_other_epoch():
    images = stripes(20)
    images.pixels[:, :, :, 8:] = 0
    recipe = ClassifierRecipe(epochs=2, batch_size=20, shift=0, flip=True)

    is_mirrored = []
    for epoch in (0, 1):
        order = torch.cat([labels for _, labels in _batches(_renamed(images), recipe, epoch, 20)])
        pixels, _ = seen(images, recipe, epoch)
        is_mirrored.append((pixels[:, 0, :, 0].sum(dim=1) == 0)[order.argsort()])

    assert torch.equal(is_mirrored[0], ~is_mirrored[1])
    assert 3 < is_mirrored[0].sum() < 17


def _renamed(images):
    """The same images, each a class of its own."""
    return Images(images.pixels, torch.arange(len(images)), images.class_names)


def test_coarse_epochs_see_smaller_images():
    recipe = ClassifierRecipe(epochs=2, batch_size=5, coarse_epochs=1)

    assert seen(numbered(), recipe, epoch=0)[0].shape[-2:] == (12, 12)
    assert seen(numbered(), recipe, epoch=1)[0].shape[-2:] == (16, 16)


def test_images_are_moved_by_at_most_the_shift_in_groups():
    dots = torch.zeros(200, 1, 9, 9, dtype=torch.uint8)
    dots[:, :, 4, 4] = 255

    moved = _shifted(dots, 2, torch.Generator().manual_seed(0))

    places = (moved[:, 0] == 255).nonzero()[:, 1:] - 4
    assert len(places) == 200
    assert places.abs().max() == 2
    assert len(places.unique(dim=0)) > 5
    assert all(len(group.unique(dim=0)) == 1 for group in places.split(20))


def test_where_an_image_is_moved_away_its_edge_is_repeated():
    white = torch.full((20, 1, 8, 8), 255, dtype=torch.uint8)

    assert torch.equal(_shifted(white, 3, torch.Generator().manual_seed(0)), white)


def test_the_learning_rate_rises_once_and_falls_to_nearly_nothing():
    rates = [_triangle(step / 100) for step in range(101)]

    assert rates[0] == pytest.approx(0.2)
    assert rates.index(max(rates)) == 25
    assert max(rates) == 1
    assert rates[25:] == sorted(rates[25:], reverse=True)
    assert rates[-1] == 0.01
