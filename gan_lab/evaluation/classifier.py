"""A classifier as a feature extractor, and the file that it is kept in.

The file is in the safetensors format: weights in half precision, and metadata that says what it was
trained on and how well it does, with the SHA-256 of the weights.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import ClassVar, final

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor
from torch.nn.functional import interpolate

from gan_lab.data.pixels import on_white
from gan_lab.durable import replacing
from gan_lab.errors import ConfigError, DataError
from gan_lab.evaluation.extractor import Extractor, full_precision
from gan_lab.evaluation.samples import Features
from gan_lab.networks.classifier import ClassifierNetwork

SHIPPED = Path(__file__).parent / "weights"
LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True)
class Origin:
    """What a classifier's file says of it.

    Attributes:
        name: of the extractor.
        channels: 1 or 3.
        size: of the images it takes: one number for a square, else height and width.
        class_names: one word per class.
        train_images: how many it was trained on.
        data_sha256: of their pixels and labels.
        test_images: how many it was tested on, none of which it was trained on.
        test_accuracy: share of right answers among them.
        test_confidence: mean of its largest probability on them.
        command: what trained it.
    """

    name: str
    channels: int
    size: int | Sequence[int]
    class_names: Sequence[str]
    train_images: int
    data_sha256: str
    test_images: int
    test_accuracy: float
    test_confidence: float
    command: str

    @property
    def height_and_width(self) -> tuple[int, int]:
        """Of the images it takes."""
        return (self.size, self.size) if isinstance(self.size, int) else tuple(self.size)


@final
class Classifier(Extractor):
    """The features before the last layer, and the logits.

    Images of other sizes are resized, RGB is turned to gray and gray to RGB as it is needed, RGBA
    is laid on white; all in float32, whatever the device would rather compute in.

    Args:
        network: trained.
        origin: what its file says.
        sha256: of that file.
    """

    is_classifier: ClassVar[bool] = True

    def __init__(self, network: ClassifierNetwork, origin: Origin, sha256: str) -> None:
        super().__init__(
            origin.name,
            tuple(origin.class_names),
            {
                "sha256": sha256,
                "test_accuracy": origin.test_accuracy,
                "resize": "bilinear, antialias, to {}x{}".format(*origin.height_and_width),
            },
        )
        self.network = network
        self.origin = origin

    def forward(self, pixels_NCHW: Tensor) -> Features:
        """Return features `(N, D)` and logits `(N, K)` of uint8 images: gray, RGB or RGBA."""
        images = self._prepared(pixels_NCHW)
        with full_precision(images.device):
            features = self.network.features(images)
            return Features(features, self.network.head(features))

    def _prepared(self, pixels_NCHW: Tensor) -> Tensor:
        """Return what the network takes: its size and channels, from 0 to 1."""
        images = on_white(pixels_NCHW).float() / 255
        if images.shape[1] == 3 and self.origin.channels == 1:
            images = (images * images.new_tensor(LUMA)[:, None, None]).sum(dim=1, keepdim=True)
        size = self.origin.height_and_width
        if images.shape[-2:] != size:
            images = interpolate(images, size, mode="bilinear", antialias=True)
        images = images.expand(-1, self.origin.channels, -1, -1)
        return images.contiguous(memory_format=torch.channels_last)


def restrict(classifier: Classifier, class_names: Sequence[str]) -> Classifier:
    """Return a classifier that knows only these classes of `classifier`, in this order.

    Raises:
        ConfigError: one of them is not among its classes.
    """
    known = list(classifier.class_names)
    missing = [name for name in class_names if name not in known]
    if missing:
        raise ConfigError(
            f"evaluation.extractors: {classifier.name} does not know the class {missing[0]}."
        )
    if list(class_names) == known:
        return classifier
    kept = [known.index(name) for name in class_names]
    weights = dict(classifier.network.state_dict())
    weights |= {name: weights[name][kept] for name in ("head.weight", "head.bias")}
    origin = replace(classifier.origin, class_names=tuple(class_names))
    return _assembled(origin, weights, str(classifier.about["sha256"]))


def as_stored(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return weights with the large arrays in half precision.

    The vectors stay as they are: they take little room, and a variance among them may be too large
    for it.
    """
    return {
        name: (value.half() if value.ndim > 1 else value).contiguous()
        for name, value in weights.items()
    }


def write_classifier(path: Path, network: ClassifierNetwork, origin: Origin) -> None:
    """Write the file at `path`, whole or not at all."""
    tensors = as_stored(network.state_dict())
    with replacing(path) as file:
        # One entry, because several would be written in an order that changes from run to run.
        about = {"origin": asdict(origin), "weights_sha256": _hash(tensors)}
        file.write(save(tensors, {"classifier": json.dumps(about)}))


def read_classifier(path: Path) -> Classifier:
    """Return the classifier of a file that `write_classifier` wrote.

    Raises:
        DataError: the file is missing, damaged, or of another kind.
    """
    try:
        content = path.read_bytes()
        tensors, about = load(content), json.loads(_metadata(content)["classifier"])
        if _hash(tensors) != about["weights_sha256"]:
            raise ValueError("the weights are not those that were written")
        origin = Origin(**about["origin"])
        return _assembled(origin, tensors, hashlib.sha256(content).hexdigest())
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise DataError(
            f"{path} is not a whole classifier; delete it to have it made anew."
        ) from error


def shipped(name: str | Path) -> Classifier:
    """Return a classifier that comes with its data: of gan_lab, or the file of another package.

    Args:
        name: such as `mnist_cnn`, which comes with gan_lab, or the path of a file.
    """
    path = name if isinstance(name, Path) else SHIPPED / f"{name}.safetensors"
    return read_classifier(path)


def _assembled(origin: Origin, weights: Mapping[str, Tensor], sha256: str) -> Classifier:
    # The weights that a new network draws are overwritten, and must not cost the run its numbers.
    with torch.random.fork_rng(devices=[]):
        network = ClassifierNetwork(origin.channels, len(origin.class_names))
    network.load_state_dict(weights)
    network.to(memory_format=torch.channels_last)
    return Classifier(network, origin, sha256).freeze()


def _hash(tensors: Mapping[str, Tensor]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(tensors[name].contiguous().numpy())
    return digest.hexdigest()


def _metadata(content: bytes) -> Mapping[str, str]:
    """Return the metadata in the header of a safetensors file."""
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length])["__metadata__"]
