"""The networks that a configuration describes, and how they are told of labels."""

import inspect
from collections.abc import Mapping
from typing import Any

from omegaconf import DictConfig
from torch import nn

from gan_lab.assembly.labels import Known, told
from gan_lab.assembly.likelihoods import outputs_of
from gan_lab.assembly.terms import chosen_terms, code_to_tell, says_classes
from gan_lab.config.build import build, class_of
from gan_lab.config.options import option_made_of, options_with
from gan_lab.data.base import ImageDataset
from gan_lab.errors import ConfigError, did_you_mean
from gan_lab.latents.captions import Captions
from gan_lab.latents.priors import Prior
from gan_lab.latents.structured import Structured
from gan_lab.networks.class_logits import ClassLogits
from gan_lab.networks.head import WithHead, code_head
from gan_lab.networks.labels import LabelledLatents, LabelMaps, Projection
from gan_lab.networks.pack import Packed
from gan_lab.networks.spectral import is_normalised_spectrally, normalise_spectrally
from gan_lab.networks.text_encoder import TextEncoder, ToldOfText
from gan_lab.training.assembling import AssemblesPatches


def with_class_head(discriminator: nn.Module, n_classes: int) -> WithHead:
    """Return a discriminator that says the logit of each class, too."""
    head = nn.Linear(discriminator.n_features, n_classes)
    return WithHead(discriminator, head, classes=slice(None))


def with_code_head(discriminator: nn.Module, code: Structured) -> WithHead:
    """Return a discriminator that says what an image was made of, too."""
    head = code_head(discriminator.n_features, code.head_size)
    return WithHead(discriminator, head, code.classes)


# What is put around a discriminator, by the word of `model.condition`.
DISCRIMINATORS = {"concatenate": LabelMaps, "projection": Projection, "classifier": with_class_head}
TEXT_SIZE = 64  # numbers that networks are told of a text, in the place of a share of each class


def build_network(
    config: DictConfig,
    part: str,
    dataset: ImageDataset,
    prior: Prior | None,
    labels: Known | None = None,
) -> nn.Module:
    """Return the network that `model.PART` describes; it is given what its constructor asks for.

    A network that has no way of its own to be told of labels gets one around it; of captions all
    are told by an encoder of their own, which learns with them.

    Raises:
        ConfigError: the model has no such part, or a value cannot work.
    """
    node, key = config.model.get(part), f"model.{part}"
    if node is None:
        others = options_with("model", part)
        remedy = "leave model= out" if len(others) > 3 else f"choose {' or '.join(others)}"
        raise ConfigError(
            f"model={model_named(config)} has no {part}, which algorithm={algorithm_named(config)} "
            f"needs: {remedy}."
        )
    judges = part == "discriminator"
    n_known = size_of(labels)
    learns = judges and dataset.labelled is not None  # the classes, and is told of none
    n_classes = n_known if told(dataset, labels) and not learns else 0
    around = n_classes and not is_told_itself(config, part)
    maps = n_classes if around and judges and condition_of(config) == "concatenate" else 0
    channels, height, width = dataset.image_shape
    algorithm = class_of(config.algorithm, "algorithm")
    pack = packed(config) if judges else 1
    known = {
        "outputs": outputs_of(config),
        "latent_dim": prior and prior.dim + (n_classes if around else 0),
        "factor_sizes": [factor.size for factor in getattr(prior, "parts", {}).values()],
        "code_size": prior and prior.dim * getattr(algorithm, "numbers_per_latent", 1),
        "image_shape": (pack * (channels + maps), height, width),
        "value_range": dataset.value_range,
        "n_classes": 0 if around else n_classes,
        "n_class_logits": n_known if dataset.learns_labels else 0,
        "learns_fake": learns and config.terms.supervised.fake_class == "learned",
    }
    asked = inspect.signature(class_of(node, key)).parameters
    refuse_another_input(config, part, prior, asked)
    refuse_latents_without_factors(config, part, prior, asked)
    network = build(node, key, **{name: known[name] for name in known if name in asked})
    if pack > 1:
        network = Packed(network, pack)
    code = code_to_tell(config, prior) if judges else None
    if learns or code or (judges and around and condition_of(config) == "classifier"):
        refuse_neighbours(config)
    if learns and "n_class_logits" not in asked:
        return ClassLogits(network, n_known, learns_fake=known["learns_fake"])
    if code:
        return with_code_head(network, code)
    if around:
        wrapper = DISCRIMINATORS[condition_of(config)] if judges else LabelledLatents
        network = wrapper(network, n_classes)
    return told_of_text(network, labels) if isinstance(labels, Captions) else network


