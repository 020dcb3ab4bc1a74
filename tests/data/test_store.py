"""The file that holds a data set: written as a stream, mapped when read, checked for damage."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from gan_lab.data import store
from gan_lab.durable import UNFINISHED
from gan_lab.errors import DataError


def fill(writer):
    # 3 x 25 bytes before the labels: not a multiple of their size.
    writer.add("train.images", [np.full((1, 1, 5, 5), n, np.uint8) for n in range(3)])
    writer.add("train.labels", [np.array([1, -1, 0])])
    writer.add_class_names(["cat", "dog"])


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "data" / "small.safetensors"
    store.create_once(path, fill)
    return path


def test_what_was_written_comes_back(path):
    images = store.read_split(path, "train")
    assert images.pixels.dtype == torch.uint8
    assert images.pixels.shape == (3, 1, 5, 5)
    assert images.pixels[:, 0, 0, 0].tolist() == [0, 1, 2]
    assert images.labels.tolist() == [1, -1, 0]
    assert images.class_names == ("cat", "dog")


def test_other_readers_of_the_format_read_it_too(path):
    arrays = load_file(path)
    assert arrays["train.images"].sum() == 25 * 3
    assert arrays["train.labels"].tolist() == [1, -1, 0]


def test_what_images_show_is_kept_where_it_is_known(tmp_path, path):
    def fill_with_subjects(writer):
        fill(writer)
        writer.add("train.subjects", [np.array([7, 8, 7])])

    known = tmp_path / "known.safetensors"
    store.create_once(known, fill_with_subjects)

    assert store.read_split(known, "train").subjects.tolist() == [7, 8, 7]
    assert store.read_split(path, "train").subjects is None


def test_images_without_labels(tmp_path):
    path = tmp_path / "plain.safetensors"
    store.create_once(
        path, lambda writer: writer.add("train.images", [np.zeros((2, 1, 8, 8), "u1")])
    )
    images = store.read_split(path, "train")
    assert images.labels is None
    assert images.class_names == ()


def test_an_existing_file_is_left_alone(path):
    before = path.stat().st_mtime_ns
    store.create_once(path, lambda writer: pytest.fail("made again"))
    assert path.stat().st_mtime_ns == before


def test_a_prepared_file_is_read_in_a_folder_that_cannot_be_locked(path):
    (path.parent / ".gan_lab.lock").unlink(missing_ok=True)
    store.create_once(path, fill)
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("kept", [0, 5, 3000, 4104 + 10, -1])
def test_a_truncated_file_is_refused_by_name(path, kept):
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(DataError, match=rf"{path} is truncated or altered; delete it"):
        store.read(path)


def test_labels_start_where_every_processor_can_read_them(path):
    assert store.read_split(path, "train").labels.data_ptr() % 8 == 0


# In the class names, the labels, the images and the header.
@pytest.mark.parametrize("place", [-5, -20, -60, 12])
def test_a_single_altered_byte_is_noticed(path, place):
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(DataError, match="truncated or altered"):
        store.read(path)


def test_beyond_the_hashed_size_the_length_is_still_checked(path, monkeypatch):
    monkeypatch.setattr(store, "VERIFIED_BYTES", 10)
    data = path.read_bytes()
    store.read(path)
    path.write_bytes(data[:-1])
    with pytest.raises(DataError, match="truncated"):
        store.read(path)


def test_the_hash_noted_at_preparation_is_read_without_the_arrays(path):
    noted = store.content_sha256(path)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)

    assert len(noted) == 64
    assert store.content_sha256(path) == noted


def test_the_hash_is_of_the_content_and_not_of_the_place(path, tmp_path):
    def fill_otherwise(writer):
        fill(writer)
        writer.add("more", [np.ones(1, np.uint8)])

    same, other = tmp_path / "elsewhere" / "same.safetensors", tmp_path / "other.safetensors"
    store.create_once(same, fill)
    store.create_once(other, fill_otherwise)

    assert store.content_sha256(same) == store.content_sha256(path)
    assert store.content_sha256(other) != store.content_sha256(path)


def test_a_file_without_a_header_has_no_hash(path):
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataError, match="truncated or altered"):
        store.content_sha256(path)
    with pytest.raises(DataError, match="is not there"):
        store.content_sha256(path.with_name("nothing"))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"nothing\.safetensors is not there"):
        store.read(tmp_path / "nothing.safetensors")


def test_a_failure_leaves_no_file(tmp_path):
    def fail(writer):
        fill(writer)
        raise DataError("no more data")

    with pytest.raises(DataError, match="no more data"):
        store.create_once(tmp_path / "half.safetensors", fail)
    assert {path.name for path in tmp_path.iterdir()} <= {".gan_lab.lock"}


def test_reading_maps_the_file_instead_of_copying_it(tmp_path):
    path = tmp_path / "large.safetensors"
    megabytes = 200
    blocks = (np.full((16, 1, 256, 256), n % 256, np.uint8) for n in range(megabytes))
    store.create_once(path, lambda writer: writer.add("train.images", blocks))
    before = _resident_megabytes()
    pixels = store.read_split(path, "train").pixels
    assert _resident_megabytes() - before < 20
    assert pixels[-1, 0, 0, 0] == (megabytes - 1) % 256
    assert _resident_megabytes() - before < 20


def test_changing_the_tensor_does_not_change_the_file(path):
    store.read_split(path, "train").pixels[0] = 255
    assert store.read_split(path, "train").pixels[0].max() == 0


def _resident_megabytes():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


HALF = """
import sys, time
from pathlib import Path
import numpy as np
from gan_lab.data import store

def fill(writer):
    writer.add("train.images", [np.zeros((1000, 1, 32, 32), np.uint8)])
    print("half", flush=True)
    time.sleep(60)

store.create_once(Path(sys.argv[1]), fill)
"""


def test_a_killed_process_leaves_nothing_that_looks_complete(tmp_path):
    path = tmp_path / "small.safetensors"
    process = subprocess.Popen([sys.executable, "-c", HALF, str(path)], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"half\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not path.exists()
    assert list(tmp_path.glob(f"{UNFINISHED}*"))
    store.create_once(path, fill)
    assert store.read_split(path, "train").pixels.shape == (3, 1, 5, 5)
    assert not list(tmp_path.glob(f"{UNFINISHED}*"))


def test_notes_are_kept_whatever_their_length_and_are_no_content(tmp_path):
    def written(name, notes, originals):
        def fill(writer):
            writer.add("train.images", [np.zeros((2, 1, 8, 8), np.uint8)])
            writer.add_notes(notes, originals)

        store.create_once(tmp_path / name, fill)
        return tmp_path / name

    plain = written("a", [], {})
    noted = written("b", ["字" * 5000, "ab"], {"8x8 L": 2})

    assert store.read_notes(plain) == [] and store.read_originals(plain) == {}
    long, short = store.read_notes(noted)
    assert long.startswith("字" * 50) and long.endswith("...") and short == "ab"
    assert store.read_originals(noted) == {"8x8 L": 2}
    assert store.content_sha256(plain) == store.content_sha256(noted)
    assert store.read(noted).keys() == {"train.images"}
