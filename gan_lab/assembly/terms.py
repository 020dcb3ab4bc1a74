"""The terms that a configuration adds to the losses."""

import inspect
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from omegaconf import DictConfig

from gan_lab.config.build import build, class_of
from gan_lab.errors import ConfigError
from gan_lab.latents.priors import Prior
from gan_lab.latents.structured import Structured
from gan_lab.losses.terms import Term
from gan_lab.training.algorithm import Algorithm


def build_terms(
    config: DictConfig,
    kind: type[Algorithm],
    prior: Prior | None = None,
    others: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Term]:
    """Return the chosen terms by their names.

    Args:
        config: the whole configuration.
        kind: of the algorithm.
        prior: of the latents, which a term may be about.
        others: what a term may be about besides: `loss`, and the `condition` of the model.

    Raises:
        ConfigError: the algorithm has no phase for one of them, the discriminator no features that
            it compares, or a value cannot work.
    """
    terms: dict[str, Term] = {}
    for name in chosen_terms(config):
        term = class_of(config.terms[name], f"terms.{name}")
        if missing := set(term.phases) - set(kind.players):
            raise ConfigError(
                f"terms=[{name}] is for the phase of a {missing.pop()}, and "
                f"{kind.__name__} has {' and '.join(kind.players)}. Leave it out."
            )
        if term.needs_features:
            refuse_discriminator_without_features(config, name)
        if term.needs_head:
            refuse_discriminator_without_classes(config, name)
        asked = inspect.signature(term).parameters
        known = {key: value for key, value in others.items() if key in asked}
        if "condition" in known:
            refuse_discriminator_that_is_told_nothing(config, kind, name, known["condition"])
        if term.needs_code:
            known["code"] = code_to_tell(config, prior)
        terms[name] = build(config.terms[name], f"terms.{name}", **known)
    return terms


def refuse_discriminator_that_is_told_nothing(
    config: DictConfig, kind: type[Algorithm], term: str, condition: Any
) -> None:
    """Refuse a term about what images are told to be where D is told nothing.

    Raises:
        ConfigError: names the term.
    """
    if condition is None:
        raise ConfigError(
            f"terms=[{term}] is about what images are told to be, and data.condition="
            f"{config.data.get('condition', 'none')} tells nothing: add data.condition=text or "
            f"labels."
        )
    if says_classes(config) or "inputs" not in inspect.signature(kind).parameters:
        raise ConfigError(
            f"terms=[{term}] is for a discriminator that is told what images should be, and this "
            f"one says itself what they are: choose algorithm=gan and model.condition=concatenate "
            f"or projection, or leave the term out."
        )


def says_classes(config: DictConfig) -> bool:
    """Return whether the discriminator says of what class an image is, instead of being told."""
    return config.model.get("condition") == "classifier" or bool(config.data.get("labelled"))


def chosen_terms(config: DictConfig) -> list[str]:
    """Return their names; an experiment may say something of others, too."""
    return [name for name, node in config.terms.items() if "_target_" in node]


def terms_about_codes(config: DictConfig) -> list[str]:
    """Return the chosen terms that need a head for the informative part of latents."""
    names = chosen_terms(config)
    return [name for name in names if class_of(config.terms[name], f"terms.{name}").needs_code]


def code_to_tell(config: DictConfig, prior: Prior | None) -> Structured | None:
    """Return the latents whose informative part D is to tell; None if no term asks for that.

    Raises:
        ConfigError: the latents have no such part, or D is of no use for it.
    """
    term = next(iter(terms_about_codes(config)), None)
    if term is None:
        return None
    if not isinstance(prior, Structured):
        raise ConfigError(
            f"terms=[{term}] is about latents that are made of factors: add latent=structured, or "
            f"leave the term out."
        )
    if not prior.informative:
        raise ConfigError(
            f"terms=[{term}] needs a factor that images are to tell: set one, as in "
            f"latent.factors.{next(iter(prior.parts))}.informative=true."
        )
    if config.data.get("condition", "none") != "none":
        raise ConfigError(
            f"terms=[{term}] finds classes without labels, and data.condition="
            f"{config.data.condition} tells the model of them: leave one of them out."
        )
    if config.data.get("labelled"):
        raise ConfigError(
            f"terms=[{term}] finds classes without labels, and data.labelled="
            f"{config.data.labelled} teaches the discriminator others: leave one of them out."
        )
    if config.model.get("pack", 1) > 1:
        raise ConfigError(
            f"terms=[{term}] is of one image, and model.pack={config.model.pack} images are judged "
            f"together: choose model.pack=1."
        )
    refuse_discriminator_without_features(config, term)
    return prior


def refuse_discriminator_without_features(config: DictConfig, term: str) -> None:
    """Refuse a network that cannot show what its last layer weighs.

    Raises:
        ConfigError: names it.
    """
    node, key = config.model.discriminator, "model.discriminator"
    if "with_features" not in inspect.signature(class_of(node, key).forward).parameters:
        raise ConfigError(
            f"terms=[{term}] needs features of the discriminator, and "
            f"{key}._target_={node._target_} has no with_features. Choose another model=, or leave "
            f"the term out."
        )


def refuse_discriminator_without_classes(config: DictConfig, term: str) -> None:
    """Refuse a model whose discriminator does not tell classes apart.

    Raises:
        ConfigError: names what would make it.
    """
    if config.data.get("condition") != "labels" or not says_classes(config):
        raise ConfigError(
            f"terms=[{term}] is of a discriminator that tells classes apart: add "
            f"model.condition=classifier data.condition=labels, or data.labelled=10 "
            f"data.condition=labels terms=[supervised,{term}], or leave the term out."
        )
