"""The source never asks for the careless form of a reader."""

import ast
import functools
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "gan_lab"


@functools.cache
def all_calls():
    return [
        (f"{path.relative_to(PACKAGE)}:{call.lineno}", ast.unparse(call.func), call)
        for path in PACKAGE.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
    ]


def calls_of(*names):
    found = [(place, call) for place, name, call in all_calls() if name in names]
    return {place: {word.arg: ast.unparse(word.value) for word in c.keywords} for place, c in found}


def test_checkpoints_are_loaded_as_weights_only():
    loads = calls_of("torch.load")

    assert len(loads) >= 2
    assert all(words.get("weights_only") == "True" for words in loads.values()), loads


def test_arrays_are_loaded_without_pickles():
    names = ("load", "lib.format.read_array", "fromfile", "lib.npyio.NpzFile")
    loads = calls_of(
        "npy.read_array", *(f"{np}.{name}" for np in ("np", "numpy") for name in names)
    )

    assert all(words.get("allow_pickle") == "False" for words in loads.values()), loads


@pytest.mark.parametrize(
    "name",
    [
        "pickle.load", "pickle.loads", "pickle.Unpickler", "joblib.load", "eval", "exec",
        "yaml.load", "yaml.unsafe_load", "shelve.open", "torch.hub.load", "torch.jit.load",
        "os.system", "os.popen", "marshal.loads", "archive.extract", "wheel.extract",
    ],
)  # fmt: skip
def test_what_runs_or_trusts_what_it_reads_is_not_called(name):
    assert not calls_of(name)


@pytest.mark.parametrize("name", ["load_from_checkpoint", "extractall", "unpack_archive"])
def test_what_trusts_a_whole_file_is_not_called_by_any_path(name):
    assert not [place for place, called, _ in all_calls() if called.split(".")[-1] == name]


def test_only_one_place_instantiates_a_configuration():
    assert [
        place.split(":")[0] for place in calls_of("instantiate", "hydra.utils.instantiate")
    ] == ["config/build.py"]


def test_no_program_is_started_through_a_shell():
    assert not [
        place for place, _, call in all_calls() for word in call.keywords if word.arg == "shell"
    ]
