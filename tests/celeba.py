"""A made-up CelebA of few faces: dark ones and bright ones."""

import numpy as np
from PIL import Image

TRAIN, TEST = range(1, 25), range(182_638, 183_268)
LISTED = ("Bald", "Male", "Smiling")


def attributes_of(number):
    """Return what a face has: it is male if it is dark, smiles if its number is even."""
    return (0, number % 3 == 0, number % 2 == 0)


def write_celeba(folder, numbers=(*TRAIN, *TEST)):
    """Write pictures and list into a folder, and return it."""
    (folder / "img_align_celeba").mkdir(parents=True)
    for number in numbers:
        male = attributes_of(number)[1]
        noise = np.random.default_rng(number).integers(0, 60, (44, 36, 3), np.uint8)
        face = Image.fromarray(noise + (20 if male else 180))
        face.save(folder / "img_align_celeba" / f"{number:06d}.jpg")
    rows = [
        " ".join([f"{number:06d}.jpg", *(" 1" if has else "-1" for has in attributes_of(number))])
        for number in numbers
    ]
    text = "\n".join([str(len(rows)), " ".join(LISTED) + " ", *rows])
    (folder / "list_attr_celeba.txt").write_text(text + "\n")
    return folder
