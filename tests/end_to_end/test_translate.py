"""task=translate: a person's own pictures, or the data's, by a tiny CycleGAN."""

import re
import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image

from gan_lab.data.digits import Digits
from tests.end_to_end.conftest import CYCLEGAN, FAST, STARGAN

pytestmark = pytest.mark.slow

NAMES = ("nought.png", "deep/one.png", "three.png")


@pytest.fixture
def pictures(tmp_path):
    """Return a folder of digits, of the size that the model was trained with."""
    folder = tmp_path / "pictures"
    (folder / "deep").mkdir(parents=True)
    pixels = Digits(size=16, split="test").load().pixels[:3, 0].numpy()
    for name, image in zip(NAMES, pixels, strict=True):
        Image.fromarray(image).save(folder / name)
    return folder


@pytest.fixture
def translate(run, trained, tmp_path):
    """Return a function that translates into `tmp_path/NAME`, and returns outcome and folder."""

    def translate_into(name, *words, ckpt=None):
        out = tmp_path / name
        ckpt = ckpt or trained(*CYCLEGAN) / "checkpoints" / "last.ckpt"
        outcome = run("task=translate", f"ckpt={ckpt}", "trainer=cpu", f"out={out}", *words)
        return outcome, out

    return translate_into


def pixels_of(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def files_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def cells(path, rows, columns, side=16):
    """Return the images `(rows, columns, side, side)` of a picture of all of them."""
    grid = pixels_of(path)[:, :, 0]
    factor = grid.shape[1] // (columns * (side + 2) + 2)
    grid = grid[::factor, ::factor][2:, 2:]
    assert grid.shape[0] == rows * (side + 2)
    return grid.reshape(rows, side + 2, columns, side + 2).transpose(0, 2, 1, 3)[:, :, :-2, :-2]


def test_each_picture_is_translated_under_its_name_and_all_are_shown(translate, pictures):
    outcome, out = translate("out", f"images={pictures}", "to=b")

    assert outcome.status == 0, outcome.err
    assert f"images={pictures}: 3 of 16x16 L; taken as they are." in outcome.out
    assert "Wrote 3 translations from a to b by iteration 20, and translations.png" in outcome.out
    assert str(out) in outcome.out
    assert files_in(out) == {*NAMES, "translations.png"}
    originals, there, _ = cells(out / "translations.png", rows=3, columns=3)
    for name, original, translation in zip(sorted(NAMES), originals, there, strict=True):
        assert np.array_equal(original, pixels_of(pictures / name))
        assert np.array_equal(translation, pixels_of(out / name))
        assert not np.array_equal(original, translation)


def test_the_other_direction_is_the_way_back(translate, pictures):
    _, there = translate("there", f"images={pictures}", "to=b")
    outcome, back = translate("back", f"images={there / 'deep'}", "to=a")

    assert outcome.status == 0, outcome.err
    assert "1 translation from b to a" in outcome.out
    expected = cells(there / "translations.png", rows=3, columns=3)[2, 0].astype(int)
    # A file has 256 levels, and networks see what lies between them.
    assert np.abs(pixels_of(back / "one.png") - expected).max() <= 4


def test_the_same_command_gives_the_same_bytes(translate, pictures):
    one, same = (translate(name, f"images={pictures}")[1] for name in ("one", "same"))

    for name in (*NAMES, "translations.png"):
        assert (one / name).read_bytes() == (same / name).read_bytes()


@pytest.mark.parametrize("kind", ["npz", "zip", "picture"])
def test_a_file_is_read_like_a_folder(translate, pictures, tmp_path, kind):
    _, expected = translate("folder", f"images={pictures}")
    if kind == "npz":
        given, names = tmp_path / "x.npz", {"00000.png": NAMES[0], "00001.png": NAMES[2]}
        np.savez(given, images=np.stack([pixels_of(pictures / name) for name in names.values()]))
    elif kind == "zip":
        given, names = tmp_path / "x.zip", dict(zip(NAMES, NAMES, strict=True))
        with zipfile.ZipFile(given, "w") as archive:
            for name in NAMES:
                archive.write(pictures / name, name)
    else:
        given, names = pictures / NAMES[0], {NAMES[0]: NAMES[0]}

    outcome, out = translate("out", f"images={given}")

    assert outcome.status == 0, outcome.err
    assert files_in(out) == {*names, "translations.png"}
    for name, same in names.items():
        difference = pixels_of(out / name).astype(int) - pixels_of(expected / same)
        assert np.abs(difference).max() <= 1


def test_pictures_are_brought_to_the_size_of_the_data_or_to_another(translate, png_folder):
    place = f"images={png_folder / 'cats' / '0.png'}"
    plain, usual = translate("usual", place)
    larger, large = translate("large", place, "size=32")
    wider, wide = translate("wide", place, "size=[16,24]")

    assert (plain.status, larger.status, wider.status) == (0, 0, 0), larger.err
    assert "1 of 40x30 RGB; scaled from 40x30 to 16x16, bilinearly" in plain.out
    assert "scaled from 40x30 to 32x32" in larger.out
    assert pixels_of(usual / "0.png").shape == (16, 16)
    assert pixels_of(large / "0.png").shape == (32, 32)
    assert pixels_of(wide / "0.png").shape == (16, 24)


def test_without_pictures_some_of_the_test_part_are_translated(translate):
    outcome, one = translate("one", "n=9", "to=a")
    _, same = translate("same", "n=9", "to=a")
    _, other = translate("other", "n=9", "to=a", "seed=1")
    larger, large = translate("large", "n=2", "size=32")

    assert outcome.status == larger.status == 0, outcome.err
    assert "9 of the 64 images of data.b, split test." in outcome.out
    assert files_in(one) == {*(f"0000{index}.png" for index in range(9)), "translations.png"}
    shown, again, others = (cells(out / "translations.png", 3, 9) for out in (one, same, other))
    assert np.array_equal(shown, again)
    assert not np.array_equal(shown, others)
    known = Digits(split="test", size=16, classes=[5, 6, 7, 8, 9]).load().pixels[:, 0].numpy()
    assert all((known == image).all(axis=(1, 2)).any() for image in shown[0])
    assert pixels_of(large / "00001.png").shape == (32, 32)


def test_the_data_of_training_need_not_be_there(translate, trained, png_folder, tmp_path):
    place = shutil.copytree(png_folder, tmp_path / "training")
    words = [word for word in CYCLEGAN if not word.startswith(("data@", "data.a.", "data.b."))]
    sets = [f"data.{name}.dir={place}" for name in "ab"]
    ckpt = trained(*words, *sets, "iterations=2") / "checkpoints" / "last.ckpt"
    shutil.rmtree(place)

    outcome, out = translate("out", f"images={png_folder / 'dogs' / '3.png'}", ckpt=ckpt)
    theirs, _ = translate("theirs", ckpt=ckpt)

    assert outcome.status == 0, outcome.err
    assert "Warning" not in outcome.out
    assert pixels_of(out / "3.png").shape == (16, 16, 3)
    assert theirs.status == 1
    assert f"data.a.dir={place} does not exist" in theirs.err


def test_pictures_that_look_far_from_those_of_training_are_translated_with_a_word(
    translate, pictures
):
    for name in NAMES:
        Image.fromarray(255 - pixels_of(pictures / name)).save(pictures / name)

    outcome, out = translate("out", f"images={pictures}")

    assert outcome.status == 0, outcome.err
    assert "are they inverted" in outcome.out
    assert files_in(out) == {*NAMES, "translations.png"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["ckpt=null"], "task=translate needs ckpt="),
        (["to=c"], "to=c is no set that this model translates to. Known here: a, b."),
        (["images=/nowhere"], "images=/nowhere does not exist; name a folder, a .zip, an .npz or"),
        (["images=empty"], "images={here}/empty holds no image; the endings read are"),
        (["images=text.txt"], "text.txt is neither a folder nor a .zip nor an .npz nor a picture"),
        (["images=broken.png"], "broken.png cannot be read (damaged); repair or remove it."),
        (["images=pictures", "out=pictures"], "out=pictures already holds files; name a new"),
        (["images=pictures", "out=text.txt"], "out=text.txt cannot be written (File exists)"),
        (["images=pictures", "size=18"], "of 4 from 16 on, and these are 18x18: try size=16."),
        (["images=pictures", "size=[16,12]"], "size=[16, 12]: model=cyclegan makes images"),
        (["images=pictures", "size=0"], "size=0 must be "),
        (["images=pictures", "n=3"], "n=3 is about images=null, and images= are all translated"),
        (["images=pictures", "resume=auto"], "resume=auto has no effect on task=translate"),
    ],
)
def test_a_mistake_ends_in_one_message(translate, pictures, tmp_path, words, message):
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.txt").write_text("no picture")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG and nothing more")

    outcome, _ = translate("out", *words)

    assert outcome.status == 1
    assert message.format(here=tmp_path) in outcome.err
    assert "Traceback" not in outcome.err


