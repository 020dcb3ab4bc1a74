"""The terms that a configuration adds to the losses."""

import inspect

from omegaconf import DictConfig

from gan_lab.config.build import build, class_of
from gan_lab.errors import ConfigError
from gan_lab.losses.terms import Term
from gan_lab.training.algorithm import Algorithm


def build_terms(config: DictConfig, kind: type[Algorithm]) -> dict[str, Term]:
    """Return the chosen terms by their names.

    Raises:
        ConfigError: the algorithm has no phase for one of them, the discriminator no features that
            it compares, or a value cannot work.
    """
    terms = {name: build(config.terms[name], f"terms.{name}") for name in chosen_terms(config)}
    for name, term in terms.items():
        if missing := set(term.phases) - set(kind.players):
            raise ConfigError(
                f"terms=[{name}] is for the phase of a {missing.pop()}, and "
                f"{kind.__name__} has {' and '.join(kind.players)}. Leave it out."
            )
        if term.needs_features:
            refuse_discriminator_without_features(config, name)
        if term.needs_head:
            refuse_discriminator_without_classes(config, name)
    return terms


def chosen_terms(config: DictConfig) -> list[str]:
    """Return their names; an experiment may say something of others, too."""
    return [name for name, node in config.terms.items() if "_target_" in node]


def refuse_discriminator_without_features(config: DictConfig, term: str) -> None:
    """Refuse a network that cannot show what its last layer weighs.

    Raises:
        ConfigError: names it.
    """
    node, key = config.model.discriminator, "model.discriminator"
    if "with_features" not in inspect.signature(class_of(node, key).forward).parameters:
        raise ConfigError(
            f"terms=[{term}] compares features of the discriminator, and "
            f"{key}._target_={node._target_} has no with_features. Choose another model=, or leave "
            f"the term out."
        )


def refuse_discriminator_without_classes(config: DictConfig, term: str) -> None:
    """Refuse a model whose discriminator does not tell classes apart.

    Raises:
        ConfigError: names what would make it.
    """
    if config.data.get("condition") != "labels" or config.model.get("condition") != "classifier":
        raise ConfigError(
            f"terms=[{term}] is of a discriminator that tells classes apart: add "
            f"model.condition=classifier data.condition=labels, or leave the term out."
        )
