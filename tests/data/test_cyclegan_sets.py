"""The sets of CycleGAN's authors by name, out of a .zip that a server on this machine has."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from PIL import Image

from gan_lab.config.build import build
from gan_lab.data import cyclegan_sets
from gan_lab.data.cyclegan_sets import SETS
from gan_lab.errors import ConfigError, DataError

CONF = Path(__file__).parents[2] / "conf"
LEVELS = {"trainA": [10, 11, 12], "trainB": [20, 21], "testA": [30], "testB": [40, 41]}


def packed(name):
    """Return a .zip as the authors' are: the four folders in one of the set's name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for folder, levels in LEVELS.items():
            for level in levels:
                picture = io.BytesIO()
                Image.new("RGB", (16, 16), (level, 0, 0)).save(picture, "PNG")
                at = zipfile.ZipInfo(
                    f"{name}/{folder}/n{level}.png"
                )  # of 1980, whenever it is made
                archive.writestr(at, picture.getvalue())
    return buffer.getvalue()


@pytest.fixture
def mirror(web, cache, monkeypatch):
    """A server that has horse2zebra.zip and ae_photos.zip, after another that has nothing."""
    for name in ("horse2zebra", "ae_photos"):
        web.pages[f"/datasets/{name}.zip"] = [packed(name)]
    sha256 = hashlib.sha256(packed("horse2zebra")).hexdigest()
    monkeypatch.setitem(cyclegan_sets.SHA256, "horse2zebra", sha256)
    addresses = (f"{web.url}nothing/", f"{web.url}datasets/")
    monkeypatch.setattr(cyclegan_sets, "MIRRORS", addresses)
    return web


def built(name, *words):
    """Return the data set that a command describes."""
    with initialize_config_dir(str(CONF), version_base="1.3"):
        config = compose("config", ["algorithm=cyclegan", f"data={name}", "data.size=8", *words])
    return build(config.data, "data")


def levels(dataset):
    dataset.prepare()
    images = [source.load() for source in dataset.sources.values()]
    return [sorted(part.pixels[:, 0, 0, 0].tolist()) for part in images]


def test_a_set_is_downloaded_once_and_read_as_two(mirror, cache, capsys):
    assert levels(built("horse2zebra")) == [[10, 11, 12], [20, 21]]
    assert levels(built("horse2zebra", "data.split=test")) == [[30], [40, 41]]

    assert mirror.downloads("/datasets/horse2zebra.zip") == 1
    assert [path.name for path in (cache / "horse2zebra").glob("[!.]*")] == ["horse2zebra.zip"]
    assert "horse2zebra: 127.0.0.1 answers with status 404" in capsys.readouterr().err


def test_its_test_part_is_known_to_be_no_part_of_the_training(mirror):
    dataset = built("horse2zebra")
    dataset.prepare()

    assert dataset.test_split == "test"


def test_a_file_that_is_there_needs_no_web(mirror, cache):
    (cache / "horse2zebra").mkdir(parents=True)
    (cache / "horse2zebra" / "horse2zebra.zip").write_bytes(packed("horse2zebra"))

    assert levels(built("horse2zebra")) == [[10, 11, 12], [20, 21]]
    assert mirror.requests == []


def test_a_folder_of_ones_own_takes_its_place(mirror, tmp_path):
    with zipfile.ZipFile(io.BytesIO(packed("horse2zebra"))) as archive:
        archive.extractall(tmp_path / "own")

    assert levels(built("horse2zebra", f"data.dir={tmp_path / 'own'}"))[1] == [20, 21]
    assert mirror.requests == []


def test_other_bytes_are_refused_and_nothing_is_kept(mirror, cache):
    mirror.pages["/datasets/horse2zebra.zip"] = [packed("horse2zebra") + b"more"]

    with pytest.raises(DataError, match=r"sent other bytes.*\nPut horse2zebra\.zip into "):
        built("horse2zebra").prepare()
    assert not list((cache / "horse2zebra").glob("[!.]*"))


def test_what_has_no_published_checksum_is_told_by_its_own(mirror, capsys):
    assert levels(built("ae_photos")) == [[10, 11, 12], [20, 21]]

    sha256 = hashlib.sha256(packed("ae_photos")).hexdigest()
    assert f"no published checksum; its SHA-256 is {sha256}" in capsys.readouterr().err


def test_cityscapes_which_no_mirror_has_any_more_says_what_to_do(mirror):
    with pytest.raises(DataError, match=r"cityscapes cannot be obtained.*404.*\n.*data\.dir="):
        built("cityscapes").prepare()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["data@data.a=digits"], r"^data\.download=horse2zebra is a folder of both sets"),
        (["data.a.dir=x"], r"data\.a\.dir=x and data\.download=horse2zebra, a folder of both"),
    ],
)
def test_a_set_of_ones_own_beside_a_published_one_is_refused(words, message):
    with pytest.raises(ConfigError, match=message):
        built("horse2zebra", *words)


@pytest.mark.parametrize("name", SETS)
def test_each_is_a_word_of_the_command(name, cache):
    dataset = built(name)

    assert dataset.download == name
    assert [source.classes for source in dataset.sources.values()] == [("A",), ("B",)]
    text = (CONF / "data" / f"{name}.yaml").read_text()
    assert ("Nobody gives a checksum" in text) == (name not in cyclegan_sets.SHA256)


def test_a_run_goes_on_where_the_set_is_not_downloaded_yet(run, mirror, cache, monkeypatch):
    words = ("algorithm=cyclegan", "data=horse2zebra", "data.size=16", "model.width=4",
             "model.discriminator.halvings=1", "evaluation=none", "trainer=cpu",
             "trainer.precision=32-true")  # fmt: skip
    first = run(*words, "iterations=1")
    assert first.status == 0, first.err

    monkeypatch.setenv("GAN_LAB_DATA", str(cache.with_name("another")))
    again = run(f"ckpt={first.directory / 'checkpoints' / 'last.ckpt'}", "iterations=2")

    assert again.status == 0, again.err
    assert mirror.downloads("/datasets/horse2zebra.zip") == 2
