"""Wrong commands, made from the keys and options that there are.

What is wrong with a value is told from the default of its key in the YAML files, not from what the
code says that it takes: a number is never nan, a list or a word, and few may be negative or null.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from hydra import compose

from gan_lab.config.options import groups, options_of
from gan_lab.config.plain import resolved
from gan_lab.config.synonyms import for_keys, for_options
from gan_lab.dotted_keys import leaves

# Each is composed, so that the keys of every option are met.
CHOICES = [
    [],
    *([f"model={option}"] for option in ("mlp", "maxout_conv", "mixture_mlp", "density_mlp")),
    ["model=stacked_mnist_dcgan"],
    ["loss=lsgan"],
    ["terms=[r1,gradient_penalty]"],
    *([f"augment={option}"] for option in ("ada", "diffaugment", "noise")),
    ["latent=uniform"],
    *([f"optimizer={option}"] for option in ("sgd", "rmsprop", "goodfellow")),
    *([f"optimizer/schedule={option}"] for option in ("linear", "cosine", "exponential")),
    *([f"data={option}"] for option in ("cifar10", "tfd", "folder", "density", "ring")),
    ["+evaluation/metrics=parzen"],
    ["logger=wandb"],
    *(
        [f"task={task}"]
        for task in ("sample", "nearest", "interpolate", "invert", "arithmetic", "train_classifier")
    ),
    *([f"task={task}"] for task in ("evaluate", "figure1", "theory", "serve", "report", "fetch")),
    ["task=translate"],
    ["task=anomalies"],
    ["task=complete"],
    ["task=assemble"],
]

READERS = (
    "sample", "interpolate", "invert", "arithmetic", "traverse", "nearest", "translate",
    "anomalies", "complete", "assemble",
)  # fmt: skip
NEGATIVE = (
    "loss.a", "loss.b", "loss.c", "latent.low", "latent.high", "data.value_range", "data.means",
    "model.generator.sigmoid_bias", "trainer.devices", "augment.target",
)  # fmt: skip
UNBOUNDED = ("clip_norm", "max_column_norm", "seed")
NULL = (
    "ema.generator.decay", "model.weight_std", "model.generator.weight_std", "evaluation.every",
    "evaluation.n_real", "model.discriminator.weight_std", "sweep",
)  # fmt: skip
EMPTY_LIST = ("hidden", "activations", "tags")  # no hidden layer, no tags
# Numbers although their default is null, and lists of words.
NUMBERS = (
    "data.limit", "data.contrast", "evaluation.every", "evaluation.n_fake", "evaluation.n_real",
    "optimizer.clip_norm", "optimizer.max_column_norm", "epochs",
    "model.generator.output_weight_range", "model.generator.output_nonzero", "augment.p",
)  # fmt: skip
CLOSED = (
    "algorithm.update", "format", "what", "claim", "trainer.accelerator", "trainer.precision",
    "data.protocol", "model.generator.output", "data.on_bad_image", "data.split",
    "trainer.profiler", "resume", "path",
)  # fmt: skip
# Whatever a task names in them is looked for, and there is nothing to find before it runs.
FREE = ("runs", "split", "evaluation.extractors", "logger.wandb.project", "task", "trainer.devices")
SKIPPED = ("_target_", "hydra", "debug", "performance.cuda_graph", "data.size", "keep_checkpoints")


@dataclass(frozen=True)
class Wrong:
    """A command that must be refused.

    Attributes:
        words: to be typed.
        names: what the message must contain, besides a remedy.
    """

    words: tuple[str, ...]
    names: tuple[str, ...]


def wrong_commands(count: int, seed: int = 0) -> list[Wrong]:
    """Return so many wrong commands, of all kinds in turn; Hydra must be ready to compose."""
    chooses = random.Random(seed)
    kinds = [
        list(kind())
        for kind in (_values, _unknown_keys, _unknown_options, _taken_away, _no_words, _idle)
    ]
    for kind in kinds:
        chooses.shuffle(kind)
    shares = (0.6, 0.12, 0.14, 0.05, 0.05, 0.04)
    chosen = [
        command
        for kind, share in zip(kinds, shares, strict=True)
        for command in kind[: max(1, round(share * count))]
    ]
    different = {command.words: command for command in [*chosen, *kinds[0]]}
    return list(different.values())[:count]


def _values() -> Iterator[Wrong]:
    met: set[str] = set()
    for choice in CHOICES:
        composed = leaves(resolved(compose("config", choice)))
        for key, default in composed.items():
            if key in met or any(part in key for part in SKIPPED) or key in FREE:
                continue
            met.add(key)
            for value in _wrong_values(key, default):
                # Of a course the whole is named, such as optimizer.momentum.
                named = re.sub(r"\.(linear|cosine|exponential|iterations|images)$", "", key)
                yield Wrong((*choice, f"{key}={value}"), (named, _as_shown(value)))


def _wrong_values(key: str, default: object) -> Iterator[str]:
    if isinstance(default, bool):
        yield from ("nan", "2", "-1", "abc", "", "null", "[true]", "{a: 1}")
    elif key in CLOSED:
        yield from ("abc", "nan", "-1", "", "[a, b]", "{a: 1}")
    elif isinstance(default, int | float) or key in NUMBERS:
        yield from ("nan", "inf", "-inf", "abc", "", "[1, 2]", "[]", "{a: 1}", "true")
        if key not in NEGATIVE:
            yield "-1"
        if key not in UNBOUNDED:
            yield "1e30" if isinstance(default, float) else "99999999999999999999"
        if default is not None and key not in NULL:
            yield "null"
    elif isinstance(default, list) and default and isinstance(default[0], int | float):
        yield from ("nan", "abc", "", "[nan]", "[abc]", "{a: 1}", "null")
        if key not in NEGATIVE:
            yield f"[{', '.join(['-1'] * len(default))}]"
        if not key.endswith(EMPTY_LIST):
            yield "[]"
    elif isinstance(default, list):
        yield from ("nan", "", "abc", "{a: 1}", "null")
    elif isinstance(default, str):
        yield from ("", "[a, b]", "{a: 1}")


def _as_shown(value: str) -> str:
    return {"1e30": "1e+30"}.get(value, value)


def _unknown_keys() -> Iterator[Wrong]:
    for key in leaves(resolved(compose("config"))):
        if "_target_" in key or "[" in key:
            continue
        for misspelt in (key[:-1], f"{key}s", key.replace("_", "-"), key.upper(), f"{key}.x"):
            if misspelt == key or not misspelt[-1].isalnum():
                continue
            for sign in ("", "+"):
                if sign and "-" in misspelt:
                    continue
                named = key if misspelt == f"{key}.x" else misspelt
                yield Wrong((f"{sign}{misspelt}=3",), (named, "3"))
    for name in for_keys():
        yield Wrong((f"{name}=3",), (f"{name}=3",))
        yield Wrong((f"--{name.replace('_', '-')}", "3"), (f"--{name.replace('_', '-')} 3",))
        yield Wrong((f"--{name}=3",), (f"--{name}", "3"))


def _unknown_options() -> Iterator[Wrong]:
    for group in groups():
        if group.startswith(("hydra", "callbacks")) or not options_of(group):
            continue
        known = options_of(group)
        optional = group in ("experiment", "debug", "sweep")
        names = ["abc", "3", "nan", "true", "-1", known[0].upper(), f"{known[0]}x", "a.b", "../x"]
        names += for_options(group)
        if not optional:
            names += ["null"] * (group != "logger")
        for name in names:
            if name not in known:
                yield Wrong((f"{group}={name}",), (group, name))
        if group not in ("logger", "evaluation/metrics", "terms"):  # which take lists
            yield Wrong((f"{group}=[{known[0]}, {known[-1]}]",), (group, known[0]))
        yield Wrong((f"{group}={{a: 1}}",), (group,))


def _taken_away() -> Iterator[Wrong]:
    for key, value in leaves(resolved(compose("config"))).items():
        if not key.startswith("evaluation.metrics"):
            yield Wrong((f"~{key}",), (f"~{key}",))
            if value is not None:  # of what is null, Hydra takes it that nothing is there
                yield Wrong((f"+{key}=1",), (key,))
    for group in groups():
        if not group.startswith(("hydra", "evaluation/metrics")):
            yield Wrong((f"~{group}",), (f"~{group}",))


def _no_words() -> Iterator[Wrong]:
    for key in ("seed", "batch_size", "optimizer.lr", "loss", "data.dir", "task", "model.width"):
        yield Wrong((key,), (key,))
        yield Wrong((key, "=", "1"), (key, "=1"))
        yield Wrong((f"{key}=", "1"), (key, "=1"))
        yield Wrong((f"{key}: 1",), (key,))
        if key != "data.dir":
            yield Wrong((f"{key}=a,",), (key, "a"))
            yield Wrong((f"{key}=a,b",), (f"{key}=a,b", "-m"))
            yield Wrong((f"{key}=[a",), (f"{key}=[a",))
        yield Wrong((f"--{key}", "1"), (f"--{key} 1",))
    for flag in (
        "--cfg",
        "--info=x",
        "-c",
        "--package",
        "--config-name=x",
        "--resolve",
        "-x",
        "--",
    ):
        yield Wrong((flag,), (flag.replace("-c", "--c") if flag == "-c" else flag.split("=")[0],))


def _idle() -> Iterator[Wrong]:
    for words in (
        "objective=fid",
        "skip_finished=true",
        "allow_config_change=true",
        "evaluation=none evaluation.every=5",
        "evaluation=none callbacks.collapse.action=stop",
        "evaluation=none evaluation.n_fake=500",
        "evaluation=none evaluation/metrics=[prdc]",
        "evaluation.every=null callbacks.collapse.fall=0.5",
        "evaluation/metrics=[]",
        "callbacks.collapse.rollbacks=5",
        "experiment=cifar10_r3gan_192 augment.target=0.1",
        "experiment=mnist_r3gan terms=[r1] terms.r2.weight=3",
        "sweep=optuna",
        "-m task=train,list",
        "-m task=serve",
        "hydra.run.dir=",
        "hydra.sweep.dir=x",
    ):
        yield Wrong(tuple(words.split()), (words.split()[-1],))
    momentum = "optimizer.momentum={linear: [0, 0.5], iterations: 10}"
    yield Wrong(("optimizer=rmsprop", momentum), (momentum,))
    for task in ("list", "report", "serve", "theory", "fetch"):
        for word in ("seed=1", "iterations=5", "trainer=cpu", "model=mlp", "ckpt=x", "loss.a=1"):
            yield Wrong((f"task={task}", word), (word, f"task={task}"))
    for task in READERS:
        for word in ("resume=auto", "logger=wandb", "iterations=5", "trainer.devices=2"):
            yield Wrong((f"task={task}", "ckpt=x", word), (word, f"task={task}"))
