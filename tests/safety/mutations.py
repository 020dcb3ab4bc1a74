"""Checkpoints as strangers would alter them: seeded mutations of one that gan_lab wrote.

Each mutation takes a `Random`, the whole checkpoint and a folder of its own, and leaves a file
there. What it may do is up to the file; what it must not do is tested in test_mutations.py.
"""

import json
import math
import os
import pickle
import random
import zipfile
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from tests.safety.gadgets import PROTO_4, STOP, Call, pickled

SECRET = "GAN_LAB_SECRET"  # the environment variable that must not appear anywhere

INTERPOLATIONS = (
    f"${{oc.env:{SECRET}}}", f"\\${{oc.env:{SECRET}}}", f"\\\\${{oc.env:{SECRET}}}",
    f"\\${{oc.env${{objective}}{SECRET}}}", f"$\\{{oc.env:{SECRET}\\}}", f"a${{oc.env:{SECRET}}}b",
    "${oc.decode:'${oc.env:" + SECRET + "}'}", "${hydra:runtime.cwd}",
    "${run_directory:train,null,x}", "${oc.select:data.dir,${oc.env:" + SECRET + "}}", "${seed}",
    "${",
)  # fmt: skip
TARGETS = (
    "os.system", "subprocess.run", "builtins.eval", "gan_lab.data.files.os.system", "antigravity",
    "gan_lab.data.digits.Digits", "torch.load", "", ".", "gan_lab.tasks.train.run",
    "shutil.rmtree",
)  # fmt: skip
TEXTS = (
    "", " ", "\x00", "\x1b[31m", "\ud800", "\u202e", "a\nb", "?" * 3, "x" * 100_000, "../../evil",
    "/dev/zero", "/proc/self/environ", "~", "nan", "null", "[", "{a:1", "$", "\\", "💥", "%s{0}",
    "file:///etc/passwd", "http://example.invalid/x", "a.b.c", "__class__", "FOLDER/evil",
)  # fmt: skip
VALUES = (
    None, True, False, 0, 1, -1, 2**31, 2**63, -(2**63) - 1, 10**400, 0.5, -0.0, math.nan,
    math.inf, -math.inf, 1e308, [], [[]], {}, {"a": {}}, [None], ["x"], b"bytes", {1, 2}, (1, 2),
    3 + 4j, *TEXTS,
)  # fmt: skip
OPTIONS = (
    "experiment=FOLDER/evil", "experiment=../../../../../../FOLDER/evil", "data=FOLDER/evil",
    "optimizer/schedule=../..", "logger=[csv,FOLDER/evil]",
    "+evaluation/metrics=../../FOLDER/evil", "data@data=FOLDER/evil",
    "experiment='FOLDER/evil.yaml'", "experiment=pkg://evil", "model=%2e%2e/evil",
    "loss='\uff0e\uff0e/evil'", "hydra.searchpath=[FOLDER]", "+x/y=../z",
    "+hydra/job_logging=FOLDER/evil", "experiment=~", "experiment=..", "latent=[FOLDER/evil]",
)  # fmt: skip
ODD_WORDS = (
    "", "=", "seed", "seed==", "~", "+", "a b=c", "seed=1 2", "seed=[1", "seed='", "seed=1,2",
    "x" * 20_000, "seed=range(3)", "seed=glob(*)", "data.dir=" + "[" * 3000, "~seed", "~model",
    "~optimizer.generator", "+seed=2", "++new.key=1", "+defaults=[FOLDER/evil]", "defaults=x",
    "+experiment.defaults=[x]", "_target_=os.system", "+_target_=os.system",
    "loss._target_=os.system", "task=serve", "task=evil", "out=FOLDER/evil.png",
    "ckpt=FOLDER/evil", "resume=auto", "debug=true", "debug=fast", "iterations=-5",
    "iterations=" + "9" * 50, "batch_size=1000000000", "data=mnist", "data.dir=FOLDER",
    "logger=wandb", "logger=tensorboard", "trainer.devices=4096", "sweep=optuna", "objective=':'",
    "skip_finished=true", "model.pretrained=FOLDER/evil",
    "evaluation.extractors=[antigravity:main]", "seed=null", "data=null",
    "performance={compile:true}", "model={a:{b:[1,{c:2}]}}", "trainer=null",
    "hydra.run.dir=FOLDER", "hydra.job.chdir=true", "hydra/launcher=joblib", "\x1b]0;evil\x07=1",
    "seed=\u202e1", "seed='\x00'",
)  # fmt: skip


