"""Whether a minibatch may be learned from in pieces: only if that is the same as all at once."""

from omegaconf import DictConfig

from gan_lab.assembly.networks import compared, packed
from gan_lab.errors import ConfigError
from gan_lab.networks.images_apart import keeps_images_apart
from gan_lab.networks.spectral import is_normalised_spectrally
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.gan import GAN


def refuse_other_pieces(config: DictConfig, processes: int) -> None:
    """Refuse pieces that a minibatch, or a pack of images, cannot be cut into.

    Args:
        config: the whole configuration.
        processes: that share each minibatch.

    Raises:
        ConfigError: names the sizes.
    """
    size, share = config.micro_batch, config.batch_size // processes
    if size is None:
        return
    if share % size:
        raise ConfigError(
            f"micro_batch={size} must divide the {share} images of a device's minibatch, so that "
            f"all pieces count alike: choose a divisor, or micro_batch=null."
        )
    whole = packed(config) * compared(config)
    if size % whole:
        raise ConfigError(
            f"micro_batch={size} must be a multiple of the {whole} images that the discriminator "
            f"judges together (model.pack, model.discriminator.minibatch_std)."
        )


def refuse_pieces_that_differ(config: DictConfig, module: Algorithm) -> None:
    """Refuse pieces where their gradients would not add up to that of the minibatch.

    Raises:
        ConfigError: names what mixes images.
    """
    if config.micro_batch is None:
        return
    reason = why_not(module)
    if reason:
        raise ConfigError(
            f"micro_batch={config.micro_batch} would learn something else than a whole minibatch "
            f"teaches: {reason}. Leave it out."
        )


def why_not(module: Algorithm) -> str | None:
    """Return what makes pieces differ from the whole; None: they add up."""
    if not module.learns_in_pieces:
        return f"the algorithm {type(module).__name__} looks at all images of one at once"
    for part in module.parts:
        if not keeps_images_apart(getattr(module, part)):
            return (
                f"the {part} has layers that mix images, such as batch normalisation, or some that "
                f"gan_lab does not know"
            )
        if is_normalised_spectrally(getattr(module, part)):
            return f"spectral normalisation, of the {part}, takes a step with each piece"
    for name, term in getattr(getattr(module, "terms", None), "terms", {}).items():
        if term.mixes_images:
            return f"terms={name} is about all of its images together"
    if isinstance(module, GAN) and (module.shares_fakes or module.lookahead.steps):
        return (
            "with algorithm.update=simultaneous, reuse_fakes=true and unroll all phases see the "
            "same images"
        )
    return None