def gain_by_bfloat16(config: DictConfig) -> bool:
    """Return whether no network of the model says that bfloat16 makes it slower."""
    nodes = {f"model.{name}": node for name, node in config.model.items() if is_network(node)}
    kinds = (class_of(node, key) for key, node in nodes.items())
    return all(getattr(kind, "gains_by_bfloat16", True) for kind in kinds)


def is_network(node: Any) -> bool:
    """Return whether a value of `model` describes a network."""
    return isinstance(node, DictConfig) and "_target_" in node


def size_of(known: Known | None) -> int:
    """Return how many numbers networks are told: a share of each class, or those of a text."""
    if known is None:
        return 0
    return TEXT_SIZE if isinstance(known, Captions) else len(known.class_names)


def told_of_text(network: nn.Module, captions: Captions) -> ToldOfText:
    """Return a network with an encoder of captions, which is bounded as the network is."""
    encoder = TextEncoder(len(captions.words), TEXT_SIZE)
    if is_normalised_spectrally(network):
        normalise_spectrally(encoder)
    return ToldOfText(network, encoder)


def refuse_another_input(
    config: DictConfig, part: str, prior: Prior | None, asked: Mapping[str, Any]
) -> None:
    """Refuse a network that makes images of something else than the algorithm shows it.

    Args:
        config: the whole configuration.
        part: of the model.
        prior: of the latents; None: the algorithm has none.
        asked: what the network's constructor asks for.

    Raises:
        ConfigError: names the network and the algorithm.
    """
    network = class_of(config.model[part], f"model.{part}")
    assembles = issubclass(class_of(config.algorithm, "algorithm"), AssemblesPatches)
    reads_images = getattr(network, "reads_images", False)
    reads_patches = getattr(network, "reads_patches", False)
    condition = config.data.get("condition", "none")
    if reads_patches and not assembles:
        fault = (
            "makes images of patches, and {} shows it none: choose another model=, or "
            "algorithm=puzzle"
        )
    elif part == "generator" and assembles and not reads_patches:
        fault = "reads no patches, which {} shows it: leave model= out"
    elif reads_images and prior is not None:
        fault = (
            "makes images of images, and {} makes them of latents: choose another model=, or "
            "algorithm=cyclegan or stargan"
        )
    elif reads_images and "n_classes" not in asked and condition != "none":
        fault = (
            f"is told of no labels, and data.condition={condition} has some: choose "
            f"model=stargan, or data.condition=none"
        )
    elif "latent_dim" in asked and prior is None:
        fault = (
            "makes images of latents, and {} has none: leave model= out, or choose another "
            "algorithm="
        )
    else:
        return
    algorithm = f"algorithm={algorithm_named(config)}"
    raise ConfigError(f"model={model_named(config)} {fault.format(algorithm)}.")


def refuse_latents_without_factors(
    config: DictConfig, part: str, prior: Prior | None, asked: Mapping[str, Any]
) -> None:
    """Refuse latents of one piece where a network asks for the sizes of their factors.

    Raises:
        ConfigError: names the latents.
    """
    if "factor_sizes" in asked and not isinstance(prior, Structured):
        latent = option_made_of("latent", config.latent._target_)
        raise ConfigError(
            f"model.{part} judges each factor of latents by itself, and latent={latent} has none: "
            f"choose latent=category_and_style, or algorithm=adversarial_autoencoder."
        )