def written(made: Any, folder: Path, **how: Any) -> Path:
    """Save what torch can save."""
    path = folder / "stranger.ckpt"
    torch.save(made, path, **how)
    return path


def leaf_of(node: Any, random: random.Random) -> tuple[Any, Any]:
    """Return a container somewhere in `node`, and a key of it."""
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    key = random.choice(keys)
    inner = node[key]
    if isinstance(inner, dict | list) and inner and random.random() < 0.8:
        return leaf_of(inner, random)
    return node, key


def deep(depth: int, kind: str) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value} if kind == "dict" else [value]
    return value


def circle() -> list:
    values: list = []
    values.append(values)
    return values


def explosion() -> list:
    values: list = [1]
    for _ in range(9):
        values = [values] * 10
    return values


def said(word: str, folder: Path) -> str:
    return word.replace("FOLDER", str(folder))


# Of the words.


def interpolating_words(random: random.Random, made: dict, folder: Path) -> Path:
    text = random.choice(INTERPOLATIONS)
    key = random.choice(
        ("data.dir", "data.split", "+logger.x", "objective", "data", "seed", "loss.a")
    )
    made["overrides"] += [
        "objective=':'",
        random.choice(
            (
                f"{key}={text}",
                f"{key}='{text}'",
                f'{key}="{text}"',
                f"{key}=[a,'{text}']",
                f"{key}={{a:{{b:['{text}']}}}}",
                f"~{key}={text}",
                f"++{key}=str('{text}')",
            )
        ),
    ]
    return written(made, folder)


def climbing_options(random: random.Random, made: dict, folder: Path) -> Path:
    made["overrides"].append(said(random.choice(OPTIONS), folder))
    return written(made, folder)


def odd_words(random: random.Random, made: dict, folder: Path) -> Path:
    made["overrides"] += [said(word, folder) for word in random.sample(ODD_WORDS, 2)]
    return written(made, folder)


def random_words(random: random.Random, made: dict, folder: Path) -> Path:
    letters = "abseed.=[]{}'\"\\$:,~+@/ 019-_\n\t💥\x00"
    made["overrides"].append("".join(random.choice(letters) for _ in range(random.randrange(40))))
    return written(made, folder)


def words_of_other_kinds(random: random.Random, made: dict, folder: Path) -> Path:
    made["overrides"] = random.choice(
        (
            None,
            5,
            "seed=0",
            [5],
            [None],
            [b"seed=0"],
            {"seed": 0},
            [["seed=0"]],
            ("seed=0",),
            ["seed=0"] * 100_000,
            [torch.zeros(1)],
            circle(),
            deep(200, "list"),
            ["a=" + "x" * 10**7],
        )
    )
    return written(made, folder)


# Of the configuration.


def values_of_the_configuration(random: random.Random, made: dict, folder: Path) -> Path:
    for _ in range(random.choice((1, 3))):
        node, key = leaf_of(made["config"], random)
        value = random.choice(VALUES)
        node[key] = said(value, folder) if isinstance(value, str) else value
    return written(made, folder)


def lookups_in_the_configuration(random: random.Random, made: dict, folder: Path) -> Path:
    node, key = leaf_of(made["config"], random)
    text = random.choice(INTERPOLATIONS)
    node[key] = random.choice((text, [text], {"a": [text]}, {text: 1}))
    return written(made, folder)


