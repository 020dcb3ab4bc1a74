"""What is typed, as Hydra reads it: paths and words letter by letter."""

from pathlib import Path

import pytest

from gan_lab.config.overrides import parse
from gan_lab.config.quoting import as_hydra_reads, is_sweep, words_of

PATHS = [
    "/runs/1/last.ckpt",
    "p/lr=0.1/last.ckpt",
    "/home/jürgen/Bilder",
    "数字",
    "/my pictures/100 cats",
    "/a,b/c",
    "/a(1)/b[2]/{c}",
    "[2020] cats",
    "a=b=c",
    "$RECYCLE.BIN/x",
    "/x#1/50%/@home/a:b",
    r"C:\Users\me\pictures",
    "C:\\pictures\\",
    "/🐈/it's",
    '/say "cheese"',
    "123",
    "1e5",
    "true",
    "-1",
    "outputs/**",
    "a\tb",
    "a\nb",
    "~nobody-of-this-name/x",
    "a~b",
    "+x",
    "x!",
    "*",
    "glob(a)",
    "range(1,3)",
]
KEYS = ["ckpt", "data.dir", "images", "out", "runs", "model.pretrained", "hydra.run.dir"]


def read(*words):
    return [parse(word) for word in as_hydra_reads(words) if not word.startswith("-")]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_taken_letter_by_letter(path):
    (found,) = read(f"data.dir={path}")

    assert not found.is_sweep_override()
    assert found.value() == path


@pytest.mark.parametrize("key", [*KEYS, "+data.dir", "++ckpt"])
def test_every_key_of_a_path_takes_any_and_one_below_the_users_own_folder(key):
    for typed, meant in [("a b=c", "a b=c"), ("~/pics", str(Path.home() / "pics"))]:
        (found,) = read(f"{key}={typed}")
        assert found.key_or_group == key.lstrip("+")
        assert found.value() == meant


def test_what_is_read_once_is_read_the_same_again():
    words = [f"ckpt={path}" for path in PATHS] + ["logger.wandb.name=größe", "data.dir=~/x"]

    once = as_hydra_reads(words)

    assert as_hydra_reads(once) == once


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("'/my pictures'", "/my pictures"), ('"a=b"', "a=b"), ("'~/x'", str(Path.home() / "x"))],
)
def test_quotes_that_are_typed_are_not_part_of_a_path(typed, meant):
    assert read(f"data.dir={typed}")[0].value() == meant


def test_nothing_and_what_is_looked_up_stay_what_they_are():
    assert read("out=null")[0].value() is None
    assert read("out=")[0].value() == ""
    assert as_hydra_reads(["out=${hydra:runtime.output_dir}/x"]) == [
        "out=${hydra:runtime.output_dir}/x"
    ]
    of_a_job = r"out=$\{hydra\:runtime.output_dir\}/x"
    assert read(of_a_job)[0].value() == "${hydra:runtime.output_dir}/x"
    assert read("out=${oc.env:HOME}/größe")[0].value() == "${oc.env:HOME}/größe"


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("data.dir=a,b", ["a", "b"]),
        ("data.dir=/home/jürgen,/my pictures,~/x", ["/home/jürgen", "/my pictures", "~/x"]),
        ("ckpt=p/lr=1/a.ckpt,p/lr=2/a.ckpt", ["p/lr=1/a.ckpt", "p/lr=2/a.ckpt"]),
        ("logger.wandb.name=größe,maß", ["größe", "maß"]),
    ],
)
def test_in_a_sweep_commas_stand_between_values(typed, values):
    (found,) = read("-m", typed)

    names = [name.strip("'") for name in found.sweep_string_iterator()]
    assert names == [value.replace("~", str(Path.home())) for value in values]


def test_in_a_sweep_a_path_with_a_comma_that_is_there_is_one(tmp_path):
    (tmp_path / "a,b").mkdir()

    (found,) = read("-m", f"data.dir={tmp_path}/a,b", "seed=1,2")[:1]

    assert found.value() == f"{tmp_path}/a,b"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("logger.wandb.name=größe", "größe"),
        ("logger.wandb.project=my project (2)", "my project (2)"),
        ("logger.wandb.name=it's", "it's"),
        ("data.classes=[größe,3, cat]", ["größe", 3, "cat"]),
        ("seed=5", 5),
        ("data.value_range=[0.5, 0.9]", [0.5, 0.9]),
        ("optimizer.lr=1e-3", 1e-3),
    ],
)
def test_other_values_keep_their_meaning_and_words_are_taken_letter_by_letter(typed, meant):
    assert read(typed)[0].value() == meant


@pytest.mark.parametrize(
    "word", ["data.dir='/my", "data.value_range=[0.5", "loss.a={1", "seed=1,", "seed=,1", "ckpt"]
)
def test_what_may_be_a_slip_is_left_to_be_refused(word):
    assert as_hydra_reads([word]) == [word]


def test_a_sweep_is_known_by_its_flag_or_by_hydras_mode():
    assert is_sweep(["-m", "seed=1"])
    assert is_sweep(["seed=1", "--multirun"])
    assert is_sweep(["hydra.mode=MULTIRUN"])
    assert not is_sweep(["hydra.mode=RUN", "seed=1"])


def test_flags_and_what_belongs_to_them_are_no_words():
    assert words_of(["--cfg", "job", "seed=1", "-m", "-p", "optimizer", "loss.a=-1", "-1"]) == [
        "seed=1", "loss.a=-1", "-1",
    ]  # fmt: skip
