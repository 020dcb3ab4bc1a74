"""What to know of a choice that is allowed and may not do what was meant."""

from omegaconf import DictConfig
from torch.nn.modules.batchnorm import _BatchNorm

from gan_lab.assembly.terms import chosen_terms
from gan_lab.config.build import class_of
from gan_lab.training.algorithm import Algorithm


def doubt_about_terms(config: DictConfig, module: Algorithm) -> str:
    """Return what to know of a penalty where D's answer depends on more than one image, if so."""
    named = [
        name
        for name in chosen_terms(config)
        if class_of(config.terms[name], f"terms.{name}").of_each_image
    ]
    mixing = [
        layer
        for name, network in module.named_children()
        if name == "discriminator"
        for layer in network.modules()
        if isinstance(layer, _BatchNorm)
    ]
    if not (named and mixing):
        return ""
    return (
        f"Note: terms=[{','.join(named)}] is meant for each image by itself, and the discriminator "
        f"of this model= has batch normalisation, which mixes those of a minibatch."
    )