def targets(random: random.Random, made: dict, folder: Path) -> Path:
    group = random.choice(
        (
            "data",
            "algorithm",
            "model",
            "loss",
            "terms",
            "augment",
            "latent",
            "optimizer",
            "evaluation",
            "logger",
        )
    )
    evil = {"_target_": random.choice(TARGETS), "_args_": ["touch FOLDER/canary"]}
    evil["_args_"] = [said(word, folder) for word in evil["_args_"]]
    node = made["config"][group]
    match random.randrange(4):
        case 0:
            made["config"][group] = evil
        case 1:
            node["evil"] = evil
        case 2:
            node["_target_"] = evil["_target_"]
        case 3:
            inner, key = leaf_of(node, random) if node else (node, "evil")
            inner[key] = [evil] if random.random() < 0.5 else evil
    return written(made, folder)


def keys_of_the_configuration(random: random.Random, made: dict, folder: Path) -> Path:
    node, key = leaf_of(made["config"], random)
    if isinstance(node, list) or random.random() < 0.4:
        del node[key]
    else:
        name = random.choice(
            (*TEXTS, 5, None, True, "defaults", "_self_", "a.b", "hydra", "x@y", ())
        )
        node[name] = node.pop(key)
    return written(made, folder)


def shapes_of_the_configuration(random: random.Random, made: dict, folder: Path) -> Path:
    whole = random.choice(
        (
            None,
            [],
            {},
            5,
            circle(),
            explosion(),
            deep(50, "dict"),
            deep(200, "dict"),
            {"seed": [0] * 200_000},
            OrderedDict(made["config"]),
            {"data": torch.zeros(3)},
        )
    )
    if random.random() < 0.5:
        made["config"] = whole
    else:
        made["config"][random.choice(list(made["config"]))] = whole
    return written(made, folder)


# Of the rest.


def tensors(random: random.Random, made: dict, folder: Path) -> Path:
    state = made["state_dict"]
    name = random.choice(list(state))
    was = state[name]
    state[name] = random.choice(
        (
            lambda: was.double(),
            lambda: was.to(torch.int8),
            lambda: was.to(torch.complex64),
            lambda: was > 0,
            lambda: was.flatten()[:0],
            lambda: was[..., None],
            lambda: was * math.nan,
            lambda: torch.zeros(1).expand(10**9),
            lambda: was.to_sparse(),
            lambda: was.to("meta"),
            lambda: nn.Parameter(was.float()),
            lambda: torch.zeros(was.shape, dtype=torch.bfloat16),
            lambda: torch.quantize_per_tensor(was.float(), 0.1, 0, torch.qint8),
            lambda: [was],
            lambda: torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)]),
            lambda: None,
            lambda: torch.zeros(1).expand(was.shape),
            lambda: was.to(torch.float16) * 1e9,
        )
    )()
    return written(made, folder)


def names_of_tensors(random: random.Random, made: dict, folder: Path) -> Path:
    state = made["state_dict"]
    name = random.choice(list(state))
    match random.randrange(4):
        case 0:
            del state[name]
        case 1:
            state[random.choice((*TEXTS, "generator", "ema", "__class__"))] = state[name]
        case 2:
            state[random.choice((5, None, ("a",), True))] = state[name]
        case 3:
            made["state_dict"] = random.choice(
                (None, [], {}, 5, {"a": {"b": state[name]}}, state[name])
            )
    return written(made, folder)


def clocks(random: random.Random, made: dict, folder: Path) -> Path:
    value = random.choice(
        (
            -1,
            -(10**30),
            2**63,
            10**400,
            math.nan,
            math.inf,
            "2",
            None,
            True,
            [2],
            0,
            10**15,
            torch.tensor(2),
            b"2",
        )
    )
    match random.randrange(4):
        case 0 | 1:
            made["clock"][random.choice(("iteration", "images_seen"))] = value
        case 2:
            del made["clock"][random.choice(("iteration", "images_seen"))]
        case 3:
            made["clock"] = random.choice((value, {}, [], {"iteration": 2}))
    return written(made, folder)


def formats(random: random.Random, made: dict, folder: Path) -> Path:
    made["format"] = random.choice(
        (1, 3, -1, 0, 10**400, "2", None, True, 2.0, [2], torch.tensor(2), "\x1b[31m")
    )
    return written(made, folder)


def missing_parts(random: random.Random, made: dict, folder: Path) -> Path:
    for key in random.sample(list(made), random.choice((1, 1, 3))):
        del made[key]
    return written(made, folder)


