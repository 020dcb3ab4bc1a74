"""The images of which a model makes others, where nobody names any."""

from omegaconf import DictConfig, OmegaConf

from gan_lab.assembly.evaluations import evaluated_split
from gan_lab.config.build import build
from gan_lab.data.base import ImageDataset
from gan_lab.data.unpaired import keys_of
from gan_lab.errors import ConfigError
from gan_lab.training.abilities import StartsFromImages, Translates
from gan_lab.training.algorithm import Algorithm
from gan_lab.training.translating import Originals


def give_originals(module: Algorithm, config: DictConfig, dataset: ImageDataset) -> None:
    """Give a model that starts from images those that evaluations and pictures are made of."""
    if not isinstance(module, StartsFromImages):
        return
    split = evaluated_split(config, dataset, from_images=True)
    part = build(OmegaConf.merge(config.data, {"split": split}), "data")
    part.prepare()
    originals = {}
    for name, source in part.sources.items():
        with keys_of(name):
            originals[name] = Originals(source.load(), source.to_network, source.split)
    module.take_originals(originals)


def samples_of(config: DictConfig, dataset: ImageDataset, module: Algorithm) -> int:
    """Return how many images an evaluation scores; of translations at most one per original.

    Raises:
        ConfigError: there are fewer originals than are asked for.
    """
    asked = config.evaluation.n_fake
    if not isinstance(module, Translates):
        return asked or dataset.evaluation_samples
    sources = (source for source, _ in module.directions.values())
    most = min(len(module.originals[source].images) for source in sources)
    if asked and asked > most:
        raise ConfigError(
            f"evaluation.n_fake={asked} is more than the {most:,} images that can be translated; "
            f"leave it out to score all."
        )
    return asked or min(most, dataset.evaluation_samples)
