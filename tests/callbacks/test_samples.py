"""Pictures of fixed latents, and that taking them changes nothing."""

import torch

from gan_lab.callbacks.sample_pictures import SamplePicture
from gan_lab.callbacks.samples import SampleGrids
from gan_lab.data.pixels import to_pixels
from gan_lab.figures.grids import image_grid
from tests.training.conftest import fit, recipe, tiny_gan


def grids(folder, every=2, seed=0):
    folder.mkdir(exist_ok=True)
    return SampleGrids(folder, every, seed, SamplePicture(gray_grid, 9))


def gray_grid(images_N1HW):
    return image_grid(to_pixels(images_N1HW, (-1.0, 1.0)).numpy())


def test_pictures_are_taken_at_chosen_iterations_and_at_the_end(tmp_path):
    fit(tiny_gan(), 5, callbacks=[grids(tmp_path)])

    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["00000002.png", "00000004.png", "00000005.png"]


def test_the_latents_are_the_same_in_every_picture(tmp_path):
    module = tiny_gan(
        recipe=recipe(optimizer=lambda weights: torch.optim.SGD(weights, lr=0.0), average=None)
    )
    module.generator[1].track_running_stats = False  # nothing in the generator changes now
    module.generator[1].running_mean = module.generator[1].running_var = None

    fit(module, 4, callbacks=[grids(tmp_path)])

    first, second = (path.read_bytes() for path in sorted(tmp_path.iterdir()))
    assert first == second


def test_taking_pictures_does_not_change_one_bit_of_training(tmp_path):
    without, with_pictures = tiny_gan(), tiny_gan()

    fit(without, 4)
    fit(with_pictures, 4, callbacks=[grids(tmp_path, every=1)])

    for key, value in without.state_dict().items():
        assert torch.equal(value, with_pictures.state_dict()[key]), key
