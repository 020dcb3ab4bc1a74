"""The digits that come with scikit-learn."""

import numpy as np
from sklearn.datasets import load_digits

from gan_lab.data.digits import Digits


def test_the_two_splits_are_all_digits_once():
    train = Digits(size=8).load()
    test = Digits(size=8, split="test").load()
    assert (len(train), len(test)) == (1433, 364)
    together = np.concatenate([train.pixels, test.pixels]).reshape(1797, -1)
    original = np.rint(load_digits().data * 255 / 16)
    np.testing.assert_array_equal(np.sort(together, axis=0), np.sort(original, axis=0))


def test_each_split_holds_every_class():
    for split in ("train", "test"):
        assert Digits(split=split).load().labels.bincount(minlength=10).min() >= 34


def test_black_is_0_and_the_brightest_is_255():
    pixels = Digits(size=8).load().pixels
    assert (pixels.min(), pixels.max()) == (0, 255)


def test_they_are_resized_to_32_unless_told_otherwise():
    dataset = Digits(limit=5)
    dataset.prepare()
    assert dataset.load().pixels.shape == (5, *dataset.image_shape) == (5, 1, 32, 32)


def test_labels_fit_their_images():
    data = load_digits()
    images = Digits(split="test", size=8, classes=["4"]).load()
    fours = data.images[data.target == 4]
    np.testing.assert_array_equal(images.pixels[:, 0], np.rint(fours[::5] * 255 / 16))
