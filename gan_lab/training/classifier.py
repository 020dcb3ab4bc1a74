"""Training of the classifier that serves as a feature extractor.

SGD with Nesterov momentum, a learning rate that rises and falls once, shifted and (where the data
allow) mirrored images. Everything random is addressed by the seed, and the global generators are
left as they were.

Shape legend: N = images, B = batch, C, H, W = image.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, interpolate, pad
from torch.nn.utils import clip_grad_norm_

from gan_lab import seeding
from gan_lab.data.base import Images
from gan_lab.networks.classifier import ClassifierNetwork

MOMENTUM = 0.9
WEIGHT_DECAY = 5e-4
# Channels that are 0 nearly everywhere, as digits are, have a variance near 0 at first, and
# normalisation turns that into a gradient of over 1000; later ones are far below this limit.
LARGEST_GRADIENT = 10.0
# Images that the whitening filters are computed from.
WHITENING_IMAGES = 5000
# Where the learning rate is highest, as a share of the training.
PEAK = 0.25
# Images are shifted in groups: a shift of each would be slower than the network.
GROUPS = 10
# Side of the images of the first epochs, where a recipe has such, as a share of the full one.
COARSE = 0.75


@dataclass(frozen=True)
class ClassifierRecipe:
    """How long and how a classifier is trained.

    Attributes:
        epochs: passes over the images.
        batch_size: B.
        lr: the highest learning rate.
        shift: largest shift in pixels, in each direction.
        flip: mirror every other epoch, so that both sides are seen equally often.
        coarse_epochs: the first so many epochs see smaller images, in about half the time.
        seed: of weights, order and shifts.
    """

    epochs: int
    batch_size: int = 250
    lr: float = 0.25
    shift: int = 2
    flip: bool = False
    coarse_epochs: int = 0
    seed: int = 0


def train_classifier(
    images: Images,
    recipe: ClassifierRecipe,
    say: Callable[[int, float], None] = lambda epoch, loss: None,
) -> ClassifierNetwork:
    """Return a classifier of `images`, all of which are labelled, in evaluation mode.

    Args:
        images: uint8; its class names say how many classes there are.
        recipe: see `ClassifierRecipe`.
        say: told the number of completed epochs and the mean loss of the last one.
    """
    if len(images) == 1:  # batch normalisation needs two
        pixels, labels = images.pixels.repeat(2, 1, 1, 1), images.labels.repeat(2)
        images = Images(pixels, labels, images.class_names)
    with torch.random.fork_rng(devices=[]):
        # The CPU's generator alone: `seeding.seed_global` would reach those of GPUs as well.
        torch.default_generator.manual_seed(seeding.key(recipe.seed, "classifier weights"))
        network = ClassifierNetwork(images.pixels.shape[1], len(images.class_names))
    # Spread over all images, which may be sorted by class.
    every = -(-len(images) // WHITENING_IMAGES)
    network.fit_whitening(images.pixels[::every].float() / 255)
    network.to(memory_format=torch.channels_last).train()
    optimizer = _optimizer(network, recipe)
    batch = min(recipe.batch_size, len(images))
    steps = recipe.epochs * (len(images) // batch)
    step = 0
    for epoch in range(recipe.epochs):
        total = 0.0
        for pixels, labels in _batches(images, recipe, epoch, batch):
            for group in optimizer.param_groups:
                group["lr"] = recipe.lr * _triangle(step / steps)
            loss = cross_entropy(network(pixels), labels)
            optimizer.zero_grad()
            loss.backward()
            clip_grad_norm_(network.parameters(), LARGEST_GRADIENT)
            optimizer.step()
            total += loss.item()
            step += 1
        say(epoch + 1, total / (len(images) // batch))
    return network.requires_grad_(False).eval()


@torch.no_grad()
def confidences(network: ClassifierNetwork, images: Images) -> tuple[float, float]:
    """Return the share of right answers and the mean of the largest probability."""
    logits = torch.cat([network(_to_network(block)) for block in images.pixels.split(500)])
    accuracy = (logits.argmax(dim=1) == images.labels).double().mean()
    return float(accuracy), float(logits.double().softmax(dim=1).amax(dim=1).mean())


def _to_network(pixels: Tensor) -> Tensor:
    return (pixels.float() / 255).contiguous(memory_format=torch.channels_last)


def _optimizer(network: ClassifierNetwork, recipe: ClassifierRecipe) -> torch.optim.Optimizer:
    trained = [weight for weight in network.parameters() if weight.requires_grad]
    matrices = [weight for weight in trained if weight.ndim > 1]
    vectors = [weight for weight in trained if weight.ndim <= 1]
    groups = [
        {"params": matrices, "weight_decay": WEIGHT_DECAY},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.SGD(groups, lr=recipe.lr, momentum=MOMENTUM, nesterov=True)


def _triangle(progress: float) -> float:
    """Return the share of the highest learning rate, up from 0.2 to 1, then down to 0.01."""
    if progress < PEAK:
        return 0.2 + 0.8 * progress / PEAK
    return max(0.01, (1 - progress) / (1 - PEAK))


def _batches(
    images: Images, recipe: ClassifierRecipe, epoch: int, batch: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield float32 `(B, C, H, W)` from 0 to 1 and int64 `(B,)`; what does not fill one is left."""
    generator = seeding.generator("cpu", recipe.seed, "classifier", epoch)
    order = torch.randperm(len(images), generator=generator)
    first_side = seeding.generator("cpu", recipe.seed, "classifier sides")
    mirrored = torch.rand(len(images), generator=first_side) < 0.5
    if epoch % 2:
        mirrored = ~mirrored
    for indices in order[: len(order) // batch * batch].split(batch):
        pixels = _to_network(_shifted(images.pixels[indices], recipe.shift, generator))
        if recipe.flip:
            pixels = torch.where(mirrored[indices][:, None, None, None], pixels.flip(-1), pixels)
        if epoch < recipe.coarse_epochs:
            pixels = interpolate(pixels, scale_factor=COARSE, mode="bilinear", antialias=True)
        yield pixels, images.labels[indices]


def _shifted(pixels_NCHW: Tensor, shift: int, generator: torch.Generator) -> Tensor:
    """Return the images moved by up to `shift` pixels, the edge repeated where they came from."""
    if shift == 0:
        return pixels_NCHW
    height, width = pixels_NCHW.shape[-2:]
    padded = pad(pixels_NCHW.float(), (shift,) * 4, mode="replicate").to(torch.uint8)
    moved = []
    for group in padded.chunk(GROUPS):
        top, left = torch.randint(0, 2 * shift + 1, (2,), generator=generator).tolist()
        moved.append(group[:, :, top : top + height, left : left + width])
    return torch.cat(moved)
