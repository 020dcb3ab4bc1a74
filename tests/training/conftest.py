"""A GAN small enough to train in a test, with every kind of state: dropout, BatchNorm, EMA."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch
from lightning import Trainer
from torch import nn

from gan_lab import seeding
from gan_lab.callbacks.checkpoints import DurableCheckpointIO
from gan_lab.data.base import Images
from gan_lab.data.loader import Minibatches, MinibatchLoader
from gan_lab.data.pixels import to_range
from gan_lab.latents.inputs import InputSource
from gan_lab.latents.priors import Gaussian
from gan_lab.losses.adversarial import NonSaturating
from gan_lab.training.gan import GAN
from gan_lab.training.player import Average, Player, Recipe

BATCH = 8
AVERAGE = Average(decay=0.9, warm_up=False)


def tiny_gan(**changes: Any) -> GAN:
    seeding.seed_global(0, "weights")
    settings: dict[str, Any] = {
        # Before BatchNorm a bias changes nothing and has nothing but noise for its gradient.
        "generator": nn.Sequential(
            nn.Linear(4, 16, bias=False),
            nn.BatchNorm1d(16),
            nn.ReLU(),
            nn.Linear(16, 16),
            nn.Tanh(),
            nn.Unflatten(1, (1, 4, 4)),
        ),
        "discriminator": nn.Sequential(
            nn.Flatten(),
            nn.Linear(16, 16, bias=False),
            nn.BatchNorm1d(16),
            nn.LeakyReLU(0.2),
            nn.Dropout(0.3),
            nn.Linear(16, 1),
            nn.Flatten(0),
        ),
        "loss": NonSaturating(),
        "inputs": InputSource(Gaussian(dim=4)),
        "terms": {},
        "augmentation": None,
        "image_shape": (1, 4, 4),
        "discriminator_steps": 1,
        "update": "alternating",
        "reuse_fakes": False,
        "recipe": recipe(),
    }
    return GAN(**settings | changes)


def recipe(
    *,
    generator: dict[str, Any] | None = None,
    discriminator: dict[str, Any] | None = None,
    batch_size: int = BATCH,
    seed: int = 0,
    average: Average | None = AVERAGE,
    **both: Any,
) -> Recipe:
    """Return a recipe of two players, with what is said of one of them or of both."""
    of_recipe = {name: both.pop(name) for name in ("schedule", "log_every") if name in both}
    settings = {"optimizer": partial(torch.optim.Adam, lr=1e-2), **both}
    return Recipe(
        {
            "generator": Player(**settings | {"average": average} | (generator or {})),
            "discriminator": Player(**settings | (discriminator or {})),
        },
        batch_size=batch_size,
        seed=seed,
        **of_recipe,
    )


def tiny_images(n: int = 40) -> Images:
    pixels = torch.randint(
        0, 256, (n, 1, 4, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(1)
    )
    return Images(pixels)


def fit(
    module: GAN,
    iterations: int,
    *,
    callbacks: list = (),
    plugins: list = (),
    ckpt: Any = None,
    device: str = "cpu",
    devices: int = 1,
    logger: Any = False,
    images: Images | None = None,
    labels: torch.Tensor | None = None,
    **options: Any,
):
    """Train `module` with the real Trainer and loader up to `iterations`."""
    trainer = Trainer(
        accelerator=device,
        devices=devices,
        max_epochs=1,
        logger=logger,
        callbacks=list(callbacks),
        plugins=[DurableCheckpointIO(), *plugins],
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        use_distributed_sampler=False,
        **options,
    )
    first = module.iteration
    if ckpt is not None:
        first = torch.load(ckpt, weights_only=True)["clock"]["iteration"]
    images = Images((images or tiny_images()).pixels.to(device))
    minibatches = Minibatches(
        images,
        labels,
        to_network=partial(to_range, value_range=(-1.0, 1.0)),
        flip=True,
        batch_size=module.batch_size,
        address=(module.seed,),
        device=torch.device(device),
        rank=trainer.global_rank,
        world_size=trainer.world_size,
    )
    loader = MinibatchLoader(
        {"data": minibatches}, module.streams, first_iteration=first, last_iteration=iterations
    )
    trainer.fit(module, loader, ckpt_path=ckpt)
    return trainer


@pytest.fixture
def gan() -> Callable[..., GAN]:
    return tiny_gan
