"""What an algorithm cannot do together with its parts, its data or an option."""

from collections.abc import Mapping
from inspect import Parameter

from omegaconf import DictConfig

from gan_lab.assembly.networks import algorithm_named, packed
from gan_lab.assembly.terms import chosen_terms
from gan_lab.config.options import option_made_of
from gan_lab.config.plain import resolved
from gan_lab.config.values import shown
from gan_lab.data.base import ImageDataset
from gan_lab.errors import ConfigError
from gan_lab.networks.spectral import is_normalised_spectrally
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.gan import GAN


def refuse_what_is_not_read(config: DictConfig, wanted: Mapping[str, Parameter]) -> None:
    """Refuse a loss, latents, options and the like that the algorithm's constructor does not take.

    Raises:
        ConfigError: names the group or the key.
    """
    arguments = {
        "loss": "loss", "likelihood": "likelihood", "latent": "inputs", "terms": "terms",
        "augment": "augmentation",
    }  # fmt: skip
    for group, argument in arguments.items():
        if not config[group] or argument in wanted:
            continue
        option = f"[{','.join(chosen_terms(config))}]"
        if group != "terms":
            option = option_made_of(group, config[group]._target_)
        raise ConfigError(
            f"{group}={option} is for other algorithms, and algorithm={algorithm_named(config)} "
            f"reads no {group}: leave it out. The file of an algorithm of your own says {group}: "
            f"null."
        )
    takes_any = any(each.kind is Parameter.VAR_KEYWORD for each in wanted.values())
    for key, value in resolved(config.algorithm).items():
        if key != "_target_" and key not in wanted and not takes_any:
            raise ConfigError(
                f"algorithm.{key}={shown(value)} is nothing that algorithm="
                f"{algorithm_named(config)} reads: leave it out, or choose another model= where "
                f"that says it."
            )


def refuse_to_compile(config: DictConfig, module: Algorithm) -> None:
    """Refuse compiled networks where gradients are differentiated once more, which they cannot.

    Raises:
        ConfigError: names what does.
    """
    terms = getattr(getattr(module, "terms", None), "terms", {})
    twice = [f"terms=[{name}]" for name, term in terms.items() if term.limits_slope]
    if isinstance(module, GAN) and module.lookahead.steps:
        twice.append(f"algorithm.unroll={module.lookahead.steps}")
    if config.performance.compile and twice:
        raise ConfigError(
            f"performance.compile=true makes networks whose gradients torch cannot differentiate, "
            f"and {' and '.join(twice)} needs that: leave one of them out."
        )


def refuse_labels_that_nothing_learns(config: DictConfig, dataset: ImageDataset) -> None:
    """Refuse labelled images without a term that learns from them, and the other way round.

    Raises:
        ConfigError: names the one that is missing.
    """
    learns = "supervised" in chosen_terms(config)
    if learns and dataset.labelled is None:
        raise ConfigError(
            "terms=[supervised] learns from labelled images, and there are none: add "
            "data.labelled=10, or another number of images per class."
        )
    if dataset.labelled is not None and not learns:
        raise ConfigError(
            f"data.labelled={dataset.labelled} is for terms=[supervised], which learns from these "
            f"images: add it, or leave data.labelled out."
        )
    if learns and dataset.condition != "none" and "classification" not in chosen_terms(config):
        raise ConfigError(
            f"data.condition={dataset.condition} tells the generator of classes beside "
            f"data.labelled={dataset.labelled}, and nothing teaches it to make them: add "
            f"terms=[supervised,classification], or choose data.condition=none."
        )
    if learns and packed(config) > 1:
        raise ConfigError(
            f"terms=[supervised] is of one image, and model.pack={config.model.pack} images are "
            f"judged together: choose model.pack=1."
        )


def refuse_labels_that_nobody_is_told(kind: type[Algorithm], dataset: ImageDataset) -> None:
    """Refuse labels as a condition where an algorithm's networks are told of none.

    Raises:
        ConfigError: names the algorithm.
    """
    if dataset.condition != "none" and not kind.takes_condition:
        raise ConfigError(
            f"data.condition={dataset.condition} tells networks of labels, and those of the "
            f"algorithm {kind.__name__} are told of none: choose data.condition=none."
        )


def refuse_other_sources(module: Algorithm, dataset: ImageDataset) -> None:
    """Refuse data of other sources than the algorithm draws its minibatches from.

    Raises:
        ConfigError: names both.
    """
    wanted, there = (" and ".join(names) for names in (module.streams, dataset.streams))
    if set(module.streams) != set(dataset.streams):
        raise ConfigError(
            f"{type(module).__name__} draws minibatches of the source {wanted}, and "
            f"{type(dataset).__name__} has {there}: choose another data=, or another algorithm=."
        )


def refuse_two_bounds(module: Algorithm) -> None:
    """Refuse a bound on weights that spectral normalisation divides by their norm in any case.

    Raises:
        ConfigError: names the bound and the network.
    """
    for player, settings in module.recipe.players.items():
        for name, network in module.networks_of(player).items():
            if settings.max_column_norm is not None and is_normalised_spectrally(network):
                raise ConfigError(
                    f"optimizer.max_column_norm={settings.max_column_norm} has no effect on the "
                    f"weights of a {name} with spectral normalisation, which are divided by their "
                    f"norm: leave it out, or choose another model.{name}.norm."
                )


def refuse_growth_that_ends_too_soon(config: DictConfig, module: Algorithm) -> None:
    """Refuse levels that take so long that the last one never begins.

    Raises:
        ConfigError: says how long the run would have to be.
    """
    plan = module.growth.plan if isinstance(module, GAN) else None
    planned = config.iterations * module.images_per_iteration
    if plan and plan.last_begins >= planned:
        needed = plan.last_begins // module.images_per_iteration + 1
        shorter = planned // (2 * (plan.last - plan.first) + 1)
        raise ConfigError(
            f"algorithm.growth comes to the size of the data after {plan.last_begins:,} images, "
            f"and iterations={config.iterations} show {planned:,}: choose iterations={needed} or "
            f"more, or shorter stages, such as algorithm.growth.stable={max(1, shorter)} "
            f"algorithm.growth.fade={shorter}."
        )
