"""The picture of structured latents at the end of training, and only of those."""

import torch
from PIL import Image

from gan_lab.callbacks.traversals import Traversals
from tests.training.conftest import fit, tiny_gan
from tests.training.test_infogan import DATA, infogan


def watched(module, folder, **options):
    seen = []

    def draw(images):
        seen.append(images)
        return Image.new("L", (4, 4))

    fit(module, 2, callbacks=[Traversals(folder, 0, draw)], **options)
    return seen


def test_each_informative_variable_is_drawn_once_at_the_end(tmp_path):
    (images,) = watched(infogan(), tmp_path / "traversals", images=DATA)

    assert {name: tuple(each.shape) for name, each in images.items()} == {
        "category": (3, 10, 1, 8, 8), "style": (10, 10, 1, 8, 8)
    }  # fmt: skip
    assert [path.name for path in (tmp_path / "traversals").iterdir()] == ["00000002.png"]


def test_it_changes_nothing_in_training(tmp_path):
    one, other = infogan(), infogan()
    watched(one, tmp_path / "traversals", images=DATA)
    fit(other, 2, images=DATA)

    states = one.state_dict(), other.state_dict()
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])


def test_other_latents_have_no_picture(tmp_path):
    assert watched(tiny_gan(), tmp_path / "traversals") == []
    assert not (tmp_path / "traversals").exists()
