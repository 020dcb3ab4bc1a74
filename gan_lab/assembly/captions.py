"""Who judges images that were made of captions: a matcher of real pairs, and measurements."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import torch
from omegaconf import DictConfig
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from gan_lab.assembly.extractors import classifier_of
from gan_lab.data.base import ImageDataset, Images
from gan_lab.data.files import data_folder, locked
from gan_lab.data.progress import say
from gan_lab.durable import replacing
from gan_lab.errors import DataError
from gan_lab.evaluation.illustrations import Agrees, Illustrations, by_blocks
from gan_lab.evaluation.real_statistics import content_hash
from gan_lab.networks.matcher import Matcher
from gan_lab.training.matcher import train_matcher

VERSION = 1  # to be raised with every change of the network or of its training
MOST = 2000  # images that are made to be measured: a standard error of .01 at most


def illustrations(config: DictConfig, dataset: ImageDataset, held_out: Images) -> Illustrations:
    """Return what metrics of captions are about.

    Args:
        config: the whole configuration.
        dataset: prepared, with captions.
        held_out: images with captions that nothing was trained on.
    """
    images = dataset.load()
    matcher = matcher_for(images)
    return Illustrations(
        n=min(MOST, config.evaluation.n_fake or dataset.evaluation_samples),
        address=(config.evaluation.seed, "illustrations"),
        to_pixels=dataset.to_pixels,
        images=held_out,
        split=dataset.test_split,
        different=images.captions.unique(dim=0),
        images_seen=matcher.images,
        texts_seen=matcher.texts,
        agrees=agreement_of(dataset),
    )


def matcher_for(images: Images) -> Matcher:
    """Return the matcher of images and captions: from the cache, or trained at first use."""
    digest = hashlib.sha256(f"{VERSION} {images.words} {content_hash(images)}".encode())
    digest.update(images.captions.contiguous().numpy())
    path = data_folder("matchers") / f"{digest.hexdigest()[:16]}.safetensors"
    with locked(path.parent):
        if not path.exists():
            matcher = train_matcher(images)
            with replacing(path) as file:
                file.write(save(matcher.state_dict()))
            say(f"Trained a matcher of images and captions on {len(images):,} pairs.")
    return read_matcher(path, images)


def read_matcher(path: Path, images: Images) -> Matcher:
    """Return the matcher of a file.

    Raises:
        DataError: it is damaged.
    """
    # The weights that a new network draws are overwritten, and must not cost the run its numbers.
    with torch.random.fork_rng(devices=[]):
        matcher = Matcher(images.pixels.shape[1], len(images.words))
    try:
        matcher.load_state_dict(load(path.read_bytes()))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise DataError(f"{path} is no whole matcher; delete it to have it made anew.") from error
    return matcher.requires_grad_(False).eval()


def agreement_of(dataset: ImageDataset) -> Agrees | None:
    """Return what says whether images are as their captions say, if their data can measure it."""
    if not hasattr(dataset, "properties"):
        return None
    classifier = classifier_of(dataset).classifier
    if classifier is None:
        return None
    numbers = torch.tensor([int(name) for name in classifier.class_names])

    def read(pixels_NCHW: Tensor) -> Tensor:
        return numbers[classifier(pixels_NCHW).logits.argmax(dim=1)]

    @torch.no_grad()
    def agrees(pixels_NCHW: Tensor, captions_NT: Tensor) -> Mapping[str, Tensor]:
        asked = dict(dataset.properties_asked(captions_NT))
        seen = dict(dataset.properties(pixels_NCHW, asked["digit"]))
        seen["digit"] = by_blocks(read, pixels_NCHW)
        return {name: seen[name] == asked[name] for name in asked}

    return agrees
