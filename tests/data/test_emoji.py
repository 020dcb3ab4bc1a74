"""Emoji: the real pictures, and every route to them on a release of a few symbols."""

import hashlib
import io
import json
import shutil
import tarfile

import numpy as np
import pytest
import torch
from PIL import Image

from gan_lab.data import emoji_files
from gan_lab.data.emoji import Emoji, picture_of
from gan_lab.data.emoji_files import in_package, in_repository
from gan_lab.data.emoji_symbols import VENDORS, Symbol, tones_of
from gan_lab.data.texts import text_of
from gan_lab.data.unpaired import Unpaired
from gan_lab.errors import ConfigError, DataError

TONE = "1F3FB"
# Enough for a test split; every second one has a skin tone.
NAMES = [f"1f9{number:02x}" for number in range(0x10, 0x20)]
UNDRAWN = "1f92f"  # by Facebook
COLUMNS = 8


@pytest.fixture(scope="session")
def emoji_prepared():
    """Make sure that the user's cache holds the real emoji of Google and Twitter."""
    try:
        Emoji().prepare()
    except DataError as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("emoji_prepared")
def test_the_real_emoji_are_counted_and_paired():
    train, test = Emoji().load(), Emoji(split="test").load()

    assert train.class_names == ("google", "twitter")
    assert train.labels.bincount().tolist() == [3107, 3107]
    assert test.labels.bincount().tolist() == [535, 535]
    assert not torch.isin(train.subjects, test.subjects).any()
    google, twitter = (test.at(test.labels == label) for label in (0, 1))
    assert torch.equal(google.subjects, twitter.subjects)
    # The same symbols are more alike than others are.
    pairs = google.pixels.float(), twitter.pixels.float()
    others = pairs[0], pairs[1].roll(1, 0)
    assert (pairs[0] - pairs[1]).abs().mean() < 0.75 * (others[0] - others[1]).abs().mean()


@pytest.mark.usefixtures("emoji_prepared")
def test_no_real_picture_of_training_is_tested_with():
    for vendor in ("google", "twitter"):
        train, test = (Emoji(domains=[vendor], split=split).load() for split in ("train", "test"))
        known = {picture.numpy().tobytes() for picture in train.pixels}
        assert not [place for place, p in enumerate(test.pixels) if p.numpy().tobytes() in known]


def entry(name, place, **more):
    drawn = {f"has_img_{vendor}": True for vendor in VENDORS}
    drawn["has_img_facebook"] = not name.startswith(UNDRAWN)
    row, column = divmod(place, COLUMNS)
    place = {"sheet_x": column, "sheet_y": row}
    return {"image": f"{name}.png", "name": f"THING-{name.upper()}", **place, **drawn, **more}


def tgz(files):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def png(pixels_HWC):
    buffer = io.BytesIO()
    Image.fromarray(pixels_HWC).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


