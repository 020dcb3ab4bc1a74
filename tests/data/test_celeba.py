"""CelebA: pictures and their attributes, from a folder or an archive, and what is refused."""

import shutil

import pytest
import torch

from gan_lab.data.celeba import NAMES, CelebA
from gan_lab.data.real_conditions import conditions_of
from gan_lab.errors import ConfigError, DataError
from tests.celeba import TEST, TRAIN, attributes_of, write_celeba


@pytest.fixture
def place(tmp_path):
    return write_celeba(tmp_path / "celeba")


def loaded(place, **options):
    options = {"attributes": ["Smiling", "Male"], "size": 16, **options}
    dataset = CelebA(dir=str(place), **options)
    dataset.prepare()
    return dataset, dataset.load()


@pytest.mark.parametrize(("split", "numbers"), [("train", TRAIN), ("test", TEST)])
def test_each_face_has_its_attributes_in_the_order_that_is_asked_for(place, split, numbers):
    dataset, images = loaded(place, split=split, condition="attributes")

    assert images.pixels.shape == (len(numbers), 3, 16, 16)
    expected = [[smiles, male] for _, male, smiles in map(attributes_of, numbers)]
    assert images.attributes.tolist() == expected
    assert images.attribute_names == ("Smiling", "Male")
    is_dark = images.pixels.float().mean(dim=(1, 2, 3)) < 128
    assert torch.equal(is_dark, images.attributes[:, 1] > 0)
    told = conditions_of(dataset, images)
    assert told.dtype == torch.float32
    assert torch.equal(told, images.attributes.float())


def test_an_archive_of_the_pictures_or_of_everything_is_the_same(place, tmp_path):
    _, expected = loaded(place)
    everything = shutil.make_archive(str(tmp_path / "all"), "zip", place)
    shutil.make_archive(str(place / "img_align_celeba"), "zip", place, "img_align_celeba")
    shutil.rmtree(place / "img_align_celeba")

    for path in (everything, place):
        _, images = loaded(path)
        assert torch.equal(images.pixels, expected.pixels)
        assert torch.equal(images.attributes, expected.attributes)


def test_a_part_keeps_its_attributes(place):
    _, images = loaded(place, limit=5)

    dark = images.pixels.float().mean(dim=(1, 2, 3)) < 128
    assert torch.equal(dark, images.attributes[:, 1] > 0)


def test_the_published_attributes_are_forty():
    assert len(set(NAMES)) == 40


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"attributes": ["Tall"]}, r"data\.attributes names Tall, which is not there"),
        ({"split": "all"}, r"data\.split=all is not one of: train, valid, test"),
        ({"condition": "labels"}, r"has attributes and no labels: data\.condition=attributes"),
        ({"dir": None}, r"data\.dir=null: data=celeba needs img_align_celeba"),
    ],
)
def test_options_that_cannot_work_are_refused(tmp_path, options, message):
    with pytest.raises(ConfigError, match=message):
        CelebA(**{"dir": str(tmp_path), **options})


def test_what_is_missing_or_damaged_is_named(place):
    with pytest.raises(DataError, match=r"has no picture of data\.split=valid"):
        loaded(place, split="valid")
    with pytest.raises(DataError, match=r"list_attr_celeba\.txt .* cannot be read .*copy it anew"):
        loaded(place, attributes=["Young"])  # not in this list
    path = place / "list_attr_celeba.txt"
    complete = path.read_text()
    path.write_text(complete.replace("000007.jpg", "none.jpg"))
    with pytest.raises(DataError, match=r"says nothing of .*000007\.jpg; complete it"):
        loaded(place)
    path.write_text(complete.replace(" 1", " 7", 1))
    with pytest.raises(DataError, match=r"other numbers than 1 and -1"):
        loaded(place)
    shutil.rmtree(place / "img_align_celeba")
    with pytest.raises(DataError, match=r"has neither img_align_celeba/ nor img_align_celeba\.zip"):
        loaded(place)
