"""Inversion, of generators whose inverse is known."""

import torch

from gan_lab.latents.inversion import invert

RANDOM = torch.Generator().manual_seed(0)
MATRIX = torch.linalg.qr(torch.randn(16, 3, generator=RANDOM))[0]


def generate(latents):
    return (latents @ MATRIX.T).unflatten(1, (1, 4, 4))


def test_an_image_of_the_generator_leads_back_to_its_latent_from_every_start():
    truth = torch.randn(2, 3, generator=RANDOM)
    starts = torch.randn(2, 4, 3, generator=RANDOM)

    found = invert(generate, generate(truth), starts, steps=300, lr=0.1)

    assert torch.allclose(found.latents, truth[:, None].expand(2, 4, 3), atol=1e-3)


def test_of_another_image_it_finds_the_nearest_one_that_the_generator_can_make():
    image = torch.randn(1, 1, 4, 4, generator=RANDOM)

    found = invert(generate, image, torch.zeros(1, 1, 3), steps=500, lr=0.1)

    projection = image.flatten() @ MATRIX @ MATRIX.T
    assert torch.allclose(generate(found.latents[0]).flatten(), projection, atol=1e-3)
    least = (image.flatten() - projection).square().mean()
    assert torch.allclose(found.errors[-1], least)


def test_errors_are_those_of_each_start_before_the_first_step():
    images = torch.randn(2, 1, 4, 4, generator=RANDOM)
    starts = torch.randn(2, 3, 3, generator=RANDOM)

    found = invert(generate, images, starts, steps=2, lr=0.1)

    expected = (generate(starts[1, 2:]) - images[1]).square().mean()
    assert found.errors.shape == (3, 2, 3)
    assert torch.allclose(found.errors[0, 1, 2], expected)


def test_the_starts_stay_as_they_are():
    starts = torch.zeros(1, 1, 3)

    invert(generate, torch.ones(1, 1, 4, 4), starts, steps=2, lr=0.1)

    assert torch.equal(starts, torch.zeros(1, 1, 3))
