"""A process that decodes pictures for another one.

It is a Python of its own: one of `multiprocessing` would run the user's own program again. They
talk in lines of JSON, behind which an answer has pixels, so that a picture that gets hold of the
process that reads it has not got the other one.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, final

import numpy as np

from gan_lab.data.folder_or_zip import READERS, Place
from gan_lab.data.image_containers import fitted_or_why, picture_item
from gan_lab.data.resizing import Fitted, Fitting, White
from gan_lab.errors import DataError


@final
class DecodingProcess:
    """The process, as it is seen from the one that started it, with which it ends.

    Args:
        place: of the pictures.
    """

    def __init__(self, place: Place) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from gan_lab.data.decoding_process import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,  # a terminal sends Ctrl-C to all of its group
        )
        self._send([place.kind, str(place.root)])

    def decode(self, fitting: Fitting, names: Sequence[str]) -> list[Fitted | str]:
        """Return what is made of each picture, or why nothing is.

        Raises:
            DataError: the process was killed.
        """
        shape = (fitting.channels, fitting.height, fitting.width)
        try:
            self._send([asdict(fitting), names])
            outcomes = json.loads(self._process.stdout.readline())
            readable = sum(why is None for why, _ in outcomes)
            data = self._process.stdout.read(readable * int(np.prod(shape)))
            pixels = iter(np.frombuffer(data, np.uint8).reshape(readable, *shape))
        except (BrokenPipeError, ValueError) as error:
            raise DataError(
                f"A process that decodes pictures has ended with {self._process.wait()}, perhaps "
                f"for want of memory; the parts that are done are kept. Run again to go on."
            ) from error
        return [
            str(why) if why is not None else Fitted(next(pixels), str(original))
            for why, original in outcomes
        ]

    def end(self) -> None:
        """Let the process end."""
        with suppress(BrokenPipeError):  # of one that was killed
            self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def _send(self, message: Any) -> None:
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()


def serve() -> None:
    """Decode what the standard input asks for, until it ends, or nobody reads the answers."""
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    kind, root = json.loads(asked.readline())
    with suppress(BrokenPipeError), READERS[kind](Path(root)) as read:
        for line in asked:
            given, names = json.loads(line)
            white, background = White(**given.pop("white")), tuple(given.pop("background"))
            fitting = Fitting(**given, white=white, background=background)
            outcomes = [fitted_or_why(picture_item(read, name), fitting) for name in names]
            whys = [(o, "") if isinstance(o, str) else (None, o.original) for o in outcomes]
            answers.write(json.dumps(whys).encode() + b"\n")
            for outcome in outcomes:
                if not isinstance(outcome, str):
                    answers.write(outcome.pixels.tobytes())
            answers.flush()