def test_pictures_of_any_domain_are_translated_to_the_one_that_is_named(
    translate, trained, pictures
):
    ckpt = trained(*STARGAN) / "checkpoints" / "last.ckpt"
    to_2, out = translate("to 2", f"images={pictures}", "to=2", ckpt=ckpt)
    _, other = translate("to 0", f"images={pictures}", "to=0", "size=32", ckpt=ckpt)
    of_data, shown = translate("of data", "n=5", "to=1", ckpt=ckpt)
    unknown, _ = translate("unknown", f"images={pictures}", "to=b", ckpt=ckpt)

    assert to_2.status == 0, to_2.err
    assert "Wrote 3 translations to 2 by iteration 10, and translations.png" in to_2.out
    assert "(rows: originals, translations)" in to_2.out
    assert files_in(out) == {*NAMES, "translations.png"}
    originals, translations = cells(out / "translations.png", rows=2, columns=3)
    for name, original, translation in zip(sorted(NAMES), originals, translations, strict=True):
        assert np.array_equal(original, pixels_of(pictures / name))
        assert np.array_equal(translation, pixels_of(out / name))
        assert pixels_of(other / name).shape == (32, 32)
    assert of_data.status == 0, of_data.err
    assert re.search(r"5 of the \d+ images of not_1, split test\.", of_data.out)
    known = Digits(split="test", size=16, classes=[0, 2]).load().pixels[:, 0].numpy()
    given, _ = cells(shown / "translations.png", rows=2, columns=5)
    assert all((known == image).all(axis=(1, 2)).any() for image in given)
    assert unknown.status == 1
    assert "to=b is no set that this model translates to. Known here: 0, 1, 2." in unknown.err


