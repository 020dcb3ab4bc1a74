"""Captions of a folder's pictures, from a file beside them."""

import json

import pytest
import torch
from PIL import Image

from gan_lab.data.folder import Folder
from gan_lab.data.real_conditions import conditions_of
from gan_lab.data.texts import text_of
from gan_lab.errors import DataError

SAID = {"a.png": "A red bird", "b.png": "a blue bird!", "c.png": "two birds"}


@pytest.fixture
def birds(tmp_path, cache):
    """Three pictures, and something that is called one."""
    root = tmp_path / "birds"
    root.mkdir()
    for number, name in enumerate(SAID):
        Image.new("RGB", (16, 16), (40 * number, 0, 0)).save(root / name)
    (root / "d.png").write_bytes(b"no picture")
    return root


def write(root, said, kind):
    if kind == "metadata.jsonl":
        lines = [json.dumps({"file_name": name, "text": text}) for name, text in said.items()]
    else:
        lines = ["file_name,caption", *(f'{name},"{text}"' for name, text in said.items())]
    (root / kind).write_text("\n".join(lines))


def loaded(root):
    dataset = Folder(dir=str(root), size=8, condition="text")
    dataset.prepare()
    return dataset, dataset.load()


@pytest.mark.parametrize("kind", ["metadata.jsonl", "metadata.csv", "captions.csv"])
def test_each_readable_picture_has_its_caption(birds, kind):
    write(birds, SAID | {"d.png": "a cat"}, kind)

    dataset, images = loaded(birds)

    assert images.words == ("a", "bird", "birds", "blue", "red", "two")
    said = [text_of(tokens, images.words) for tokens in images.captions.tolist()]
    assert said == ["a red bird", "a blue bird", "two birds"]
    assert torch.equal(conditions_of(dataset, images), images.captions)


def test_of_several_captions_of_one_picture_the_first_counts(birds):
    rows = [*SAID.items(), ("a.png", "another")]
    lines = "\n".join(f"{name},{text}" for name, text in rows)
    (birds / "captions.csv").write_text(f"image,caption\n{lines}")

    assert "another" not in loaded(birds)[1].words


def test_a_changed_caption_is_read_anew(birds):
    write(birds, SAID, "captions.csv")
    loaded(birds)
    write(birds, SAID | {"a.png": "a green bird of prey"}, "captions.csv")

    assert "prey" in loaded(birds)[1].words


def test_pictures_without_a_caption_are_counted_and_named(birds):
    write(birds, {"a.png": "a red bird", "b.png": "!"}, "metadata.jsonl")

    with pytest.raises(DataError, match=r"2 of 3 images have no caption \(b\.png, c\.png\), and"):
        loaded(birds)


def test_captions_are_no_labels(birds):
    write(birds, SAID, "captions.csv")
    dataset = Folder(dir=str(birds), size=8)
    dataset.prepare()

    images = dataset.load()

    assert images.labels is None
    assert images.captions is None