def parts_of_other_kinds(random: random.Random, made: dict, folder: Path) -> Path:
    key = random.choice(list(made))
    value = random.choice((*VALUES, circle(), explosion(), deep(200, "dict"), torch.zeros(3)))
    if random.random() < 0.4:
        made[key] = value
    elif isinstance(made[key], dict | list) and made[key]:
        node, inner = leaf_of(made[key], random)
        node[inner] = value
    else:
        made[random.choice(("extra", "loops", "hyper_parameters", "MixedPrecision", 5, ""))] = value
    return written(made, folder)


def states_of_callbacks(random: random.Random, made: dict, folder: Path) -> Path:
    history = random.choice(
        (
            None,
            5,
            "x",
            [None],
            [5],
            [{}],
            [{"iteration": "x"}],
            [{"iteration": math.nan, "fid": 1}],
            [{"iteration": 10**400}],
            [{5: 6}],
            [{"iteration": 1, "fd_pixels": "x"}],
            circle(),
            [{"iteration": 1}] * 200_000,
            [{"iteration": -5, "coverage": []}],
            {"a": 1},
            [[]],
        )
    )
    evaluate = {
        "history": history if random.random() < 0.6 else [],
        "earlier": random.choice(([], history, [history], [[]], None)),
        "since": random.choice((0, -1, None, "x", 10**400)),
        "protocol": random.choice(
            ({}, None, [], {"seed": math.nan}, {"x": deep(200, "dict")}, {5: 6})
        ),
    }
    seconds = random.choice((math.nan, -1, "x", None, 10**400, math.inf, [], 1e300, True))
    made["callbacks"] = random.choice(
        (
            {"Evaluate": evaluate, "MetricsLog": {"seconds": 1.0}},
            {"Evaluate": evaluate, "MetricsLog": {"seconds": 1.0}},
            {"MetricsLog": {"seconds": seconds}},
            {"MetricsLog": random.choice((None, {}, [], 5))},
            {"Evaluate": random.choice((None, {}, [], 5))},
            {random.choice((5, None, "\x1b[31m", "x" * 10_000)): {"a": 1}},
            {"Checkpoints": {"best": "FOLDER"}, "RunRecord": {"x": 1}},
        )
    )
    return written(made, folder)


def meters(random: random.Random, made: dict, folder: Path) -> Path:
    made["meters"] = random.choice(
        (
            {},
            {"sums": {}},
            {"sums": {"x": torch.zeros(3)}, "counts": {"x": 1}},
            {"sums": [], "counts": {}},
            {"sums": {"x": torch.zeros(())}, "counts": {}},
            {"sums": {5: torch.zeros(())}, "counts": {5: 1}},
            {"sums": {"x": "y"}, "counts": {"x": 1}},
            {"sums": {"x": math.nan}, "counts": {"x": "y"}},
            {"sums": {"loss/x": torch.tensor(math.nan)}, "counts": {"loss/x": -5}},
            None,
            5,
            {"sums": {"\x1b[31m\n,": torch.zeros(())}, "counts": {"\x1b[31m\n,": 1}},
            {"sums": {"x": torch.zeros((), dtype=torch.complex64)}, "counts": {"x": 10**400}},
        )
    )
    return written(made, folder)


def states_of_optimizers(random: random.Random, made: dict, folder: Path) -> Path:
    state = random.choice(made["optimizer_states"])
    first = next(iter(state["state"]))
    name = random.choice(list(state["state"][first]))
    match random.randrange(6):
        case 0:
            state["state"][first][name] = random.choice(
                (*VALUES, torch.zeros(1), torch.zeros(1).to_sparse())
            )
        case 1:
            state["state"][random.choice((10**6, "x", -1, None))] = state["state"].pop(first)
        case 2:
            state[random.choice(("state", "param_groups"))] = random.choice(
                (None, [], {}, 5, [{}], "x")
            )
        case 3:
            made["optimizer_states"] = random.choice(
                ([], [state], [state] * 3, [None, None], {}, "ab")
            )
        case 4:
            state["param_groups"][0][random.choice(list(state["param_groups"][0]))] = random.choice(
                VALUES
            )
        case 5:
            state["state"][first]["exp_avg"] = torch.zeros(1).expand(10**9)
    return written(made, folder)


