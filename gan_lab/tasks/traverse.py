"""task=traverse: what each factor of structured latents does to images (Chen et al., 2016)."""

from omegaconf import DictConfig

from gan_lab.assembly.forms import picture_of_traversals, pixels_of
from gan_lab.assembly.trained_model import open_images
from gan_lab.callbacks.traversals import images_of
from gan_lab.errors import ConfigError, did_you_mean
from gan_lab.latents.factors import Factor
from gan_lab.latents.priors import Prior
from gan_lab.latents.structured import Structured
from gan_lab.latents.traversal import variables
from gan_lab.output_files import output_folder, write_arrays, write_pictures
from gan_lab.terminal import say
from gan_lab.training.abilities import HasLatents

FILES = ("traverse.png", "traverse.npz")


def run(config: DictConfig) -> None:
    """Draw images of `config.ckpt` with one factor at all of its values, and the others fixed.

    Raises:
        GanLabError: the checkpoint cannot be read or is of points, its latents have no such factor,
            or `out` cannot be written.
    """
    trained = open_images(config, needs=HasLatents)
    prior = trained.module.prior
    factors = chosen_factors(config, prior)
    out = output_folder(config.out, "traverse", FILES)
    varied = list(variables(prior, factors, config.steps))
    latents = trained.module.latents(config.columns, config.seed, "task=traverse")
    images = images_of(trained.module, latents, varied)
    for variable in varied:
        rows = f"{len(variable.values)} values, a row each, of {config.columns} images"
        say(f"{variable.name}: {rows}.")
    write_pictures(out, {"traverse": picture_of_traversals(trained.dataset, images)})
    arrays = {f"{name}_images": pixels_of(trained.dataset, each) for name, each in images.items()}
    arrays |= {f"{variable.name}_values": variable.values.numpy() for variable in varied}
    write_arrays(out, "traverse", arrays | {"latents": latents.cpu().numpy()})
    say(f"Wrote traverse.png and traverse.npz: {out.absolute()}")


def chosen_factors(config: DictConfig, prior: Prior) -> dict[str, Factor]:
    """Return the factors that `config.factor` names, or else the informative ones.

    Raises:
        ConfigError: there is none.
    """
    if not isinstance(prior, Structured):
        raise ConfigError(
            f"task=traverse varies the factors of latent=structured, and the latents of "
            f"ckpt={config.ckpt} are {type(prior).__name__}: task=interpolate leads from one to "
            f"another."
        )
    if config.factor is None:
        if not prior.informative:
            raise ConfigError(
                f"None of the factors of ckpt={config.ckpt} is informative: name one, as in "
                f"factor={next(iter(prior.parts))}."
            )
        return prior.informative
    if config.factor not in prior.parts:
        raise ConfigError(
            f"factor={config.factor} is no factor of this model."
            f"{did_you_mean(config.factor, prior.parts)}"
        )
    return {config.factor: prior.parts[config.factor]}
