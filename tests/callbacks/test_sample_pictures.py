"""What stands in the pictures of samples."""

import torch

from gan_lab.callbacks.sample_pictures import DomainPicture
from gan_lab.data.base import Images
from gan_lab.training.translating import Originals


class Painter:
    """Adds a number of each view."""

    device = torch.device("cpu")
    sets = ("red", "blue")
    directions = {"to_red": ("not_red", "red"), "to_blue": ("not_blue", "blue")}  # noqa: RUF012
    originals = {  # noqa: RUF012
        name: Originals(
            Images(torch.full((6, 1, 1, 1), level, dtype=torch.uint8)), lambda p: p.float(), "test"
        )
        for name, level in (("red", 10), ("blue", 20), ("not_red", 20), ("not_blue", 10))
    }

    def translate(self, images, view):
        return images + {"to_red": 100, "to_blue": 200}[view]


def test_originals_of_all_domains_stand_in_front_of_their_translations_to_each():
    drawn = []
    picture = DomainPicture(lambda images, headings: drawn.append((images, headings)), 4)

    picture.of(Painter(), 0)

    ((images, headings),) = drawn
    assert headings == ["original", "red", "blue"]
    rows = [[10, 110, 210]] * 2 + [[20, 120, 220]] * 2
    assert images[:, :, 0, 0, 0].tolist() == rows
