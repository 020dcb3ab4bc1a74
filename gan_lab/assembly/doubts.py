"""What to know of a choice that is allowed and may not do what was meant."""

from omegaconf import DictConfig
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils.parametrizations import _SpectralNorm

from gan_lab.assembly.terms import chosen_terms
from gan_lab.config.build import class_of
from gan_lab.losses.gradient_penalty import GradientPenalty
from gan_lab.losses.terms import Term
from gan_lab.networks.minibatch_std import MinibatchStd
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.gan import GAN

# What makes D's answer to an image depend on others.
MIXING = {
    _BatchNorm: "batch normalisation, which mixes those of a minibatch",
    MinibatchStd: "minibatch_std, which compares those of a group",
}


def doubts_about(config: DictConfig, module: Algorithm) -> list[str]:
    """Return a sentence or two about each choice that is in doubt."""
    found = (
        doubt_about_terms, doubt_about_slope, doubt_about_target, doubt_about_level,
        doubt_about_conditions, doubt_about_idle_players,
    )  # fmt: skip
    return [doubt for look in found if (doubt := look(config, module))]


def doubt_about_terms(config: DictConfig, module: Algorithm) -> str:
    """Return what to know of a penalty where D's answer depends on more than one image, if so."""
    named = [name for name in chosen_terms(config) if term_class(config, name).limits_slope]
    mixing = [what for kind, what in MIXING.items() if has_layer(module, kind)]
    if not (named and mixing):
        return ""
    return (
        f"Note: terms=[{','.join(named)}] is meant for each image by itself, and the discriminator "
        f"of this model= has {' and '.join(mixing)}."
    )


def doubt_about_conditions(config: DictConfig, module: Algorithm) -> str:
    """Return what to know of wrong captions or labels where all images have the same one."""
    if "matching" not in chosen_terms(config) or len(module.inputs.condition.asked) > 1:
        return ""
    return (
        "Note: terms=[matching] shows images beside the captions or labels of others, and these "
        "images have a single one, so that right pairs count as wrong. Leave it out."
    )


def doubt_about_idle_players(config: DictConfig, module: Algorithm) -> str:
    """Return what to know of a player whose loss counts for nothing and that has no term."""
    if not isinstance(module, GAN):
        return ""
    busy = {player for name in chosen_terms(config) for player in term_class(config, name).phases}
    weights = {player: getattr(module.loss, f"{player}_weight", 1) for player in module.players}
    idle = [player for player, weight in weights.items() if weight == 0 and player not in busy]
    if not idle:
        return ""
    return (
        f"Note: loss.{idle[0]}_weight=0 leaves the {idle[0]} to its terms, and there are none, so "
        f"that it learns nothing."
    )


def doubt_about_slope(config: DictConfig, module: Algorithm) -> str:
    """Return what to know of a loss that asks for a D of limited slope where nothing limits it."""
    if not config.loss or not class_of(config.loss, "loss").needs_limited_slope:
        return ""
    settings = module.recipe.players.get("discriminator")
    limited = settings is not None and settings.max_column_norm is not None
    limited |= any(term_class(config, name).limits_slope for name in chosen_terms(config))
    if limited or has_layer(module, _SpectralNorm):
        return ""
    return (
        f"Note: {loss_name(config)} asks for a discriminator of limited slope, and nothing limits "
        f"it: its answers may grow without end. terms=[gradient_penalty] limits it."
    )


def doubt_about_target(config: DictConfig, module: Algorithm) -> str:
    """Return what to know of a slope that is asked for although the loss has no use for it."""
    for name in chosen_terms(config):
        target = config.terms[name].get("target", GradientPenalty.target)
        if not issubclass(term_class(config, name), GradientPenalty) or not target:
            continue
        if config.loss and not class_of(config.loss, "loss").needs_limited_slope:
            return (
                f"Note: terms=[{name}] asks for a slope of {target:g}, which has its reason in "
                f"loss=wasserstein. With {loss_name(config)}, terms.{name}.target=0 or terms=[r1] "
                f"is usual."
            )
    return ""


def doubt_about_level(config: DictConfig, module: Algorithm) -> str:
    """Return what to know of a term for a free level of D's answers where the loss fixes it."""
    named = [name for name in chosen_terms(config) if term_class(config, name).is_for_free_level]
    if not named or not config.loss or class_of(config.loss, "loss").level_is_free:
        return ""
    return (
        f"Note: terms=[{','.join(named)}] is for losses that leave the level of the "
        f"discriminator's answers free, which {loss_name(config)} does not: its equilibrium moves."
    )


def has_layer(module: Algorithm, kind: type[nn.Module]) -> bool:
    """Return whether the discriminator, if there is one, has such a layer."""
    networks = dict(module.named_children())
    layers = networks["discriminator"].modules() if "discriminator" in networks else ()
    return any(isinstance(layer, kind) for layer in layers)


def term_class(config: DictConfig, name: str) -> type[Term]:
    """Return the class of a chosen term."""
    return class_of(config.terms[name], f"terms.{name}")


def loss_name(config: DictConfig) -> str:
    """Return what a loss is called in a message."""
    return f"the loss {class_of(config.loss, 'loss').__name__}"
