"""What lies beside images and is not meant: masks, thumbnails, documents, copies of the same.

Works on names alone; see `gan_lab.data.splits` for what is left.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

Folder = tuple[str, ...]

# The folder of the images, where others lie beside it.
IMAGES = {
    "image", "images", "img", "imgs", "picture", "pictures", "photo", "photos", "data", "dataset",
}  # fmt: skip
# What these others are called.
BESIDE = {
    "annotation", "annotations", "anno", "label", "labels", "mask", "masks", "segmentation",
    "segmentations", "trimaps", "gt", "groundtruth", "truth", "doc", "docs", "assets", "figures",
    "screenshots", "src", "scripts", "notebooks", "results", "papers", "thumbnail", "thumbnails",
    "thumbs", "resized",
}  # fmt: skip
# Folders of a repository that may hold a picture or two.
DOCUMENTS = {"docs", "doc", "assets", "screenshots", "src", "scripts", "notebooks"}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def images_alone(names: Sequence[str]) -> Sequence[str]:
    """Return the names of pictures without those that accompany them, at whatever depth.

    Args:
        names: paths with "/".
    """
    folders = {name: PurePosixPath(name).parts[:-1] for name in names}
    inside = _folders_inside(Counter(folders.values()))
    left_out = set(_left_out(inside))
    kept = {folder: _is_kept(folder, left_out) for folder in set(folders.values())}
    return [name for name in names if kept[folders[name]]] or names


def _folders_inside(counts: Mapping[Folder, int]) -> dict[Folder, dict[str, int]]:
    """Return how many pictures each folder holds below each folder in it; "" for its own."""
    inside: dict[Folder, dict[str, int]] = {}
    for folder, count in counts.items():
        for depth, name in enumerate((*folder, "")):
            found = inside.setdefault(folder[:depth], {})
            found[name] = found.get(name, 0) + count
    return inside


def _is_kept(folder: Folder, left_out: set[Folder]) -> bool:
    if (*folder, "") in left_out:
        return False
    return left_out.isdisjoint(folder[:depth] for depth in range(1, len(folder) + 1))


def _left_out(inside: Mapping[Folder, Mapping[str, int]]) -> Iterator[Folder]:
    for folder, counts in inside.items():
        names = _beside_images(counts) | _documents(counts) | _copies(folder, inside)
        yield from ((*folder, name) for name in names)


def _beside_images(counts: Mapping[str, int]) -> set[str]:
    """Return all but the one folder of images, if the others are called masks and the like.

    The images may also lie in no folder of their own.
    """
    words = {name: _words(name) for name in counts if name}
    images = [name for name in words if words[name] & IMAGES and not words[name] & BESIDE]
    if len(images) > 1 and all(words[name] <= IMAGES for name in images):
        # None of these names is that of a class.
        images.sort(key=counts.__getitem__)
        if counts[images[-1]] > sum(counts[name] for name in images[:-1]):
            images = images[-1:]
    own = counts.get("", 0)
    if not images and own >= max(counts.values()) and all(map(_are_beside, words.values())):
        return set(words)
    if len(images) != 1 or counts[images[0]] <= own:
        return set()
    others = set(counts) - {images[0]}
    meant = any(name and not words[name] & (BESIDE | IMAGES) for name in others)
    return set() if meant else others


def _documents(counts: Mapping[str, int]) -> set[str]:
    """Return docs and the like beside two classes or more, each of which holds more pictures."""
    found = {name for name in counts if name.lower() in DOCUMENTS}
    classes = [count for name, count in counts.items() if name and name not in found]
    return {name for name in found if len(classes) > 1 and counts[name] < min(classes)}


def _copies(folder: Folder, inside: Mapping[Folder, Mapping[str, int]]) -> set[str]:
    """Return folders that repeat the folders beside them.

    Such as `all/` of `a/ b/ all/a/ all/b/` with equal numbers of pictures, and `masks/` of
    `set/images/a/ set/images/b/ masks/a/ masks/b/` with any.
    """
    tops = inside[folder].keys() - {""}
    below = {top: inside[(*folder, top)].keys() for top in tops}
    found = set()
    for top in tops:
        if len(below[top]) < 2 or "" in below[top]:
            continue
        if all(inside[(*folder, top, name)] == inside.get((*folder, name)) for name in below[top]):
            found.add(top)
        elif _are_beside(_words(top)):
            others = [(*folder, other) for other in tops - {top}]
            deeper = [(*other, name) for other in others for name in inside[other] if name]
            if any(below[top] <= inside[other].keys() for other in others + deeper):
                found.add(top)
    return found


def _are_beside(words: set[str]) -> bool:
    return bool(words) and words <= BESIDE


def _words(folder: str) -> set[str]:
    """Return the words of a name, and all of them as one: ground_truth is groundtruth too."""
    words = [word.lower() for word in WORD.findall(folder)]
    return {*words, "".join(words)}
