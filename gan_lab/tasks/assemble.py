"""task=assemble: whole images around a person's own patches.

Shape legend: N = images, K = patches, C, H, W = image.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from omegaconf import DictConfig
from torch import Tensor
from torch.nn.functional import interpolate

from gan_lab.assembly.forms import table
from gan_lab.assembly.trained_model import open_model
from gan_lab.data.base import ImageDataset
from gan_lab.data.key_patches import Size
from gan_lab.data.pictures import UnreadablePictureError, read_content
from gan_lab.data.resizing import Fitting
from gan_lab.errors import ConfigError
from gan_lab.figures.grids import single
from gan_lab.output_files import output_folder, write_picture
from gan_lab.terminal import say
from gan_lab.training.abilities import Assembles


def run(config: DictConfig) -> None:
    """Write images of `config.patches` and the mask, and one picture of all, patches beside them.

    Raises:
        GanLabError: the checkpoint or a picture cannot be read, there are more or fewer patches
            than it was trained with, or `out` cannot be written.
    """
    if config.patches is None:
        raise ConfigError("task=assemble needs patches=, as in patches=[a.png,b.png,c.png].")
    trained = open_model(config, needs=Assembles)
    module, dataset = trained.module, trained.dataset
    if len(config.patches) != module.cutting.count:
        raise ConfigError(
            f"patches= names {len(config.patches)} pictures, and the model of ckpt={config.ckpt} "
            f"was trained with {module.cutting.count} patches of each image: name as many."
        )
    patches = read_patches(config.patches, dataset, module.cutting.size)
    names = [f"{number:02d}.png" for number in range(config.each)]
    out = output_folder(config.out, "assembled", ["assembled.png", "mask.png", *names])
    latents = module.inputs.draw(config.each, module.device, config.seed, "task=assemble").latents
    made = module.assemble(patches.expand(config.each, -1, -1, -1, -1), latents)
    low, high = dataset.value_range
    mask = (low + (high - low) * made.masks[:1]).expand_as(made.images[:1])
    shown = interpolate(patches[0], made.images.shape[-2:]).to(mask.device)
    row = torch.cat([shown, mask, made.images])
    headings = [*["patch"] * len(shown), "mask", *["image"] * config.each]
    write_picture(out / "assembled.png", table(dataset, row[None], headings))
    files = ["mask.png", *names]
    pixels_NCHW = dataset.to_pixels(row[len(shown) :]).numpy()
    for file, pixels_CHW in zip(files, pixels_NCHW, strict=True):
        write_picture(out / file, single(pixels_CHW))
    say(
        f"Wrote assembled.png (patches, mask, images), mask.png, and {names[0]} to {names[-1]} of "
        f"iteration {trained.iteration}: {out.absolute()}"
    )


def read_patches(files: Sequence[str], dataset: ImageDataset, size: Size) -> Tensor:
    """Return pictures as patches `(1, K, C, h, w)`, in the value range; each is scaled to `size`.

    Raises:
        ConfigError: one cannot be read.
    """
    fitting = Fitting(*size, channels=dataset.channels)
    found = []
    for file in files:
        try:
            content = read_content(Path(str(file)).expanduser())
            found.append(fitting.decode(content).pixels)
        except UnreadablePictureError as error:
            raise ConfigError(
                f"patches= names {file}, a picture that is {error}: name another."
            ) from error
    return dataset.to_network(torch.from_numpy(np.stack(found)))[None]
