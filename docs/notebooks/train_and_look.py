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
# # Train a GAN and look at it
#
# A small GAN learns handwritten digits, which come with scikit-learn: nothing is downloaded, and a
# laptop needs a minute. The words are those of the command line; `python -m gan_lab --help` lists
# them all.

# %%
import gan_lab

run = gan_lab.train(
    "data=digits", "data.size=16", "model.width=16", "iterations=600", "samples_every=100",
    "evaluation=none",
)  # fmt: skip
run.status, run.directory

# %% [markdown]
# The stop button lets the iteration end, saves, and returns the run; the kernel goes on.
# `gan_lab.train(f"ckpt={run.directory}/checkpoints/last.ckpt", "iterations=1200")` trains on from
# there.
#
# The same 64 latents at the beginning and at the end:

# %%
from IPython.display import Image, display

for path in (run.samples[0], run.samples[-1]):
    display(Image(filename=str(path)))

# %% [markdown]
# What was logged is a table, and `run.report` is a page with charts of all of it.

# %%
last = dict(run.metrics[-1]) if isinstance(run.metrics, list) else run.metrics.iloc[-1].to_dict()
{name: last[name] for name in ("iteration", "d_real", "d_fake", "loss/generator")}

# %% [markdown]
# ## The trained generator
#
# `sample` draws images as arrays, the same ones for the same seed. The generator itself is a
# `torch.nn.Module`.

# %%
model = run.load()
images = model.sample(16, seed=1)
images.shape, images.dtype

# %%
import torch

from gan_lab.figures.grids import image_grid

start, end = model.latents(2, seed=3)
with torch.no_grad():
    way = torch.stack([torch.lerp(start, end, share) for share in torch.linspace(0, 1, 8)])
    between = model.generator(way)
image_grid(model.pixels(between).transpose(0, 3, 1, 2), 8)

# %% [markdown]
# How good they are, against real images:

# %%
scores = gan_lab.evaluate(model, metrics="prdc", extractors="pixels", n=500)
dict(scores)

# %% [markdown]
# ## Give it away
#
# A folder with the weights, a card and a picture. `gan_lab.push_to_hub(model, "user/name")` puts
# the same onto the Hugging Face Hub.

# %%
folder = gan_lab.save_pretrained(model, run.directory / "export", license="mit")
again = gan_lab.from_pretrained(folder)
bool((again.sample(16, seed=1) == images).all())