def test_a_model_that_does_not_translate_is_refused(translate, trained, pictures):
    ckpt = trained(*FAST) / "checkpoints" / "last.ckpt"

    outcome, _ = translate("out", f"images={pictures}", ckpt=ckpt)

    assert outcome.status == 1
    assert "task=translate needs sets that it translates between, and GAN, the" in outcome.err


def test_a_size_that_only_the_attempt_shows_to_be_too_small_is_refused(
    translate, trained, pictures
):
    words = [word for word in CYCLEGAN if not word.startswith("model.generator")]
    unet = ("model=cyclegan_unet", "model.generator.halvings=3", "iterations=2")
    ckpt = trained(*words, *unet) / "checkpoints" / "last.ckpt"

    outcome, _ = translate("small", f"images={pictures}", "size=8", ckpt=ckpt)
    odd, _ = translate("odd", f"images={pictures}", "size=20", ckpt=ckpt)
    larger, out = translate("large", f"images={pictures}", "size=32", ckpt=ckpt)

    assert outcome.status == odd.status == 1
    assert "size=8 is no size that the network a_to_b of ckpt=" in outcome.err
    assert "Leave size= out for 16x16, as in its training." in outcome.err
    assert "size=20: model.generator.halvings=3 needs a height and width that" in odd.err
    assert larger.status == 0, larger.err
    assert pixels_of(out / "three.png").shape == (32, 32)
