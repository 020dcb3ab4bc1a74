"""Where a task's files go."""

import numpy as np
import pytest
from PIL import Image

from gan_lab.errors import ConfigError
from gan_lab.tasks.output import output_folder, write_arrays, write_pictures


def test_pictures_and_arrays_are_written_into_a_new_folder(tmp_path):
    out = output_folder(tmp_path / "new" / "folder")

    write_pictures(out, {"one": Image.new("RGB", (3, 2))})
    write_arrays(out, "two", {"x": np.arange(3)})

    with Image.open(out / "one.png") as picture:
        assert picture.size == (3, 2)
    with np.load(out / "two.npz") as arrays:
        assert arrays["x"].tolist() == [0, 1, 2]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match=r"out=.*file cannot be written"):
        output_folder(tmp_path / "file")
