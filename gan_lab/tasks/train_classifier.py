"""task=train_classifier: make the classifier of a data set, as the shipped ones were made."""

import hashlib
import time
from dataclasses import replace

from omegaconf import DictConfig

from gan_lab.assembly.classifiers import make, plan_for
from gan_lab.assembly.forms import require_images
from gan_lab.config.build import build
from gan_lab.config.outside_words import is_about_outside, python_command
from gan_lab.config.plain import words_typed
from gan_lab.errors import ConfigError
from gan_lab.output_files import output_file, writing
from gan_lab.terminal import say


def run(config: DictConfig) -> None:
    """Train on all labelled images of `config.data`, and write the classifier to `out`.

    Raises:
        GanLabError: the data cannot be loaded or has no labels, or `out` cannot be written.
    """
    dataset = build(config.data, "data")
    require_images(dataset, "task=train_classifier", "Choose another data=.")
    if dataset.channel_classifier:
        raise ConfigError("The modes of this data= are known without a classifier of their own.")
    dataset.prepare()
    plan = plan_for(dataset) if dataset.load().class_names else None
    if plan is None or not plan.train.class_names:
        raise ConfigError(
            "task=train_classifier needs labels; these images have none. Name others with data=."
        )
    if len(plan.train.class_names) == 1 or not len(plan.test):
        raise ConfigError(
            f"task=train_classifier needs images of two classes at least, and ten of them, one in "
            f"ten to test with; these are {len(plan.train)} of "
            f"{', '.join(plan.train.class_names)}."
        )
    if config.epochs is not None:
        plan = replace(plan, recipe=replace(plan.recipe, epochs=config.epochs))
    out = output_file(config.out, f"{plan.name}.safetensors")
    started = time.monotonic()

    def say_epoch(epoch: int, loss: float) -> None:
        seconds = time.monotonic() - started
        say(f"epoch {epoch}/{plan.recipe.epochs}  loss {loss:.4f}  {seconds:.0f} s")

    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        words = [word for word in words_typed() if not word.startswith("out=")]
        command = python_command(*(word for word in words if not is_about_outside(word)))
        origin = make(plan, out, command, say_epoch)
    say(
        f"{origin.test_accuracy:.2%} of {origin.test_images:,} other images right, with a mean "
        f"confidence of {origin.test_confidence:.3f}.",
        f"Wrote {out.absolute()}: {out.stat().st_size:,} bytes, SHA-256 "
        f"{hashlib.sha256(out.read_bytes()).hexdigest()}",
    )
