"""A checkpoint's words are data: composed again, they look nothing up and read no other files."""

import pytest
from hydra import compose
from hydra.core.override_parser.overrides_parser import OverridesParser

from gan_lab.config.checkpoint_overrides import LONGEST, MOST, lasting, plain_words, written
from gan_lab.errors import CheckpointError

LOOKING_UP = [
    "data.dir=${oc.env:HOME}",
    "optimizer.generator.lr=${optimizer.lr}",
    r"data.dir=$\{oc.env:HOME\}",
    "data.dir='${oc.env:HOME}'",
    'data.dir="a${oc.env:HOME}"',
    # Taken for text in the first pass and looked up in a second one.
    r"data.split='\${oc.env${objective}SECRET}'",
    r"data.split='\\\${oc.env:HOME}'",
    r"data.dir='$\{oc.env:HOME}'",
    "data.classes=['${oc.env:HOME}']",
    "data.classes=[[a,{b:'${oc.env:HOME}'}]]",
    "+data.more={a:{b:[${seed}]}}",
    "data.dir=str('${oc.env:HOME}')",
    "++data.dir=${oc.env:HOME}",
    "~data.dir=${oc.env:HOME}",
    "data=${oc.env:HOME}",
    "logger=[csv,'${oc.env:HOME}']",
    "data.dir=${run_directory:train,null,x}",
]


@pytest.mark.parametrize("word", LOOKING_UP)
def test_a_word_that_looks_something_up_is_refused_at_any_depth(word):
    with pytest.raises(CheckpointError, match="would look something up") as caught:
        plain_words(["objective=':'", word], [], "last.ckpt")
    assert "\n" not in str(caught.value)


def test_what_is_typed_now_is_taken_in_place_of_what_would_be_looked_up():
    saved = ["data.dir=${oc.env:HOME}", "seed=3"]

    assert plain_words(saved, ["data.dir=mine"], "last.ckpt") == ["seed=3"]
    assert plain_words(saved, ["data.dir=${oc.env:HOME}"], "last.ckpt") == ["seed=3"]


@pytest.mark.parametrize(
    "word",
    [
        "experiment=../../../tmp/evil",
        "experiment=/tmp/evil",
        "experiment='/tmp/evil.yaml'",
        "+experiment=..",
        "experiment=mnist/../../evil",
        r"experiment='..\evil'",
        "experiment=~evil".replace("~", r"\~"),
        "experiment=pkg://evil",
        "experiment=file:///tmp/evil",
        "experiment=%2e%2e/evil",
        "experiment='\u2025/evil'",
        "experiment='\uff0e\uff0e/evil'",
        "experiment='a b'",
        "data=/tmp/x",
        "data@data=../x",
        "optimizer/schedule=../..",
        "logger=[csv,../../x]",
        "+evaluation/metrics=../..",
        "~evaluation/metrics=../..",
        "model=./dcgan",
        "debug=../x",
        "debug=/tmp/evil",
        "sweep=../x",
        "callbacks=../x",
        "no_group=../x",
    ],
)  # fmt: skip
def test_an_option_is_a_name_and_nothing_that_climbs(word):
    with pytest.raises(CheckpointError, match="not made by gan_lab"):
        plain_words([word], [], "last.ckpt")


@pytest.mark.parametrize(
    "word",
    [
        "hydra.searchpath=[pkg://mine]",
        "hydra.run.dir=elsewhere",
        "+hydra.callbacks.evil._target_=os.system",
        "hydra/launcher=basic",
        "+hydra=x",
        "+logger@hydra.callbacks=wandb",
        "+logger@_global_.hydra.callbacks=wandb",
    ],
)
def test_words_that_set_hydra_up_are_refused_even_if_typed_again(word):
    with pytest.raises(CheckpointError, match="sets Hydra up"):
        plain_words([word], [word], "last.ckpt")


@pytest.mark.parametrize(
    "word",
    ["", "=", "seed", "a=[", "a='", "a=b}", "seed=1 2\n=", "a=" + "[" * 4000, "a={" * 2000, "\x00"],
)
def test_what_is_no_word_is_named(word):
    with pytest.raises(CheckpointError, match="not made by gan_lab"):
        plain_words([word], [], "last.ckpt")


@pytest.mark.parametrize("word", ["seed=1,2", "seed=range(1,9)", "data=glob(*)", "lr=choice(1,2)"])
def test_a_word_of_many_values_is_refused(word):
    with pytest.raises(CheckpointError, match="has several values"):
        plain_words([word], [], "last.ckpt")


def test_more_words_than_any_command_has_are_refused_unread():
    for words in (["seed=1"] * (MOST + 1), ["a='" + "x" * LONGEST + "'"]):
        with pytest.raises(CheckpointError, match="too many words"):
            plain_words(words, [], "last.ckpt")


def test_the_harmless_words_of_a_run_stay_as_they_are():
    words = [
        "experiment=goodfellow_mnist", "data=folder", "data.dir=/tmp/a b/../c", "seed=3",
        "+evaluation/metrics=parzen", "logger=[csv,tensorboard]", "logger=null",
        "optimizer/schedule=linear", "debug=fast", "debug=true",
        "~callbacks.collapse", "data.classes=[cat,'x$']",
        "objective=fd_mnist_cnn", "experiment=mine.v2", "experiment=sub/mine", "data@data.a=mnist",
        "model.pretrained=../other/checkpoints/last.ckpt", "data.dir='50% off $5'",
    ]  # fmt: skip

    assert plain_words(words, [], "last.ckpt") == words


def test_words_about_one_command_are_no_part_of_the_run():
    words = ["task=sample", "out=/etc/x", "ckpt=a", "allow_config_change=true", "n=5", "seed=1"]

    assert plain_words(words, [], "last.ckpt") == ["seed=1"]


@pytest.mark.usefixtures("hydra_is_ready")
def test_a_word_is_kept_with_what_it_stood_for(monkeypatch):
    monkeypatch.setenv("PICTURES", "/my pics/l'été")
    words = [
        "data=folder", "data.dir=${oc.env:PICTURES}", "+data.classes=[a,'${data.dir}']",
        "optimizer.discriminator.lr=${optimizer.lr}", "seed=3", "ckpt=${oc.env:PICTURES}",
        "~callbacks.collapse",
    ]  # fmt: skip

    kept = lasting(words, compose("config", words))

    assert kept == [
        "data=folder", r"data.dir='/my pics/l\'été'", r"+data.classes=['a','/my pics/l\'été']",
        "optimizer.discriminator.lr=0.001", "seed=3", "~callbacks.collapse",
    ]  # fmt: skip
    assert plain_words(kept, [], "last.ckpt") == kept


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        -2.5,
        1e-05,
        float("inf"),
        "",
        "null",
        "3",
        "a b",
        "it's",
        "a\\",
        "\\'",
        "ü",
        [1, ["x", None]],
        {"a-b": {"c": [1.5, "{"]}},
        [],
    ],
)
def test_a_value_is_written_as_hydra_reads_it(value):
    assert OverridesParser.create().parse_override(f"k={written(value)}").value() == value