# Of the file.


def truncated(random: random.Random, made: dict, folder: Path) -> Path:
    path = written(made, folder)
    content = path.read_bytes()
    path.write_bytes(content[: random.choice((0, 1, 4, 100, random.randrange(len(content))))])
    return path


def flipped(random: random.Random, made: dict, folder: Path) -> Path:
    path = written(made, folder)
    content = bytearray(path.read_bytes())
    for _ in range(random.choice((1, 20, 500))):
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
    path.write_bytes(content)
    return path


def other_files(random: random.Random, made: dict, folder: Path) -> Path:
    path = folder / "stranger.ckpt"
    command = ("touch " + str(folder / "canary"),)
    match random.randrange(9):
        case 0:
            path.write_bytes(pickle.dumps({"state_dict": {}, "clock": {}}))
        case 1:
            path.write_bytes(PROTO_4 + pickled(Call("os:system", command)) + STOP)
        case 2:
            path.mkdir()
        case 3:
            os.mkfifo(path)
        case 4:
            path.symlink_to(path)
        case 5:
            path.symlink_to("/dev/zero")
        case 6:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("archive/data.pkl", b"\x80\x02" + b"N" * 10**7 + b".")
        case 7:
            written(made, folder, _use_new_zipfile_serialization=False)
        case 8:
            path.write_text(json.dumps({"state_dict": {}, "config": {}}) * 100)
    return path


def pickles_inside(random: random.Random, made: dict, folder: Path) -> Path:
    path = written(made, folder)
    canary = str(folder / "canary")
    opcodes = random.choice(
        (
            pickled(Call("os:system", (f"touch {canary}",))),
            pickled(Call("os:mkdir", (canary,))),
            pickled(Call("builtins:eval", (f"open({canary!r}, 'w')",))),
            b"h\xff",
            b"(" * 10_000,
            b"\x95" + b"\xff" * 8,
            pickled(Call("torch:load", (canary,))),
            b"2" * 5000,
            b"X\xff\xff\xff\x7f",
            b"\x8f\x94" * 100,
            b"]" * 20_000 + b"a" * 19_999,
        )
    )
    members = {}
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            if name.endswith("/data.pkl"):
                content = content.removesuffix(STOP) + pickled("extra") + opcodes + b"s" + STOP
            archive.writestr(name, content)
    return path


def manifests(random: random.Random, made: dict, folder: Path) -> Path:
    path = written(made, folder)
    manifest = folder / "manifest.json"
    match random.randrange(12):
        case 0:
            manifest.mkdir()
        case 1:
            os.mkfifo(manifest)
        case 2:
            manifest.symlink_to("/dev/zero")
        case 3:
            manifest.write_bytes(b"\xff\xfe{}")
        case 4:
            manifest.write_text("[" * 200_000)
        case 5:
            manifest.write_text('{"last.ckpt": {"sha256": ' + "9" * 5000 + "}}")
        case 6:
            manifest.write_text(" " * 20_000_000)
        case _:
            entry = random.choice(
                (None, 5, "x", [], {}, {"sha256": None}, {"sha256": ["a"]}, math.nan)
            )
            whole = random.choice(
                ({"last.ckpt": entry}, [entry], entry, {"\x1b[31m": {"sha256": "0"}})
            )
            manifest.write_text(json.dumps(whole))
    return path


MUTATIONS: tuple[Callable[[random.Random, dict, Path], Path], ...] = (
    interpolating_words, climbing_options, odd_words, random_words, words_of_other_kinds,
    values_of_the_configuration, lookups_in_the_configuration, targets, keys_of_the_configuration,
    shapes_of_the_configuration, tensors, names_of_tensors, clocks, formats, missing_parts,
    parts_of_other_kinds, states_of_callbacks, meters, states_of_optimizers, truncated, flipped,
    other_files, pickles_inside, manifests,
)  # fmt: skip
# What only a run that goes on looks at.
FOR_TRAINING = (clocks, parts_of_other_kinds, states_of_callbacks, meters, states_of_optimizers)