class Release:
    """A list of symbols, and sheets on which symbol i of vendor v is gray i with v red more."""

    def __init__(self):
        self.list = []
        self.names = []
        for name in [*NAMES, UNDRAWN]:
            variations = {}
            self.list.append(entry(name, len(self.names), skin_variations=variations))
            self.names.append(name)
            if int(name, 16) % 2:
                variations[TONE] = entry(f"{name}-{TONE.lower()}", len(self.names))
                self.names.append(f"{name}-{TONE.lower()}")
        self.files = {"emoji.json": json.dumps(self.list).encode()}
        for number, vendor in enumerate(VENDORS):
            self.files[vendor] = png(self._sheet(number))
        self.packages = {
            vendor: tgz(
                {
                    "package/emoji.json": self.files["emoji.json"],
                    f"package/{in_package(vendor)}": self.files[vendor],
                }
            )
            for vendor in VENDORS
        }

    @property
    def drawn(self):
        """The places of the symbols that all draw."""
        return [place for place, name in enumerate(self.names) if UNDRAWN not in name]

    def _sheet(self, vendor):
        rows = -(-len(self.names) // COLUMNS)
        sheet = np.zeros((rows * 66, COLUMNS * 66, 4), np.uint8)
        for place in range(len(self.names)):
            row, column = divmod(place, COLUMNS)
            tile = sheet[row * 66 + 1 : row * 66 + 65, column * 66 + 1 : column * 66 + 65]
            tile[..., :3] = place
            tile[..., 0] += 100 + vendor
            tile[..., 3] = 255
        return sheet


@pytest.fixture
def release(monkeypatch):
    """A small release whose checksums take the place of the real ones; no mirror has it."""
    release = Release()
    monkeypatch.setattr(emoji_files, "MIRRORS", ())
    digest = hashlib.sha256(release.files["emoji.json"]).hexdigest()
    monkeypatch.setattr(emoji_files, "LIST_SHA256", digest)
    for known, contents in (
        (emoji_files.SHEET_SHA256, release.files),
        (emoji_files.PACKAGE_SHA256, release.packages),
    ):
        for vendor in VENDORS:
            monkeypatch.setitem(known, vendor, hashlib.sha256(contents[vendor]).hexdigest())
    return release


@pytest.fixture
def own(release, tmp_path):
    """A folder with the four packages as they are downloaded."""
    folder = tmp_path / "own"
    folder.mkdir()
    for vendor, content in release.packages.items():
        (folder / f"emoji-datasource-{vendor}-16.0.0.tgz").write_bytes(content)
    return folder


def loaded(**options):
    dataset = Emoji(**options)
    dataset.prepare()
    return dataset.load()


def assert_holds(release, **options):
    """Check that both splits hold each symbol that all draw, of each vendor, in one order."""
    domains = options.get("domains", ["google", "twitter"])
    parts = [loaded(split=split, **options) for split in ("train", "test")]
    for part in parts:
        count = len(part) // len(domains)
        shown = part.pixels[:, 1, 0, 0].view(len(domains), count)
        assert (shown == shown[0]).all()
        assert (part.subjects.view(len(domains), count) == part.subjects[:count]).all()
        if len(domains) > 1:
            assert part.class_names == tuple(domains)
            vendors = [VENDORS.index(part.class_names[label]) for label in part.labels.tolist()]
        else:
            assert part.labels is None
            vendors = [VENDORS.index(domains[0])] * count
        red = part.pixels[:, 0, 0, 0].long() - part.pixels[:, 1, 0, 0] - 100
        assert red.tolist() == vendors
    places = torch.cat([part.pixels[:, 1, 0, 0][: len(part) // len(domains)] for part in parts])
    assert sorted(places.tolist()) == release.drawn
    return parts


def test_each_symbol_is_drawn_once_by_each_vendor_and_its_tones_are_on_one_side(
    release, own, no_registry
):
    train, test = assert_holds(release, dir=str(own), domains=["twitter", "apple"])

    names = [
        {release.names[place].split("-")[0] for place in part.pixels[:, 1, 0, 0].tolist()}
        for part in (train, test)
    ]
    assert 0 < len(names[1]) < len(names[0])
    assert not names[0] & names[1]
    assert set(names[0]) | set(names[1]) == set(NAMES)


def test_symbol_i_does_not_depend_on_which_vendors_are_at_hand(release, own, no_registry, tmp_path):
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(own / "emoji-datasource-google-16.0.0.tgz", alone)

    one = loaded(dir=str(alone), domains=["google"], split="test")
    both = loaded(dir=str(own), domains=["facebook", "google"], split="test")

    assert torch.equal(one.subjects, both.at(both.labels == 1).subjects)
    assert torch.equal(one.pixels, both.at(both.labels == 1).pixels)
    # Facebook's lack is no symbol of Google's either.
    assert release.names.index(UNDRAWN) not in one.pixels[:, 1].unique().tolist()


def test_two_single_vendors_are_two_sets_whose_subjects_tell_the_pairs(release, own, no_registry):
    sources = {
        name: Emoji(dir=str(own), domains=[vendor])
        for name, vendor in (("a", "google"), ("b", "twitter"))
    }
    both = Unpaired(**sources, split="test", limit=3)
    both.prepare()

    a, b = (source.load() for source in both.sources.values())

    assert len(a) == len(b) == 3
    assert torch.equal(a.subjects, b.subjects)
    assert torch.equal(a.pixels[:, 1:], b.pixels[:, 1:])
    assert not torch.equal(a.pixels[:, 0], b.pixels[:, 0])


def test_names_are_captions_in_words_of_the_training_symbols(release, own, no_registry):
    options = {"dir": str(own), "domains": ["apple", "twitter"], "condition": "text"}
    train, test = (loaded(split=split, **options) for split in ("train", "test"))

    for images in (train, test):
        said = [text_of(tokens, images.words) for tokens in images.captions.tolist()]
        names = [release.names[place] for place in images.pixels[:, 1, 0, 0].tolist()]
        for name, words in zip(names, said, strict=True):
            known = name.split("-")[0] if images is train else ""
            expected = ["thing", known, *(["light", "skin", "tone"] if "-" in name else [])]
            assert words.split() == [word for word in expected if word]
    assert train.words == test.words
    assert (own / "names.safetensors").is_file()


def test_the_list_alone_is_enough_for_names(release, own, web, monkeypatch, no_registry, tmp_path):
    loaded(dir=str(own), domains=["google"])
    for package in own.glob("*.tgz"):
        package.unlink()
    monkeypatch.setattr(emoji_files, "MIRRORS", (web.url,))
    web.pages["/emoji.json"] = [release.files["emoji.json"]]

    images = loaded(dir=str(own), domains=["google"], condition="text")

    assert "thing" in images.words
    assert web.downloads("/emoji.json") == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("1f3c3-1f3fb-200d-2640-fe0f", "light skin tone"),
        ("1f469-1f3fe-200d-1f91d-200d-1f469-1f3fb", "medium dark and light skin tones"),
        ("1f469-1f3ff-200d-1f91d-200d-1f469-1f3ff", "dark skin tone"),
        ("1f600", ""),
    ],
)
def test_skin_tones_are_said_in_words(name, words):
    assert tones_of(name) == words


def test_transparent_places_are_white_and_half_transparent_ones_lighter():
    sheet = np.zeros((66, 132, 4), np.uint8)
    sheet[1:65, 67:131] = (200, 100, 0, 0)
    sheet[1, 67] = (200, 100, 0, 255)
    sheet[1, 68] = (200, 100, 0, 128)

    picture = picture_of(Symbol("1f600", "1f600", column=1, row=0), sheet)

    assert picture.shape == (3, 64, 64)
    assert picture[:, 0, 0].tolist() == [200, 100, 0]
    assert picture[:, 0, 1].tolist() == [227, 177, 127]
    assert (picture[:, 1:] == 255).all()


@pytest.mark.parametrize(
    "place", ["", "package", "emoji-datasource-google", "node_modules/emoji-datasource-google"]
)
@pytest.mark.parametrize("sheet", [in_package, in_repository])
def test_unpacked_packages_and_the_repository_are_read(
    release, tmp_path, no_registry, place, sheet
):
    path = tmp_path / "own" / place / sheet("google")
    path.parent.mkdir(parents=True)
    path.write_bytes(release.files["google"])
    (tmp_path / "own" / place / "emoji.json").write_bytes(release.files["emoji.json"])

    assert_holds(release, dir=str(tmp_path / "own"), domains=["google"])


def test_damaged_files_are_refused_by_name(release, own, no_registry):
    package = own / "emoji-datasource-google-16.0.0.tgz"
    package.write_bytes(release.packages["google"][:-9])
    with pytest.raises(DataError, match=f"{package} is not that of release 16.0.0.*replace it"):
        Emoji(dir=str(own)).prepare()

    (own / "emoji.json").write_bytes(release.files["emoji.json"] + b" ")
    (own / in_repository("google")).parent.mkdir()
    (own / in_repository("google")).write_bytes(release.files["google"])
    with pytest.raises(DataError, match=r"emoji\.json is not that of release"):
        Emoji(dir=str(own)).prepare()


def test_the_mirror_serves(release, cache, web, monkeypatch, no_registry):
    monkeypatch.setattr(emoji_files, "MIRRORS", (web.url,))
    web.pages["/emoji.json"] = [release.files["emoji.json"]]
    for vendor in ("google", "twitter"):
        web.pages[f"/{in_repository(vendor)}"] = [release.files[vendor]]

    assert_holds(release)

    assert {path.name for path in (cache / "emoji").iterdir()} == {
        ".gan_lab.lock", "google.safetensors", "twitter.safetensors", "google_twitter.safetensors",
    }  # fmt: skip
    # What one choice has made, another takes.
    web.pages.clear()
    assert_holds(release, domains=["twitter", "google"])
    assert not {path for _, path in web.requests if "apple" in path or "facebook" in path}


def test_a_mirror_with_other_pictures_is_passed_over(release, cache, web, monkeypatch, no_registry):
    monkeypatch.setattr(emoji_files, "MIRRORS", (web.url,))
    web.pages["/emoji.json"] = [release.files["emoji.json"]]
    web.pages[f"/{in_repository('google')}"] = [release.files["twitter"]]

    with pytest.raises(DataError, match=r"sent other bytes than the published sheet_google_64"):
        Emoji().prepare()


def test_the_package_serves_when_no_mirror_does(release, cache, fake_npm):
    fake_npm(release.packages["apple"])

    assert_holds(release, domains=["apple"])


def test_without_web_and_npm_the_message_says_what_to_do(release, cache, no_registry):
    with pytest.raises(DataError, match=r"npm.* is not installed") as caught:
        Emoji().prepare()

    message = str(caught.value)
    assert "Put emoji-datasource-google-16.0.0.tgz, packed or unpacked, into" in message
    assert len(message.splitlines()) <= 4


def test_size_classes_and_limit_apply(release, own, no_registry):
    images = loaded(dir=str(own), size=16, classes=["twitter"], limit=5)

    assert images.pixels.shape == (5, 3, 16, 16)
    assert images.class_names == ("twitter",)
    assert len(images.subjects) == 5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"split": "valid"}, r"data\.split=valid .*train, test"),
        ({"domains": ["gogle"]}, r"data\.domains names gogle.*Did you mean 'google'"),
        ({"domains": ["google", "google"]}, r"names google twice"),
    ],
)
def test_what_is_not_there_is_refused(options, message):
    with pytest.raises(ConfigError, match=message):
        Emoji(**options)
