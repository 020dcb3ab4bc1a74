"""Each of two data sets is chosen by a word of its own, data@data.a=NAME."""

import pytest

DIGITS = ("data=unpaired", "data@data.a=digits", "data@data.b=digits")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["data@data.a=mnist"], "data.a belongs to data=unpaired; type that, too."),
        (["data=unpaired", "data@data.c=mnist"], "data.c belongs to data=unpaired_of_three"),
        (["data=unpaired", "data@data.d=mnist"], "there is no data.d to choose for. Did you mean"),
        (["data=unpaired", "data@data.a=nmist"], "data@data.a=nmist is not known. Did you mean"),
        (["data=unpaired", "data.a=mnist"], "choose an option with data@data.a=NAME"),
        (["data=unpaired", "data@data.a=[mnist]"], "takes one option: data@data.a=mnist"),
        (["data=[maps,horse2zebra]"], "data takes one option: data=maps"),
        (["data=unpaired", "data@data.a={size:3}"], "as in data.a.KEY=VALUE"),
        (["data=unpaired", "data@data.a=../x"], "'../x' is a path"),
        (["data=unpaired", "~data@data.a"], "type data@data.a=NAME instead"),
        ([*DIGITS, "data.b.siez=8"], "Did you mean 'data.b.size=8'?"),
        ([*DIGITS, "data.b.limit=0"], "data.b.limit=0 must be a whole number of at least 1"),
        ([*DIGITS, "data.b.split=dev"], "data.b.split=dev is not one of: train, test"),
        (["data=unpaired", "data@data.a=digits"], "data.b.dir=null: data=folder needs your images"),
        ([*DIGITS, "data.a.dir=http://x"], "data.a.dir=http://x is a web address"),
        (DIGITS, "GAN draws minibatches of the source data, and Unpaired has a and b"),
    ],
    ids=range(16),
)
def test_a_mistake_is_named_with_its_source(run, words, message):
    outcome = run(*words)

    assert outcome.status == 1
    assert message in " ".join(outcome.err.split())
    assert not outcome.directory.exists()


def test_several_options_of_a_source_are_a_sweep_and_no_list(run):
    outcome = run("data=unpaired", "data@data.a=mnist,digits")

    assert outcome.status == 1
    assert "data@data.a=mnist,digits has several values. Add -m" in outcome.err
    assert "brackets" not in outcome.err


def test_a_path_of_a_source_is_taken_letter_by_letter(run, tmp_path):
    outcome = run(
        "data=unpaired", "data@data.a=digits", "data.b.dir=lr=1, two", "data.b.channels=1"
    )

    assert outcome.status == 1
    assert "GAN draws minibatches of the source data" in outcome.err
