"""task=fetch: what runs use if it is there, but never download on their own."""

from omegaconf import DictConfig

from gan_lab.evaluation import inception_weights
from gan_lab.terminal import say


def run(config: DictConfig) -> None:
    """Bring `config.what` into the cache and say where it lies.

    Raises:
        DataError: it cannot be downloaded, or is there and damaged.
    """
    FETCH[config.what]()


def fetch_inception() -> None:
    """Make the weights of the FID network, or check those that are there."""
    was_there = inception_weights.have_weights()
    path = inception_weights.prepare()
    inception_weights.read_weights()
    say(f"The Inception network is {'already there' if was_there else 'ready'}: {path}")


FETCH = {"inception": fetch_inception}