def refuse_neighbours(config: DictConfig) -> None:
    """Refuse a discriminator that would tell what an image is by those beside it, too.

    Raises:
        ConfigError: names how many it compares.
    """
    if (group := compared(config)) > 1:
        raise ConfigError(
            f"model.discriminator.minibatch_std={group} lets the discriminator compare images, and "
            f"it is to say of each what it is: choose model.discriminator.minibatch_std=0."
        )


def algorithm_named(config: DictConfig) -> str:
    """Return the option that the algorithm is of."""
    return option_made_of("algorithm", config.algorithm._target_)


def model_named(config: DictConfig) -> str:
    """Return the option that a model's first network is of."""
    networks = (node for node in config.model.values() if is_network(node))
    return option_made_of("model", next(networks)._target_)


def is_told_itself(config: DictConfig, part: str) -> bool:
    """Return whether a network takes `n_classes`, and is to make of it what it wants."""
    asked = inspect.signature(class_of(config.model[part], f"model.{part}")).parameters
    return "n_classes" in asked and config.model.get("condition") in (None, "projection")


def condition_of(config: DictConfig) -> str:
    """Return the word of `model.condition`; a model that says nothing of it concatenates."""
    return config.model.get("condition") or "concatenate"


def check_condition(config: DictConfig) -> None:
    """Refuse a model that cannot be told of labels as `model.condition` says.

    Args:
        config: whose data have labels that models are told of.

    Raises:
        ConfigError: there is no such word, a pack has as many labels as images, the discriminator
            shows no features, or no term teaches it to tell the classes.
    """
    chosen = condition_of(config)
    if chosen not in DISCRIMINATORS:
        raise ConfigError(
            f"model.condition={chosen} is no way to tell networks of labels."
            f"{did_you_mean(chosen, DISCRIMINATORS)}"
        )
    if "discriminator" not in config.model:
        return
    node, itself = config.model.discriminator, is_told_itself(config, "discriminator")
    if packed(config) > 1 and (itself or chosen != "concatenate"):
        raise ConfigError(
            f"model.condition={chosen} is of one image here, and model.pack={config.model.pack} "
            f"images are judged together: choose model.condition=concatenate where that is "
            f"possible, or model.pack=1."
        )
    forward = inspect.signature(class_of(node, "model.discriminator").forward).parameters
    if chosen != "concatenate" and not itself and "with_features" not in forward:
        raise ConfigError(
            f"model.condition={chosen} needs the features of the discriminator, and "
            f"model.discriminator._target_={node._target_} has no with_features: choose "
            f"model.condition=concatenate, or another model=."
        )
    if chosen == "classifier" and config.data.condition == "text":
        raise ConfigError(
            "model.condition=classifier tells classes, and data.condition=text has none: choose "
            "model.condition=projection or concatenate."
        )
    if config.algorithm.get("between") and says_classes(config):
        raise ConfigError(
            f"algorithm.between={config.algorithm.between} asks for what is between two classes, "
            f"and this discriminator tells one: leave it out, or choose model.condition=projection "
            f"or concatenate, without data.labelled."
        )
    if chosen == "classifier" and "classification" not in chosen_terms(config):
        raise ConfigError(
            "model.condition=classifier needs terms=[classification], by which the discriminator "
            "learns the classes and the generator makes what it is asked for."
        )


def packed(config: DictConfig) -> int:
    """Return how many images the discriminator judges together: `model.pack`, or 1.

    Raises:
        ConfigError: it is below 1.
    """
    pack = config.model.get("pack", 1)
    if pack < 1:
        raise ConfigError(f"model.pack={pack} must be at least 1; 2 is PacGAN's usual number.")
    return pack


def compared(config: DictConfig) -> int:
    """Return how many images or packs D compares: `model.discriminator.minibatch_std`, or 1."""
    return (config.model.get("discriminator") or {}).get("minibatch_std") or 1
