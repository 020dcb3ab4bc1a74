"""What the metrics know of the real images: computed once, then kept on disk.

Each metric's knowledge is one file under the hash of everything it depends on: the images
themselves, which of them, the extractor with its weights, and the metric with its options and
whether it is of the first feature space, where some look at pixels too.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, final

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

import gan_lab
from gan_lab import seeding
from gan_lab.data.base import Images
from gan_lab.data.files import locked
from gan_lab.durable import replacing
from gan_lab.evaluation.evaluation import extract, labels_for
from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.metric import SampleMetric
from gan_lab.evaluation.samples import Samples


def choose(images: Images, n: int | None, *address: int | str) -> Images:
    """Return `n` of the images by a draw at `address`, in their order; None or too large: all."""
    if n is None or n >= len(images):
        return images
    generator = seeding.generator("cpu", *address)
    return images.at(torch.randperm(len(images), generator=generator)[:n].sort().values)


def content_hash(images: Images) -> str:
    """Return the SHA-256 of the pixels and labels, hexadecimal."""
    digest = hashlib.sha256(repr((images.pixels.shape, images.pixels.dtype)).encode())
    for array in (images.pixels, images.labels):
        if array is not None:
            for block in array.split(4096):
                digest.update(block.contiguous().numpy())
    return digest.hexdigest()


@final
class RealFeatures:
    """Real images as an extractor sees them; looked at once, and only if that is needed.

    Args:
        extractor: of features.
        real: the images.
        images_hash: see `content_hash`.
        device: of the extractor.
        batch_size: images looked at together.
        say: told what takes time.
    """

    def __init__(
        self,
        extractor: Extractor,
        real: Images,
        *,
        images_hash: str,
        device: torch.device,
        batch_size: int,
        say: Callable[[str], None],
    ) -> None:
        self.extractor = extractor
        self.real = real
        self.device = device
        self.batch_size = batch_size
        self.say = say
        # The last two change the last digits of features alone, and those of every number too.
        self.identity = [
            images_hash,
            real.class_names,
            extractor.name,
            extractor.class_names,
            extractor.about,
            device.type,
            batch_size,
        ]

    @cached_property
    def samples(self) -> Samples:
        """All real images with their features, on the CPU."""
        self.say(
            f"Extracting the features of {len(self.real):,} real images with "
            f"{self.extractor.name}; they are kept for later."
        )
        return _look_at(self.extractor, self.real, self.device, self.batch_size)


def fit(
    metrics: Mapping[str, SampleMetric],
    options: Mapping[str, Mapping[str, Any]],
    seen: RealFeatures,
    folder: Path,
) -> None:
    """Give each metric its real side, from the cache where it has been computed before.

    Args:
        metrics: unfitted, by any name.
        options: of each metric, plain data, by the same names.
        seen: the images to compare with.
        folder: the cache; of several processes one computes, the others wait and read.
    """
    paths = {
        name: folder / f"{_key(seen, metric, options[name])}.safetensors"
        for name, metric in metrics.items()
    }
    # Files are whole or not there: reading them need not wait for who makes others.
    if not _missing(metrics, paths):
        return
    with locked(folder):
        for name in _missing(metrics, paths):  # others may have been made meanwhile
            metric = metrics[name]
            metric.fit(seen.samples)
            buffers = {key: value.contiguous() for key, value in metric.state_dict().items()}
            content = save(buffers)
            with replacing(paths[name]) as file:
                file.write(content)
            _take(metric, content)


def _missing(metrics: Mapping[str, SampleMetric], paths: Mapping[str, Path]) -> list[str]:
    """Give each metric what its file says, and return those without one."""
    return [name for name, path in paths.items() if not _restore(metrics[name], path)]


def _key(seen: RealFeatures, metric: SampleMetric, options: Mapping[str, Any]) -> str:
    parts = [gan_lab.__version__, *seen.identity, metric.primary, metric.draw, dict(options)]
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _restore(metric: SampleMetric, path: Path) -> bool:
    """Return whether the file was there and whole; a damaged one is made anew."""
    try:
        _take(metric, path.read_bytes())
    except (FileNotFoundError, SafetensorError):
        return False
    return True


def _take(metric: SampleMetric, content: bytes) -> None:
    """Give the metric what a file says, also right after it was written.

    The order in which numbers lie in memory decides about the last digits of products. So the first
    evaluation must not go on with the tensors of `fit`, which may be transposed, and both get ones
    of their own, at addresses that are aligned alike.
    """
    for name, value in load(content).items():
        metric.register_buffer(name, value.clone(memory_format=torch.contiguous_format))


def _look_at(extractor: Extractor, real: Images, device: torch.device, batch_size: int) -> Samples:
    """Return all real images with their features, on the CPU."""
    blocks: Sequence[Samples] = [
        extract(extractor, Images(real.pixels[block]), block, device)
        for block in torch.arange(len(real)).split(batch_size)
    ]
    logits = [block.logits for block in blocks]
    return Samples(
        pixels=real.pixels,
        features=_joined([block.features for block in blocks]),
        positions=torch.arange(len(real)),
        logits=None if logits[0] is None else _joined(logits),
        labels=labels_for(extractor, real),
    )


def _joined(blocks: Sequence[Tensor]) -> Tensor:
    return torch.cat([block.cpu() for block in blocks])
