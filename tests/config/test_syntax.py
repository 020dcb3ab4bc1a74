"""Words that are not of the form key=value, or say too much."""

import pytest

from gan_lab.config.syntax import check_form
from gan_lab.errors import ConfigError


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (
            ["loss=lsgan", "seed=0,1,2"],
            "seed=0,1,2 has several values. Add -m to run them one after the other: "
            "python -m gan_lab -m loss=lsgan seed=0,1,2",
        ),
        (["data.classes=cat,dog"], "A list stands in brackets: data.classes=[cat,dog]"),
        (["logger=tensorboard,wandb"], "A list stands in brackets: logger=[tensorboard,wandb]"),
        (["iterations=5,000"], "A number has no commas: iterations=5000"),
        (["optimizer.lr=0,001"], "A number has a point: optimizer.lr=0.001"),
        (["optimizer.lr=choice(1,2)"], "has several values. Add -m"),
        (["seed", "=", "1"], "seed = has blanks around '='. Type seed=1."),
        (["seed", "=1"], "seed =1 has blanks around '='. Type seed=1."),
        (["seed=", "1"], "seed= 1 has blanks around '='. Type seed=1."),
        (["seed=1,"], "seed=1, ends with a comma and nothing after it. Type seed=1."),
        (["seed=,1"], "seed=,1 has a comma with nothing beside it. Type seed=1."),
        (["train"], "'train' is not of the form key=value. Type task=train."),
        (["seed:1"], "'seed:1' is not of the form key=value. Type seed=1."),
        (["pictures"], "'pictures' is not of the form key=value, as in seed=1."),
        (["data.dir=/my", "pictures"], "quotes around both: 'data.dir=/my pictures'."),
        (["größe=3"], "größe=3: there is no key größe."),
        (["batch size=3"], "batch size=3: there is no key batch size."),
        (["data.value_range=[0.5"], "data.value_range=[0.5 has quotes or brackets that do not"),
        (["data.dir='/my pictures"], "data.dir='/my pictures has quotes or brackets that do"),
        (["optimizer={a: 1}"], "optimizer={a: 1} is no option: choose one with optimizer=NAME"),
        (["~seed"], "~seed deletes what a command needs: type seed=VALUE instead"),
        (["~loss"], "~loss deletes what a command needs: type loss=NAME instead"),
        (["~optimizer.generator"], "~optimizer.generator deletes what a command needs"),
    ],
)
def test_a_word_that_is_none_is_refused_with_what_to_type(command, message):
    with pytest.raises(ConfigError) as refused:
        check_form(command)

    assert message in str(refused.value)


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "seed=0,1,2", "optimizer.lr=choice(1,2)"],
        ["hydra.mode=MULTIRUN", "seed=0,1"],
        ["+evaluation/metrics=parzen", "+evaluation/metrics=modes"],
        ["~evaluation.metrics.ndb"],
        ["seed=1", "seed=2"],  # the last one holds, as scripts rely on
        ["--cfg", "job", "seed=1"],
    ],
)
def test_what_means_something_passes(command):
    check_form(command)
