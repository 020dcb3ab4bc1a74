"""A GAN on the line, looked at while it trains: p_data, p_g, D and the best D."""

import math
from typing import Any, final

import numpy as np
import torch
from lightning import Callback, Trainer

from gan_lab import seeding
from gan_lab.data.base import Batch
from gan_lab.data.density import Density
from gan_lab.figures.figure1 import Moment
from gan_lab.latents.inputs import Inputs
from gan_lab.training.gan import GAN

BINS = 100
ARROWS = 21
LATENTS = 200_000
REAL = 4_000  # numbers per extra update of the discriminator
CENTRAL = 0.99  # share of the data on which D is compared with the best D


@final
class DensityRecord(Callback):
    """Keep a moment every so many iterations, and the four of Figure 1.

    Algorithm 1 moves both networks by a little at a time. So that each one's part can be seen, at
    one iteration the discriminator first trains alone, then the generator alone; from there the run
    goes on as before.

    Args:
        dataset: trained on.
        every: iterations between moments.
        panels_at: the iteration before which the two train one after the other.
        discriminator_steps: that the discriminator is given there.
        generator_steps: that the generator is given there.

    Attributes:
        moments: in order.
        panels: (a) near but unequal, (b) D trained, (c) G moved, (d) the end.
    """

    def __init__(
        self,
        dataset: Density,
        *,
        every: int,
        panels_at: int,
        discriminator_steps: int = 500,
        generator_steps: int = 6,
    ) -> None:
        self.dataset = dataset
        self.every = every
        self.panels_at = panels_at
        self.discriminator_steps = discriminator_steps
        self.generator_steps = generator_steps
        self.moments: list[Moment] = []
        self.panels: list[Moment] = []

    def on_train_batch_start(
        self, trainer: Trainer, module: GAN, batch: Any, batch_idx: int
    ) -> None:
        """Look before the iteration, and let each player move alone where it is time."""
        if module.iteration % self.every == 0:
            self.moments.append(self._look(module, f"iteration {module.iteration}"))
        if module.iteration == self.panels_at:
            self._move_one_by_one(module)

    def on_train_end(self, trainer: Trainer, module: GAN) -> None:
        """Look at the end."""
        self.moments.append(self._look(module, f"iteration {module.iteration}"))
        self.panels.append(self._look(module, f"(d) iteration {module.iteration}"))

    def _move_one_by_one(self, module: GAN) -> None:
        points = self.dataset.load().pixels.to(module.device)
        self.panels.append(self._look(module, f"(a) iteration {module.iteration}"))
        for step in range(self.discriminator_steps):
            random = seeding.generator("cpu", module.seed, "figure1", step)
            chosen = torch.randint(len(points), (REAL,), generator=random)
            fake = module.generate(module.latents(REAL, module.seed, "figure1", "D", step))
            module.discriminator_phase(Batch(points[chosen]), {}, step, Batch(fake))
            module.update("discriminator")
        self.panels.append(self._look(module, f"(b) {self.discriminator_steps} steps of D alone"))
        for step in range(self.generator_steps):
            latents = module.latents(REAL, module.seed, "figure1", "G", step)
            module.generator_phase(Batch(points), {"generator": Inputs(latents)})
            module.update("generator")
        self.panels.append(self._look(module, f"(c) {self.generator_steps} steps of G alone"))

    def _look(self, module: GAN, title: str) -> Moment:
        return look(module, self.dataset, title)


@torch.no_grad()
def look(module: GAN, dataset: Density, title: str, latents: int = LATENTS) -> Moment:
    """Return what Figure 1 shows of this moment.

    p_data is exact; p_g is the histogram of so many samples in bins a hundredth of the line wide.
    """
    edges = torch.linspace(*dataset.value_range, BINS + 1, dtype=torch.float64)
    x, width = (edges[1:] + edges[:-1]) / 2, edges[1] - edges[0]
    p_data = dataset.distribution.cdf(edges).diff() / width
    z = module.latents(latents, "figure1", "p_g")
    samples = module.generate(z).flatten().double().cpu()
    p_g = torch.histogram(samples, edges).hist / len(samples) / width
    logits = module.discriminator(x.float().to(module.device)[:, None, None, None])
    places = (torch.arange(ARROWS) + 0.5) / ARROWS * latents
    arrows = z.flatten().sort().values[places.long()]
    arrays = {
        "x": x,
        "p_data": p_data,
        "p_g": p_g,
        "d": module.loss.output(logits),
        "best_d": p_data / (p_data + p_g),
        "z": arrows,
        "g_of_z": module.generate(arrows[:, None]).flatten(),
    }
    return Moment(title, **{name: array.double().cpu().numpy() for name, array in arrays.items()})


@torch.no_grad()
def distance_from_theory(module: GAN, dataset: Density) -> dict[str, float]:
    """Return how far a GAN is from p_g = p_data, D = 1/2 and V = -log 4 (Theorem 1)."""
    moment = look(module, dataset, "", latents=10 * LATENTS)
    p_data, p_g = (density * (moment.x[1] - moment.x[0]) for density in (moment.p_data, moment.p_g))
    tail = (1 - CENTRAL) / 2
    below = p_data.cumsum()
    central = (below - p_data > tail) & (below < 1 - tail)
    z = module.latents(LATENTS, "figure1", "V")
    real = dataset.load().pixels.to(module.device)
    fake = module.generate(z)
    value = module.loss.value(
        module.loss.discriminator(module.discriminator(real), module.discriminator(fake))
    ).item()
    return {
        # Between modes that lie far apart both densities can be 0, and D* is not defined.
        f"largest |D - D*| where the central {CENTRAL:.0%} of the data are": float(
            np.nanmax(np.abs(moment.d - moment.best_d)[central])
        ),
        "largest |D - 1/2| there": float(np.abs(moment.d - 0.5)[central].max()),
        "V": value,
        "|V + log 4|": abs(value + math.log(4)),
        "total variation between p_g and p_data": float(1 - np.minimum(p_g, p_data).sum()),
    }
