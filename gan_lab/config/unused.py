"""Words that are well formed and would have no effect, such as keys that the task does not read.

Only what is typed is refused; an experiment or a preset may set keys that a task does not read.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hydra.core.override_parser.types import Override

from gan_lab.config.options import groups
from gan_lab.config.overrides import key_of, parse
from gan_lab.config.quoting import is_sweep, words_of
from gan_lab.config.schema import Root, task_keys, tasks
from gan_lab.errors import ConfigError

ALWAYS = ("task", "plugins", "debug", "hydra", "sweep", "skip_finished", "objective")
NETWORKS = (
    "algorithm", "model", "loss", "likelihood", "latent", "terms", "augment", "optimizer", "ema",
    "batch_size", "seed", "performance.compile",
)  # fmt: skip
# What a checkpoint was trained with may be said again, and is compared with it.
BEGUN_WITH = ("init", "init_mismatch")
OF_A_CHECKPOINT = ("experiment", "data", *NETWORKS, *BEGUN_WITH, "ckpt", "allow_config_change")
SCORES = (
    "evaluation/metrics", "evaluation.metrics", "evaluation.n_fake", "evaluation.n_real",
    "evaluation.split", "evaluation.extractors", "evaluation.seed", "evaluation.batch_size",
)  # fmt: skip
# What each task reads besides its own keys; task=train reads all.
READS = {
    "cost": (
        "experiment", "data", *NETWORKS, "performance", "iterations", "micro_batch", "log_every",
        "samples_every", "checkpoint_every", "keep_checkpoints", "trainer", "evaluation",
        "callbacks",
    ),
    "sample": OF_A_CHECKPOINT,
    "export": OF_A_CHECKPOINT,
    "push": OF_A_CHECKPOINT,
    "nearest": OF_A_CHECKPOINT,
    "interpolate": OF_A_CHECKPOINT,
    "invert": OF_A_CHECKPOINT,
    "arithmetic": OF_A_CHECKPOINT,
    "traverse": OF_A_CHECKPOINT,
    "anomalies": OF_A_CHECKPOINT,
    "complete": OF_A_CHECKPOINT,
    "translate": OF_A_CHECKPOINT,
    "assemble": OF_A_CHECKPOINT,
    "evaluate": (*OF_A_CHECKPOINT, *SCORES),
    # It says itself that it takes no checkpoint.
    "figure1": ("experiment", "data", *NETWORKS, "iterations", "samples_every", "trainer", "ckpt"),
    "train_classifier": ("experiment", "data"),
    "theory": (),
    "report": (),
    "serve": (),
    "list": (),
    "fetch": (),
}  # fmt: skip
# Tasks about a checkpoint.
OF_MODELS = (
    "sample", "nearest", "interpolate", "invert", "arithmetic", "traverse", "anomalies",
    "complete", "translate", "assemble", "evaluate", "export", "push",
)  # fmt: skip
# Read without the keys below it: these tasks take the kind of device alone. The precision and the
# absence of evaluations are what a checkpoint was trained with, said again.
ALONE = dict.fromkeys(
    OF_MODELS,
    ("trainer", "trainer.accelerator", "trainer.precision", "evaluation"),
)
ONE_COMMAND = ("list", "serve", "fetch")  # which a sweep would only repeat
Said = Mapping[str, Override]


def refuse_words_without_effect(command: Sequence[str]) -> None:
    """Refuse words that would have no effect.

    Args:
        command: the command line, whose words are of the form key=value.

    Raises:
        ConfigError: names the word, and what to do instead.
    """
    said = _said(words_of(command))
    sweep = is_sweep(command)
    task = _task(said, sweep)
    if not sweep:
        _refuse("is about a sweep: add -m, or leave it out", said, ("skip_finished", "objective"))
    if task in READS:
        idle = [key for key in said if not _is_read(key, task)]
        _refuse(f"has no effect on task={task}: leave it out", said, idle)
    if task == "evaluate" and "images" in said and "ckpt" not in said:
        network = [
            key for key in said if _begins(key, (*NETWORKS, *BEGUN_WITH, "allow_config_change"))
        ]
        _refuse(
            "is about a checkpoint, and images= are scored without one: leave it out", said, network
        )
    if task == "translate" and "images" in said:
        _refuse("is about images=null, and images= are all translated: leave it out", said, ["n"])
    if task == "train" and not said.keys() & {"ckpt", "resume"}:
        _refuse(
            "is about a checkpoint: add ckpt= or resume=auto, or leave it out",
            said,
            ["allow_config_change"],
        )
    if "ckpt" in said and task == "train":
        _refuse("is for a new run, and ckpt= goes on with one: leave one out", said, ["init"])
    if _says(said, "evaluation/metrics", []):
        raise ConfigError(
            "evaluation/metrics=[] leaves nothing to measure: evaluation=none is a run without "
            "scores."
        )
    if _says(said, "evaluation", "none"):
        if task == "evaluate":
            raise ConfigError("evaluation=none contradicts task=evaluate: leave it out.")
        _refuse_about_evaluations(said, "evaluation=none")


def refuse_words_for_no_evaluation(every: int | None, words: Sequence[str]) -> None:
    """Refuse words about evaluations in a run that has none.

    Args:
        every: iterations between evaluations, as composed.
        words: as typed.

    Raises:
        ConfigError: names the word.
    """
    if every is None:
        _refuse_about_evaluations(_said(words), "evaluation.every=null")


def refuse_words_about_what_is_off(config: Mapping[str, Any], words: Sequence[str]) -> None:
    """Refuse words about parts that a new run does not have, or does not use so.

    Args:
        config: as composed.
        words: as typed.

    Raises:
        ConfigError: names the word.
    """
    said = _said(words)
    if config["callbacks"]["collapse"]["action"] != "rollback":
        _refuse(
            "is about rollbacks: add callbacks.collapse.action=rollback, or leave it out",
            said,
            ["callbacks.collapse.rollbacks"],
        )
    if (config["augment"] or {}).get("p") is not None:
        _refuse(
            "is about a controlled augment.p, and there is another one: add augment.p=null, or "
            "leave it out",
            said,
            ["augment.target", "augment.ramp_images", "augment.most"],
        )
    if config["init"] is None:
        _refuse(
            "is about the weights of another run: add init=, or leave it out",
            said,
            ["init_mismatch"],
        )
    # Data without such a key show their labels in another way.
    if config["data"].get("labelled", "otherwise") is None:
        _refuse(
            "is about a player that learns from labelled images: add data.labelled=10, or leave it "
            "out",
            said,
            [key for key in said if _begins(key, ("optimizer.classifier", "ema.classifier"))],
        )
    for name, node in (config["terms"] or {}).items():
        if "_target_" not in node:
            _refuse(
                f"is about a term that is not chosen: add {name} to terms=[...], or leave it out",
                said,
                [key for key in said if key.startswith(f"terms.{name}.")],
            )


def _said(words: Sequence[str]) -> Said:
    """Return the words that say something, by their keys."""
    overrides = {key_of(override): override for override in map(parse, words)}
    return {key: override for key, override in overrides.items() if not _is_nothing(override)}


def _refuse_about_evaluations(said: Said, reason: str) -> None:
    about = [key for key in said if re.match(r"(evaluation|callbacks)[./]", key)]
    _refuse(
        f"is about evaluations, and with {reason} there are none: leave one of them out",
        said,
        about,
    )


def _refuse(why: str, said: Said, keys: Sequence[str]) -> None:
    for key in keys:
        if key in said:
            raise ConfigError(f"{said[key].input_line} {why}.")


def _task(said: Said, sweep: bool) -> str:
    override = said.get("task")
    if override is None:
        return "train"
    if override.is_sweep_override():
        raise ConfigError(
            f"{override.input_line} names several tasks, and a sweep runs one: type a command "
            f"for each."
        )
    task = str(override.value())
    if sweep and task in ONE_COMMAND:
        raise ConfigError(f"task={task} cannot be a sweep: leave out -m.")
    return task


def _is_read(key: str, task: str) -> bool:
    name = re.split(r"[./@]", key)[0]
    if name not in {*Root.__annotations__, *task_keys(), *groups()}:
        return True  # it is nowhere, which is said elsewhere
    own = set(tasks()[task].__annotations__) - set(Root.__annotations__)
    return key in ALONE.get(task, ()) or _begins(key, (*ALWAYS, *READS[task], *own))


def _begins(key: str, names: Sequence[str]) -> bool:
    return any(
        key == name or key.startswith((f"{name}.", f"{name}/", f"{name}@")) for name in names
    )


def _says(said: Said, key: str, value: Any) -> bool:
    return key in said and not said[key].is_sweep_override() and said[key].value() == value


def _is_nothing(override: Override) -> bool:
    """Return whether a word says what is so without it: null, or false."""
    return not override.is_sweep_override() and (
        override.value() is None or override.value() is False
    )
