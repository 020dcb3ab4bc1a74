"""What images show whatever their class: digits in ink are read as MNIST's."""

import pytest
import torch

from gan_lab.assembly.contents import reader_of, shown_by
from gan_lab.data.digits import Digits
from gan_lab.data.digits_in_ink import DigitsInInk
from gan_lab.data.mnist import MNIST
from gan_lab.data.unpaired import Unpaired
from gan_lab.errors import DataError


@pytest.fixture(scope="module", autouse=True)
def prepared():
    try:
        MNIST().prepare()
    except DataError as error:
        pytest.skip(str(error))


def test_real_digits_in_any_ink_are_read_as_they_are():
    dataset = DigitsInInk(split="test", limit=600)
    images = dataset.load()
    digits = MNIST(split="test").load().labels[images.subjects - 60_000]

    contents = shown_by(dataset, "not_red", images)

    assert (contents == digits).double().mean() > 0.98
    for label, ink in enumerate(images.class_names):
        of_ink = images.labels == label
        read = reader_of(dataset, ink)(dataset.to_network(images.pixels[of_ink]))
        assert torch.equal(read, contents[of_ink])


def test_of_two_sets_each_is_read_in_its_own_ink():
    black, red = (DigitsInInk(split="test", inks=[ink], limit=300) for ink in ("black", "red"))
    both = Unpaired(a=black, b=red)
    images = both.b.load()

    read = reader_of(both, "b")(both.to_network(images.pixels))

    assert torch.equal(read, shown_by(both, "b", images))
    assert (read == images.labels).double().mean() > 0.97


def test_other_data_are_read_by_nobody():
    assert reader_of(Digits(size=16), "3") is None
