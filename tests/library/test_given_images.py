"""Images from somebody's program: what is taken, and what is said of what is not."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gan_lab.errors import ConfigError, DataError
from gan_lab.library.given_images import as_array, made_by, place_of

RANDOM = np.random.default_rng(0)
GRAY = RANDOM.integers(0, 256, (5, 6, 7), dtype=np.uint8)
RGB = RANDOM.integers(0, 256, (5, 6, 7, 3), dtype=np.uint8)


@pytest.mark.parametrize("images", [GRAY, RGB, RGB.transpose(0, 3, 1, 2)])
def test_arrays_and_tensors_stay_as_they_are(images):
    assert as_array(images) is images
    assert np.array_equal(as_array(torch.from_numpy(images.copy())), images)
    assert np.array_equal(as_array(list(images)), images)


def test_a_list_of_pictures_is_taken():
    assert np.array_equal(as_array([Image.fromarray(image) for image in RGB]), RGB)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (GRAY[0], r"shape \(6, 7\).*One image is images\[None\]"),
        (RGB[0], r"shape \(6, 7, 3\).*One image is images\[None\]"),
        (RGB[..., :2], r"shape \(5, 6, 7, 2\)"),
        (GRAY[:0], "are none"),
        ([], "are none"),
        ([GRAY[0], GRAY[0, :3]], "several shapes"),
        (GRAY / 255, r"float64 from .* such as \(images \* 255\)"),
        (GRAY / 127.5 - 1, r"such as \(\(images \+ 1\) \* 127.5\)"),
        (GRAY.astype(np.float32), r"such as images.round\(\)"),
        (GRAY.astype(np.int64) * 300, "int64 from 0 to"),
        (np.full((2, 5, 5), np.nan), "hold what is no brightness"),
        (np.full((2, 5, 5), "a"), "hold what is no brightness"),
        ({"images": GRAY}, "of the type dict"),
        (None, "of the type NoneType"),
    ],
)
def test_other_arrays_are_refused_with_a_remedy(images, message):
    with pytest.raises(ConfigError, match=message):
        as_array(images)


@pytest.mark.parametrize("at_most", [3, 100])
def test_a_function_is_asked_until_there_are_enough(at_most):
    random = np.random.default_rng(0)

    made = made_by(lambda n: random.integers(0, 256, (min(n, at_most), 4, 4), dtype=np.uint8), 7)

    assert made.shape == (7, 4, 4)


def test_a_function_that_repeats_itself_or_makes_nothing_is_refused():
    with pytest.raises(ConfigError, match="the same images again"):
        made_by(lambda n: GRAY, 11)
    with pytest.raises(ConfigError, match="are none"):
        made_by(lambda n: GRAY[:0], 11)
    with pytest.raises(ConfigError, match="n is missing"):
        made_by(lambda n: GRAY, None)


def test_an_array_lies_in_a_file_for_as_long_as_it_is_looked_at():
    with place_of(GRAY) as place, np.load(place) as arrays:
        assert np.array_equal(arrays["images"], GRAY)
    assert not Path(place).parent.exists()


def test_a_mistake_does_not_name_the_file_of_an_array():
    with pytest.raises(DataError, match="images=ARRAY is odd"), place_of(GRAY) as place:
        raise DataError(f"images={place} is odd")
