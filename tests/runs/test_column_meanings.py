"""Every number that is measured has a sentence that says what it is."""

import re
from pathlib import Path

import pytest

from gan_lab.runs.column_meanings import MEANINGS, meaning, meanings
from gan_lab.runs.column_names import NAMES

TABLE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text("utf-8")
# The names in the first column of the table "Which way is better", written in full.
DOCUMENTED = sorted(
    {
        name.replace("*", "mnist_cnn").replace("..._", "digit_").rstrip(".")
        for row in re.findall(r"^\| ((?:its )?`[^|]*`[^|]*)(?:\|.*){4}\|$", TABLE, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", row)
    }
)


def test_the_documented_metrics_are_found():
    assert {"fid", "fd_mnist_cnn", "kid_mnist_cnn", "modes/covered", "ssim"} <= set(DOCUMENTED)
    assert len(DOCUMENTED) > 40


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_documented_metric_has_a_meaning(name):
    assert meaning(name)


@pytest.mark.parametrize("name", sorted(NAMES.keys() - {"mask_difference", "patch_difference"}))
def test_a_column_with_a_name_has_a_meaning(name):
    assert meaning(name) or name.startswith("augment/")


def test_names_of_views_and_feature_spaces_change_nothing():
    assert meaning("a_to_b/fd_mnist_cnn") == meaning("fd_emoji_cnn") != meaning("fd_x_bias")
    assert meaning("precision_inception") == meaning("precision")
    assert meaning("loss/nll") == meaning("loss/generator") != meaning("nll")


def test_what_is_not_known_has_none():
    assert meaning("somebodys_own") == meaning("nll2") == meaning("") == ""


def test_columns_of_one_meaning_share_a_sentence():
    found = meanings(["loss/generator", "recall", "loss/discriminator", "unknown"])

    assert list(found.values()) == [["loss/generator", "loss/discriminator"], ["recall"]]


def test_every_meaning_is_a_sentence():
    assert all(says[0].isupper() and says.endswith(".") for says in MEANINGS.values())
