"""task=push: a checkpoint's model onto the Hugging Face Hub, as safetensors with its card."""

import tempfile
from pathlib import Path

from omegaconf import DictConfig

from gan_lab.assembly import hub
from gan_lab.assembly.trained_model import open_model
from gan_lab.tasks.export import say_difference, write_safetensors
from gan_lab.terminal import say


def run(config: DictConfig) -> None:
    """Write the model as `task=export format=safetensors` does, and send its files.

    Raises:
        GanLabError: the checkpoint cannot be read, or the Hub is not there or refuses.
    """
    repo = hub.check_name(config.repo)
    trained = open_model(config)
    with tempfile.TemporaryDirectory() as folder:
        card = write_safetensors(trained, config, Path(folder), repo)
        say_difference(card, config.ckpt)
        address = hub.push(Path(folder), repo, private=config.private)
    say(f"Pushed, for gan_lab.from_pretrained({repo!r}): {address}")
