"""Archives whose members have names that lead elsewhere."""

import io
import stat
import zipfile

import pytest
from PIL import Image

from gan_lab.data.folder import Folder

NAMES = [
    "../../canary.png", "/tmp/canary.png", "a/../../canary.png", "C:\\canary.png", "..\\canary.png",
    "//host/canary.png", "a/./b/canary.png", "canary.png/", "canary\u202e.png", "CON.png",
    "-rf.png", "$(touch canary).png", "a\ncanary.png", "\x1b[2Jcanary.png", "x" * 300 + "/y.png",
    "{}.png", "%s.png", "${oc.env:HOME}/canary.png", "~/canary.png", " /canary.png",
]  # fmt: skip


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "cache"


def png():
    file = io.BytesIO()
    Image.new("L", (9, 9), 77).save(file, "PNG")
    return file.getvalue()


def load(path):
    folder = Folder(dir=str(path), size=8, channels=1)
    folder.prepare()
    return folder.load()


@pytest.mark.parametrize("name", NAMES)
def test_no_member_of_an_archive_is_written_anywhere(name, cache, tmp_path):
    path = tmp_path / "pictures.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("honest.png", png())
        archive.writestr(name, png())

    images = load(path)

    assert images.pixels.float().mean() == 77
    written = {file.relative_to(tmp_path).parts[0] for file in tmp_path.rglob("*")}
    assert written == {"pictures.zip", "cache"}
    assert {file.suffix for file in cache.rglob("*") if file.is_file()} <= {".safetensors", ".lock"}


def test_a_link_in_an_archive_is_not_followed(cache, tmp_path, capfd):
    (tmp_path / "secret.png").write_bytes(png())
    path = tmp_path / "pictures.zip"
    link = zipfile.ZipInfo("link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("honest.png", png())
        archive.writestr(link, str(tmp_path / "secret.png"))

    assert len(load(path)) == 1
    assert "link.png" in capfd.readouterr().err
