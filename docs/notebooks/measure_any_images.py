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
# # Measure any images
#
# Whatever made them: arrays, a folder of pictures, a function. The numbers are those of
# `task=evaluate`, to the last digit.

# %%
import numpy as np

import gan_lab
from gan_lab.data.digits import Digits
from gan_lab.figures.grids import image_grid

dataset = Digits(size=16)
dataset.prepare()
real = dataset.load().pixels.numpy()
image_grid(real[:32], 16)

# %% [markdown]
# Half of them are taken for real ones, and the other half for the images of three generators: one
# that is perfect, one that is noisy, and one that knows twenty images only (its modes have
# collapsed).

# %%
rng = np.random.default_rng(0)
order = rng.permutation(len(real))
real, perfect = real[order[:700]], real[order[700:1400]]
noisy = np.clip(perfect + rng.normal(0, 40, perfect.shape), 0, 255).astype(np.uint8)
collapsed = perfect[rng.integers(0, 20, len(perfect))]

# %%
import warnings

scores = {}
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that the collapsed ones repeat themselves: so they should
    for name, images in {"perfect": perfect, "noisy": noisy, "collapsed": collapsed}.items():
        scores[name] = gan_lab.evaluate(
            images, data=real, metrics=["prdc", "frechet"], extractors="pixels"
        )
for name, found in scores.items():
    print(f"{name:10}", "  ".join(f"{key} {value:7.3f}" for key, value in found.items()))

# %% [markdown]
# Precision falls where images are unlike real ones, recall where real ones are not reached; the
# Fréchet distance sees both and does not tell them apart. What the numbers depend on comes along:

# %%
{key: scores["perfect"].protocol[key] for key in ("n_real", "n_fake", "seed")}

# %% [markdown]
# Images with other ranges are refused, since nobody could know what is black in them; the message
# says how to bring them to 0 ... 255.

# %%
try:
    gan_lab.evaluate(perfect.astype(np.float32) / 255, data=real)
except gan_lab.errors.ConfigError as error:
    print(error)
