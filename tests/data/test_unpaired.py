"""Two data sets side by side: each by itself, of one shape, and mistakes that name their keys."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hydra import compose, initialize_config_dir
from lightning import Trainer
from PIL import Image

from gan_lab.config.build import build
from gan_lab.data.digits import Digits
from gan_lab.data.folder import Folder
from gan_lab.data.mixtures import Ring
from gan_lab.data.module import ImageDataModule
from gan_lab.data.music21_corpus import Music21Corpus
from gan_lab.data.unpaired import Unpaired
from gan_lab.errors import ConfigError, DataError
from tests.data.test_module import Recorder

CONF = Path(__file__).parents[2] / "conf" / "data"

# Lightning 2.6 asks torch 2.13 for a name that is to go; a loader of ours has no workers.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*LeafSpec.*", "ignore:.*does not have many workers"
)


def shown(dataset, **changes):
    """Return what an algorithm that draws one minibatch of a and two of b is shown."""
    options = {"batch_size": 4, "iterations": 6, "seed": 0, "processes": 1}
    module = Recorder(streams={"a": 1, "b": 2})
    trainer = Trainer(
        accelerator="cpu",
        devices=1,
        max_epochs=1,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        use_distributed_sampler=False,
    )
    trainer.fit(module, ImageDataModule(dataset, **options | changes))
    return [[batch.images for batch in batches] for batches in module.shown]


def test_each_source_has_its_own_order_and_its_own_flips():
    same = shown(Unpaired(a=Digits(size=8, limit=8), b=Digits(size=8, limit=8)))
    flipped = shown(Unpaired(a=Digits(size=8, limit=8, flip=True), b=Digits(size=8, limit=8)))

    first_epoch_of_a = torch.cat([same[0][0], same[1][0]])
    first_epoch_of_b = torch.cat(same[0][1:])
    assert [len(batches) for batches in same] == [3] * 6
    assert not torch.equal(first_epoch_of_a, first_epoch_of_b)
    assert torch.equal(
        *(part.sum((1, 2, 3)).sort().values for part in (first_epoch_of_a, first_epoch_of_b))
    )
    assert all(torch.equal(a, b) for a, b in zip(same[0][1:], flipped[0][1:], strict=True))
    assert any(not torch.equal(a[0], b[0]) for a, b in zip(same, flipped, strict=True))


def test_each_source_cuts_parts_of_its_own_out_of_larger_images():
    whole = Unpaired(a=Digits(size=8, limit=8), b=Digits(size=8, limit=8))
    of_a = Unpaired(a=Digits(size=8, load_size=12, limit=8), b=Digits(size=8, limit=8))
    of_both = replace(whole, load_size=12)

    seen, cut = shown(whole), shown(of_a)
    larger = Digits(size=12, limit=8).load().pixels.unfold(2, 8, 1).unfold(3, 8, 1)
    known = {part.numpy().tobytes() for part in larger.permute(0, 2, 3, 1, 4, 5).reshape(-1, 8, 8)}
    parts = of_a.to_pixels(torch.cat([batches[0] for batches in cut]))

    assert all(torch.equal(a, b) for a, b in zip(seen[0][1:], cut[0][1:], strict=True))
    assert all(part.numpy().tobytes() in known for part in parts)
    assert shown(of_both)[0][1].shape == (4, 1, 8, 8)
    assert [source.load_size for source in of_both.sources.values()] == [12, 12]
    assert of_both.load().pixels.shape[2:] == (8, 8)  # what is evaluated is seen whole


def test_parts_larger_than_the_images_that_they_are_cut_from_are_refused():
    dataset = Unpaired(a=Digits(size=16), b=Digits(size=16, load_size=(20, 8)))

    with pytest.raises(ConfigError, match=r"data\.b\.load_size=\(20, 8\) is smaller than data\.b"):
        ImageDataModule(dataset, batch_size=1, iterations=1, seed=0, processes=1)


def test_limit_and_split_are_of_both():
    dataset = Unpaired(a=Digits(size=8), b=Digits(size=8, limit=5), limit=9, split="test")

    assert [len(source.load()) for source in dataset.sources.values()] == [9, 9]
    assert dataset.b.split == "test"
    assert dataset.image_shape == (1, 8, 8)


@pytest.mark.parametrize(
    ("b", "message"),
    [
        (Digits(size=16), r"data\.a has size 8 and data\.b has 16.*Type data\.b\.size="),
        (Folder(dir="x", size=8), r"data\.a has channels 1 and data\.b has 3"),
        (Digits(size=8, value_range=(0.0, 1.0)), r"data\.b\.value_range="),
        (Ring(), r"data@data\.b= must be a set of images, and Ring is none"),
        (
            Music21Corpus(corpus="chorales"),
            r"data\.a has images and data\.b has piano rolls.*data@data\.b=",
        ),
        (Digits(size=8, condition="labels"), r"data\.b\.condition=labels has no place"),
    ],
)
def test_sets_that_do_not_go_together_are_refused(b, message):
    with pytest.raises(ConfigError, match=message):
        Unpaired(a=Digits(size=8), b=b)


def test_two_sets_of_music_go_together():
    both = Unpaired(
        a=Music21Corpus(corpus="chorales"), b=Music21Corpus(corpus="folk"), limit=9, split="test"
    )

    sounds = torch.rand(2, 1, 64, 84).mul(2).sub(1)
    assert both.image_shape == (1, 64, 84)
    assert both.classifier_size == (64, 84)
    assert torch.equal(both.to_pixels(sounds), both.a.to_pixels(sounds))
    assert (both.a.limit, both.b.split) == (9, "test")


def test_music_has_one_size():
    both = {"a": Music21Corpus(corpus="chorales"), "b": Music21Corpus(corpus="folk")}

    with pytest.raises(ConfigError, match=r"^data\.a\.size=32: piano rolls are 64x84"):
        Unpaired(**both, size=32)
    with pytest.raises(ConfigError, match=r"^data\.load_size=96 is of both sets, and data\.a"):
        Unpaired(**both, load_size=96)


def test_mistakes_name_the_keys_of_their_source(tmp_path):
    Image.new("L", (8, 8)).save(tmp_path / "a.png")
    folder = Folder(dir=str(tmp_path), size=8, channels=1)
    absent = Unpaired(a=folder, b=Folder(dir=str(tmp_path / "absent"), size=8, channels=1))
    unknown = Unpaired(a=Digits(size=8, classes=["eleven"]), b=folder)

    with pytest.raises(DataError, match=r"data\.b\.dir="):
        absent.prepare()
    with pytest.raises(ConfigError, match=r"data\.a\.classes names the class eleven"):
        ImageDataModule(unknown, batch_size=1, iterations=1, seed=0, processes=1).setup("fit")
    with pytest.raises(ConfigError, match=r"data\.a\.split=dev"):
        Unpaired(a=Digits(size=8), b=folder, split="dev")


def red(folder, *levels):
    """Save images of 8x8 pixels, each all of one level of red, in a folder."""
    folder.mkdir(parents=True)
    for level in levels:
        Image.new("RGB", (8, 8), (level, 0, 0)).save(folder / f"{level}.png")


@pytest.fixture
def horse2zebra(tmp_path, cache):
    """A folder of two sets, for training and for testing, in a wrapper."""
    inside = tmp_path / "horse2zebra" / "horse2zebra"
    red(inside / "trainA", 10, 11, 12)
    red(inside / "trainB", 20, 21)
    red(inside / "testA", 30)
    red(inside / "testB", 40, 41)
    return inside


def built(*words):
    """Return the data set that a command describes."""
    with initialize_config_dir(str(CONF.parent), version_base="1.3"):
        config = compose("config", overrides=["data=unpaired", *words])
    return build(config.data, "data")


def levels(dataset):
    dataset.prepare()
    images = [source.load() for source in dataset.sources.values()]
    return [sorted(part.pixels[:, 0, 0, 0].tolist()) for part in images]


def test_one_folder_holds_both_sets_and_the_split_chooses(horse2zebra):
    here = f"data.dir={horse2zebra.parent}"

    assert levels(built(here)) == [[10, 11, 12], [20, 21]]
    assert levels(built(here, "data.split=test")) == [[30], [40, 41]]
    assert levels(built(here, "data.a.classes=[B]", "data.b.classes=[A]"))[1] == [10, 11, 12]
    assert built(here, "data.size=8").image_shape == (3, 8, 8)


def test_the_split_that_nothing_is_trained_on_is_that_of_both(horse2zebra):
    folder = built(f"data.dir={horse2zebra.parent}")
    assert folder.test_split == "test"

    shutil.rmtree(horse2zebra / "testA")
    shutil.rmtree(horse2zebra / "testB")

    assert built(f"data.dir={horse2zebra.parent}").test_split is None
    assert Unpaired(a=Digits(size=8), b=Digits(size=8)).test_split == Digits.test_split


def test_both_together_are_labelled_by_their_set():
    both = Unpaired(a=Digits(size=8, limit=5), b=Digits(size=8, limit=7))

    images = both.load()

    assert images.class_names == ("a", "b")
    assert images.labels.tolist() == [0] * 5 + [1] * 7
    assert torch.equal(images.pixels[:5], both.a.load().pixels)
    assert torch.equal(images.pixels[5:], both.b.load().pixels)


def test_a_third_set_is_drawn_from_and_is_none_of_those_that_are_told_apart():
    dataset = Unpaired(
        a=Digits(size=8, limit=8), b=Digits(size=8, limit=9), c=Digits(size=8, limit=10)
    )

    images = dataset.load()

    assert list(dataset.streams) == ["a", "b", "c"]
    assert images.class_names == ("a", "b")
    assert len(images) == 17


def test_a_third_set_must_go_with_the_others():
    with pytest.raises(ConfigError, match=r"data\.c has 16; .* Type data\.c\.size="):
        Unpaired(a=Digits(size=8), b=Digits(size=8), c=Digits(size=16))


def test_the_size_is_of_both():
    dataset = Unpaired(a=Digits(size=8), b=Digits(size=16), size=12)

    assert [source.image_shape for source in dataset.sources.values()] == [(1, 12, 12)] * 2
    assert dataset.image_shape == (1, 12, 12)


def test_a_zip_of_both_sets_is_read_like_the_folder(horse2zebra, tmp_path):
    archive = shutil.make_archive(str(tmp_path / "pack"), "zip", horse2zebra.parent)

    assert levels(built(f"data.dir={archive}")) == [[10, 11, 12], [20, 21]]


def test_a_folder_of_both_sets_needs_no_test_images(horse2zebra):
    for name in ("testA", "testB"):
        shutil.rmtree(horse2zebra / name)

    assert levels(built(f"data.dir={horse2zebra}")) == [[10, 11, 12], [20, 21]]
    with pytest.raises(ConfigError, match=r"data\.a\.split=test is not there, only train \(5 im"):
        levels(built(f"data.dir={horse2zebra}", "data.split=test"))


@pytest.mark.parametrize(
    ("missing", "words", "message"),
    [
        ("testB", ["data.split=test"], r"no images of B with data\.split=test, but 1 of A, 0 of B"),
        ("trainB", [], r"no images of B with data\.split=train, but 3 of A, 0 of B\. Keep them in"),
        ("trainA", [], r"no images of A .*trainA, trainB, testA and testB, or name two places"),
    ],
)
def test_a_folder_that_lacks_one_set_is_refused(horse2zebra, missing, words, message):
    for path in (horse2zebra / missing).iterdir():
        path.unlink()

    with pytest.raises(DataError, match=message) as caught:
        levels(built(f"data.dir={horse2zebra}", *words))
    assert f"data.dir={horse2zebra} has" in str(caught.value)


def test_a_folder_of_one_set_is_refused(tmp_path, cache):
    red(tmp_path / "own" / "trainA", 1, 2)

    with pytest.raises(DataError, match=r"no images of A .*but images without classes"):
        levels(built(f"data.dir={tmp_path / 'own'}"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["data@data.b=digits"], r"data\.dir=x is a folder of both sets, and data@data\.b= is no"),
        (["data.a.dir=y"], r"data\.a\.dir=y and data\.dir=x, a folder of both sets, exclude"),
    ],
)
def test_a_folder_of_both_sets_goes_with_no_other_place(words, message):
    with pytest.raises(ConfigError, match=message):
        built("data.dir=x", *words)


def test_files_of_data_sets_refer_to_no_absolute_key():
    assert not [path.name for path in CONF.glob("*.yaml") if "${data" in path.read_text("utf-8")]
