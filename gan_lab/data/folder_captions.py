"""Captions of the user's own images: one of each, as tokens of the words that they have."""

from collections.abc import Mapping

from gan_lab.data import store
from gan_lab.data.passed_over import some_of
from gan_lab.data.texts import tokens_of, vocabulary, words_of
from gan_lab.errors import DataError
from gan_lab.plurals import counted


def add_captions(writer: store.Writer, captions: Mapping[str, str], *, place: str) -> None:
    """Keep captions beside the images that they are of.

    Args:
        writer: of the file that has the images.
        captions: by the names of images, in their order.
        place: where these lie, for messages.

    Raises:
        DataError: some are missing, or have no word; names one image and counts them.
    """
    missing = [name for name, text in captions.items() if not words_of(text)]
    if missing:
        raise DataError(
            f"data.dir={place}: {len(missing):,} of {counted(len(captions), 'image')} have "
            f"no caption ({some_of(missing)}), and data.condition=text needs one of each: "
            f"complete metadata.jsonl, metadata.csv or captions.csv, with file_name and text."
        )
    texts = list(captions.values())
    words = vocabulary(texts)
    writer.add_captions("chosen", tokens_of(texts, words).numpy(), words)
