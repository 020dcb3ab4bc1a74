# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Your own loss
#
# A loss is a class and a YAML file. Here both are written from the notebook into a folder of their
# own; in a project they lie beside your work, and `plugins=[my_loss]` names them.

# %%
import sys
import tempfile
from pathlib import Path

home = Path(tempfile.mkdtemp())
sys.path.insert(0, str(home))

(home / "my_loss.py").write_text('''
"""Least squares in which D is content once it is right by a margin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, final

from torch import Tensor

from gan_lab.losses.adversarial import AdversarialLoss, DiscriminatorLoss
from gan_lab.ranges import Range


@final
@dataclass(frozen=True)
class SquaredHinge(AdversarialLoss):
    """D wants logits beyond +margin and -margin, and pays the square of what is lacking."""

    margin: Annotated[float, Range(0.1, 10)] = 1.0

    def discriminator(self, real_logits_N: Tensor, fake_logits_N: Tensor) -> DiscriminatorLoss:
        real, fake = real_logits_N.float(), fake_logits_N.float()
        lacking = (self.margin - real).relu(), (self.margin + fake).relu()
        return DiscriminatorLoss(*(part.square().mean() for part in lacking))

    def generator(self, fake_logits_N: Tensor, real_logits_N: Tensor | None = None) -> Tensor:
        return (self.margin - fake_logits_N.float()).relu().square().mean()

    def output(self, logits_N: Tensor) -> Tensor:
        return logits_N.float()

    def value(self, loss: DiscriminatorLoss) -> Tensor:
        return -(loss.real + loss.fake)

    @property
    def equilibrium(self) -> Mapping[str, float]:
        return {"d_real": 0.0, "d_fake": 0.0}
''')
(home / "conf" / "loss").mkdir(parents=True)
(home / "conf" / "loss" / "squared_hinge.yaml").write_text("""
# Least squares with a margin.
_target_: my_loss.SquaredHinge
margin: 1.0    # how far beyond 0 the logits are to be
""")

# %% [markdown]
# It is checked as gan_lab's own parts are: a wrong value is refused with the range from the
# annotation.

# %%
import gan_lab

words = [
    "data=digits", "data.size=16", "model.width=8", "evaluation=none", "iterations=300",
]  # fmt: skip
mine = ["plugins=[my_loss]", "loss=squared_hinge"]
try:
    gan_lab.train(*words, *mine, "loss.margin=99")
except gan_lab.errors.ConfigError as error:
    print(error)

# %%
run = gan_lab.train(*words, *mine, "loss.margin=2")
run.status

# %% [markdown]
# Beside it, a loss that is there already, with the same seed: the same first weights, the same
# order of images.

# %%
import numpy as np

from gan_lab.figures.grids import image_grid

other = gan_lab.train(*words, "loss=lsgan")
rows = [each.load(device="cpu").sample(16, seed=0).transpose(0, 3, 1, 2) for each in (run, other)]
image_grid(np.concatenate(rows), 16)
