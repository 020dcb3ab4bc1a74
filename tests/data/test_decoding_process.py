"""A process that decodes pictures: the same as in this one, its end, and pictures it cannot read.

Each start takes a second, so that the tests are few.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_lab.data.decoding_process import DecodingProcess
from gan_lab.data.folder_or_zip import folder_at, zip_at
from gan_lab.data.image_containers import fitted_or_why, picture_item
from gan_lab.data.resizing import Fitting, White
from gan_lab.errors import DataError

DAMAGED = "in/damaged.png"
FITTINGS = (
    Fitting(6, 4),
    Fitting(3, 8, channels=1, crop="none", background=(9, 99, 200)),
    Fitting(5, 5, channels=4, crop="random", white=White(whole=1000, least=10)),
)


@pytest.fixture
def folder(tmp_path):
    """Pictures of several kinds, with a name of several lines, and one that is none."""
    folder = tmp_path / "own"
    (folder / "in").mkdir(parents=True)
    levels = np.random.default_rng(0).integers(0, 256, (2, 9, 12, 4), np.uint8)
    Image.fromarray(levels[0, ..., :3]).save(folder / "colours.png")
    Image.fromarray(levels[1]).save(folder / "in" / "two\nlines ä.png")
    deep = np.arange(108, dtype=np.uint16).reshape(9, 12) * 10
    Image.fromarray(deep).save(folder / "deep.png")
    (folder / DAMAGED).write_bytes(b"damaged")
    return folder


@pytest.fixture
def started():
    """Return a function that starts a process, which ends with the test."""
    processes = []

    def start(place):
        processes.append(DecodingProcess(place))
        return processes[-1]

    yield start
    for process in processes:
        process.end()


def plain(outcome):
    """Return a reason as it is, and of a picture what can be compared."""
    return outcome if isinstance(outcome, str) else (outcome.original, outcome.pixels.tolist())


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_each_picture_or_what_is_wrong_with_it_is_as_in_this_process(folder, started, kind):
    place = folder_at(folder)
    if kind == "zip":
        place = zip_at(Path(shutil.make_archive(str(folder), "zip", folder)))
    process = started(place)
    assert len(place.pictures) == 4

    for fitting in FITTINGS:
        made = process.decode(fitting, place.pictures)
        with place.opened() as read:
            expected = [fitted_or_why(picture_item(read, n), fitting) for n in place.pictures]
        assert [plain(each) for each in made] == [plain(each) for each in expected]

    whys = [name for name, each in zip(place.pictures, made, strict=True) if isinstance(each, str)]
    assert whys == [DAMAGED]
    assert process.decode(FITTINGS[0], []) == []
    (why,) = process.decode(FITTINGS[0], [DAMAGED])
    assert why == "of another format than its name says"


def test_a_killed_process_is_said_to_have_ended_and_can_be_ended(folder, started):
    process = started(folder_at(folder))
    assert len(process.decode(FITTINGS[0], ["colours.png"])) == 1

    process._process.kill()

    for _ in range(2):
        with pytest.raises(DataError, match=r"has ended with -9, .* Run again to go on\.$"):
            process.decode(FITTINGS[0], ["colours.png"])
    process.end()


@pytest.mark.slow
def test_it_ends_with_the_process_that_started_it_even_if_that_is_killed(folder):
    code = (
        "import os, sys; from pathlib import Path\n"
        "from gan_lab.data.decoding_process import DecodingProcess, Fitting\n"
        "from gan_lab.data.folder_or_zip import folder_at\n"
        "process = DecodingProcess(folder_at(Path(sys.argv[1])))\n"
        "made = process.decode(Fitting(2, 2), ['colours.png'])\n"
        "print(len(made), flush=True)\n"
        f"os.kill(os.getpid(), {int(signal.SIGKILL)})\n"
    )
    # This waits until nobody holds the standard error any more, which both processes share.
    killed = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (killed.returncode, killed.stdout, killed.stderr) == (-signal.SIGKILL, "1\n", "")
