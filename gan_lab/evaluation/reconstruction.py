"""How much of an image is lost on the way to its code and back.

Shape legend: N = images, D = numbers of an image, Z = numbers of a code.
"""

from collections.abc import Callable, Mapping
from typing import ClassVar, final

import torch
from torch import Tensor

from gan_lab.data.base import Images
from gan_lab.evaluation.held_out import HeldOut
from gan_lab.evaluation.metric import Better
from gan_lab.evaluation.model_metric import ModelMetric

MOST_NUMBERS = 4096  # of an image whose principal components are found
BLOCK = 4096  # images


@final
class ReconstructionError(ModelMetric):
    """`reconstruction_mse` of the data's test images, and `reconstruction_mse_pca` beside it.

    The mean squared error of a pixel, where black is 0 and white 1. Principal components of the
    training images, as many as a code has numbers, are what the best linear autoencoder finds; no
    number of theirs is given where an image has more than 4,096.
    """

    asks: ClassVar = "reconstruct"

    def attach(self, known: HeldOut) -> None:
        """Take the images that are reconstructed."""
        super().attach(known)
        self.of_components: dict[str, float] = {}

    def attach_training(self, images: Images, code_size: int) -> None:
        """Find what principal components lose, once.

        Args:
            images: that the model was trained on.
            code_size: Z.
        """
        tests = self.known.images.pixels
        if tests[0].numel() <= MOST_NUMBERS:
            mean, components = principal_components(images.pixels, code_size)
            error = error_of_components(tests, mean, components)
            self.of_components = {"reconstruction_mse_pca": error}

    def __call__(self, reconstruct: Callable[[Tensor], Tensor]) -> dict[str, float]:
        """Return the mean over all images and pixels."""
        black, white = self.known.to_network(torch.tensor([0, 255], dtype=torch.uint8)).tolist()
        total = 0.0
        for images in self.known.batches():
            lost = (reconstruct(images).cpu() - images.cpu()) / (white - black)
            total += lost.square().sum(dtype=torch.float64).item()
        mse = total / self.known.images.pixels.numel()
        return {"reconstruction_mse": mse, **self.of_components}

    @property
    def better(self) -> Mapping[str, Better]:
        """The less is lost."""
        return {"reconstruction_mse": "lower"}

    @property
    def perfect(self) -> Mapping[str, float]:
        """Nothing is lost."""
        return {"reconstruction_mse": 0.0}


def principal_components(pixels_NCHW: Tensor, z: int) -> tuple[Tensor, Tensor]:
    """Return the mean image `(D,)` and the `z` main directions around it `(D, z)`, float64.

    Args:
        pixels_NCHW: uint8.
        z: at most D are returned.
    """
    blocks = pixels_NCHW.flatten(1).split(BLOCK)
    mean = sum(block.double().sum(dim=0) for block in blocks) / len(pixels_NCHW)
    covariance = sum((block.double() - mean).T @ (block.double() - mean) for block in blocks)
    _, directions = torch.linalg.eigh(covariance)  # the main ones come last
    return mean, directions[:, -z:]


def error_of_components(pixels_NCHW: Tensor, mean_D: Tensor, components_DZ: Tensor) -> float:
    """Return the mean squared error of pixels, 0 to 1, that are projected on components."""
    total = 0.0
    for block in pixels_NCHW.flatten(1).split(BLOCK):
        deviations = block.double() - mean_D
        lost = deviations - deviations @ components_DZ @ components_DZ.T
        total += lost.square().sum().item()
    return total / pixels_NCHW.numel() / 255**2
