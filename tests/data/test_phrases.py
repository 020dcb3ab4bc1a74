"""Pieces of music become phrases in one file, divided by piece, and what is left out is said."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import torch

from gan_lab.data.base import ImageDataset
from gan_lab.data.phrases import Phrases, divided
from gan_lab.data.piano_roll import Metre, Note, Piece, UnusablePieceError
from gan_lab.errors import ConfigError, DataError


@dataclass(frozen=True, kw_only=True)
class Songs(Phrases, ImageDataset):
    """Pieces that a test hands over; of a string only the reason why there is none."""

    songs: dict = field(default_factory=dict)

    @property
    def called(self):
        return "data.songs=these"

    @property
    def prepared(self):
        return Path(self.dir) / "songs.safetensors"

    def pieces(self):
        for name, song in self.songs.items():
            yield name, lambda song=song: song if isinstance(song, Piece) else refuse(song)


def refuse(reason):
    raise UnusablePieceError(reason)


def song(pitch, phrases=1, **options):
    """Return a song of a beat in the first bar of each phrase, a half tone higher each time."""
    notes = [Note(64 * index, 64 * index + 4, pitch + index) for index in range(phrases)]
    return Piece(notes, [Metre(0, 4, 4)], 64 * phrases, **options)


def songs(tmp_path, pieces, **options):
    dataset = Songs(dir=str(tmp_path), songs=pieces, **options)
    dataset.prepare()
    return dataset


def lowest(images):
    """Return the pitch of each phrase of a song."""
    return (images.pixels[:, 0, 0] > 0).float().argmax(1).add(24).tolist()


def test_each_piece_is_in_one_split_with_all_its_phrases(tmp_path):
    pieces = {f"song {index}": song(30 + 3 * index, phrases=3) for index in range(20)}

    train, test = (songs(tmp_path, pieces, split=split).load() for split in ("train", "test"))

    assert (len(train), len(test)) == (54, 6)
    assert train.pixels.shape[1:] == (1, 64, 84)
    assert train.pixels.dtype == torch.uint8
    found = lowest(train), lowest(test)
    assert sorted([*found[0], *found[1]]) == list(range(30, 90))
    for part in found:
        assert all(
            part[i : i + 3] == list(range(part[i], part[i] + 3)) for i in range(0, len(part), 3)
        )


def test_names_and_order_do_not_change_the_division():
    pieces = {bytes([index]): np.full((1, 3), index, np.uint8) for index in range(30)}

    parts = divided(pieces)
    again = divided(dict(reversed(pieces.items())))

    assert len(parts["test"]) == 3
    assert {piece[0, 0] for piece in parts["test"]} == {piece[0, 0] for piece in again["test"]}


def test_what_is_left_out_is_said_once_and_kept(tmp_path, capfd):
    low = song(60, drums=4)
    low.notes.append(Note(0, 1, 3))
    pieces = {"a": low, "b": song(70), "c": song(70), "d": "damaged", "e": "damaged", "f": "closed"}

    songs(tmp_path, pieces)
    first = capfd.readouterr().err
    songs(tmp_path, pieces)  # reads nothing

    assert (
        "data.songs=these: train has 1 phrase of 1 piece; test has 1 phrase of 1 piece\n" in first
    )
    assert (
        "data.songs=these: 4 of 6 passed over: 2 damaged (d, e), 1 the same as another (c), "
        "1 closed (f)\n" in first
    )
    assert "data.songs=these: notes left out of these: 4 of drums, 1 outside C1 to B7\n" in first
    assert capfd.readouterr().err == ""


def test_silent_phrases_are_left_out(tmp_path):
    silent = Piece([Note(128, 132, 60)], [Metre(0, 4, 4)], 192)
    pieces = {"a": silent, "b": song(50)}

    train, test = (songs(tmp_path, pieces, split=split).load() for split in ("train", "test"))

    assert sorted([*lowest(train), *lowest(test)]) == [50, 60]


def test_where_no_piece_is_of_use_the_reasons_are_told(tmp_path):
    out_of_range = Piece([Note(0, 1, 3)], [Metre(0, 4, 4)], 64)
    with pytest.raises(
        DataError,
        match=r"^data\.songs=these: no piece has four bars of 4/4 to learn from: 1 damaged \(a\), "
        r"1 without a note in four bars \(b\)\. Choose other music\.$",
    ):
        songs(tmp_path, {"a": "damaged", "b": out_of_range})


def test_one_piece_is_for_training_and_leaves_nothing_to_test(tmp_path):
    assert len(songs(tmp_path, {"a": song(60, phrases=2)}).load()) == 2
    with pytest.raises(DataError, match=r"^data\.split=test: .* holds one piece only"):
        songs(tmp_path, {"a": song(60)}, split="test").load()


def test_limit_and_the_options_of_images(tmp_path):
    pieces = {f"song {index}": song(30 + index) for index in range(20)}

    assert len(songs(tmp_path, pieces, limit=5).load()) == 5
    with pytest.raises(ConfigError, match=r"data\.split=valid is not one of: train, test"):
        Songs(split="valid")
    with pytest.raises(ConfigError, match=r"^data\.size=32: piano rolls are 64x84; leave it out"):
        Songs(size=32)
    with pytest.raises(TypeError):
        Songs(flip=True)  # would play from high to low


def test_what_is_nearer_to_sound_than_to_silence_sounds():
    dataset = Songs(value_range=(0.0, 1.0))
    generated = torch.tensor([0.0, 0.49, 0.51, 1.0, 7.0, -7.0]).view(1, 1, 2, 3)

    pixels = dataset.to_pixels(generated)

    assert pixels.dtype == torch.uint8
    assert pixels.flatten().tolist() == [0, 0, 255, 255, 255, 0]
    assert torch.equal(dataset.to_pixels(dataset.to_network(pixels)), pixels)
