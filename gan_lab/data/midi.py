"""The user's own music: a folder or a zip archive of MIDI files."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import final

from gan_lab.data.base import ImageDataset
from gan_lab.data.files import data_folder
from gan_lab.data.folder_or_zip import Place, Read, folder_at, zip_at
from gan_lab.data.image_containers import damage_in_words
from gan_lab.data.midi_files import ENDINGS, LARGEST_BYTES, read_midi, require_mido
from gan_lab.data.passed_over import found_instead
from gan_lab.data.phrases import VERSION, Phrases
from gan_lab.data.piano_roll import Piece, UnusablePieceError
from gan_lab.data.pictures import UnreadablePictureError
from gan_lab.data.progress import bar, say
from gan_lab.errors import ConfigError, DataError
from gan_lab.plurals import counted


@final
@dataclass(frozen=True, kw_only=True)
class Midi(Phrases, ImageDataset):
    """Phrases of MIDI files. Options: see `Phrases`.

    `dir` is a folder or a .zip of .mid and .midi files, at any depth; what is made from it is kept
    in the cache, under a key of the names, sizes and times, so that a changed folder is read anew.
    Files that cannot be used are passed over and counted by reason.
    """

    @property
    def called(self) -> str:
        """The key that was typed."""
        return f"data.dir={self.dir}"

    def check(self) -> None:
        """Refuse a missing folder, and an unknown split."""
        super().check()
        if self.dir is None:
            raise ConfigError(
                "data.dir=null: data=midi needs your music; name a folder or a .zip of MIDI files "
                "with data.dir=."
            )

    @property
    def prepared(self) -> Path:
        """See `ImageDataset`; which file it is depends on what the folder holds now."""
        key = hashlib.sha256(json.dumps([VERSION, self._place().fingerprint]).encode()).hexdigest()
        return data_folder("midi") / f"{key[:16]}.safetensors"

    def pieces(self) -> Iterator[tuple[str, Callable[[], Piece]]]:
        """Yield the files by their names, and those that cannot be any."""
        require_mido()
        place = self._place()
        for reason, others in place.passed.items():
            yield from ((name, partial(_refuse, reason)) for name in others)
        names = place.pictures
        say(f"reading {counted(len(names), 'MIDI file')} from {self.dir}")
        with place.opened() as read:
            for name in bar(names, total=len(names), unit="file"):
                yield name, partial(_read, read, name)

    def _place(self) -> Place:
        path = Path(self.dir).expanduser().absolute()
        with damage_in_words(path):
            if not path.exists():
                raise DataError(f"data.dir={path} does not exist; name a folder or a .zip.")
            if path.is_dir():
                place = folder_at(path, ENDINGS)
            elif path.suffix.lower() == ".zip":
                place = zip_at(path, ENDINGS)
            else:
                raise DataError(
                    f"data.dir={path} is neither a folder nor a .zip; name the folder that the "
                    f"MIDI files are in."
                )
        if not place.pictures:
            raise DataError(
                f"data.dir={path} holds no MIDI file{found_instead(place.passed)}; the endings "
                f"read are {', '.join(ENDINGS)}."
            )
        return place


def _read(read: Read, name: str) -> Piece:
    try:
        content = read(name, LARGEST_BYTES + 1)
    except UnreadablePictureError as error:
        raise UnusablePieceError(str(error)) from error
    return read_midi(content)


def _refuse(reason: str) -> Piece:
    raise UnusablePieceError(reason)
