"""Which networks look at the images."""

import numpy as np
import pytest
import torch

from gan_lab.assembly import extractors
from gan_lab.assembly.extractors import choose_extractors, why_not_more
from gan_lab.data.density import Density
from gan_lab.data.digits import Digits
from gan_lab.data.folder import Folder
from gan_lab.data.mixtures import Ring
from gan_lab.data.stacked_mnist import StackedMNIST
from gan_lab.errors import ConfigError
from gan_lab.evaluation.pixels import Pixels

CPU = torch.device("cpu")


def names(asked, dataset):
    return [extractor.name for extractor in choose_extractors(asked, dataset, CPU)]


@pytest.fixture
def typed(monkeypatch):
    words = []
    monkeypatch.setattr(extractors, "words_typed", lambda: words)
    return words


@pytest.fixture
def unlabelled(tmp_path):
    path = tmp_path / "noise.npz"
    np.savez(path, images=np.zeros((4, 32, 32, 3), np.uint8))
    dataset = Folder(dir=str(path))
    dataset.prepare()
    return dataset


def test_each_data_set_has_its_own_automatic_choice(unlabelled):
    assert names(["auto"], Digits(size=32)) == ["digits_cnn"]
    assert names(["auto"], StackedMNIST()) == ["stacked_mnist_cnn"]
    assert names(["auto"], Ring()) == ["points"]
    assert names(["auto"], unlabelled) == ["pixels"]


def test_one_name_needs_no_list():
    assert names("pixels", Digits(size=32)) == ["pixels"]


@pytest.mark.parametrize(
    ("there", "remedy"),
    [(True, "evaluation.extractors=[auto,inception] adds it"), (False, "task=fetch")],
)
def test_what_is_left_out_is_said_with_its_remedy(monkeypatch, there, remedy):
    monkeypatch.setattr(extractors, "have_weights", lambda: there)
    digits = choose_extractors("classifier", Digits(size=32), CPU)

    assert remedy in why_not_more("auto", Digits(size=32), digits)
    assert why_not_more(["classifier"], Digits(size=32), digits) == ""


def test_why_modes_are_not_counted_is_said_truly(tmp_path, unlabelled):
    def reason(names, dataset, chosen=None, **options):
        return why_not_more(names, dataset, chosen or [Pixels()], **options)

    assert reason("pixels", Digits()) == (
        "Modes are not counted, because evaluation.extractors=pixels tells no classes apart; "
        "evaluation.extractors=[classifier,pixels] does."
    )
    assert "because the real images have no labels" in reason("pixels", unlabelled)
    assert "because the real images have no labels" in reason("auto", unlabelled)
    assert reason("pixels", Digits(), wants_modes=False) == ""
    one_class = choose_extractors("classifier", Digits(classes=[3]), CPU)
    assert "there is one class only, '3'" in reason("classifier", Digits(classes=[3]), one_class)
    alike = np.zeros((40, 8, 8, 1), np.uint8)
    np.savez(tmp_path / "alike.npz", images=alike, labels=np.arange(40) % 2)
    dataset = Folder(dir=str(tmp_path / "alike.npz"), size=16)
    dataset.prepare()
    assert "hardly better than the 50% of always saying" in reason("auto", dataset)


def test_a_shipped_classifier_knows_the_classes_that_the_data_have():
    (shipped,) = choose_extractors("mnist_cnn", Digits(classes=[7, 3]), CPU)

    assert shipped.class_names == ("7", "3")


def test_names_are_taken_in_order_and_once():
    asked = ["pixels", "mnist_cnn", "pixels", "classifier"]

    assert names(asked, Digits(size=32)) == ["pixels", "mnist_cnn", "digits_cnn"]


def test_names_that_cannot_be_are_refused(unlabelled):
    with pytest.raises(ConfigError, match=r"'incption', which is not known\. Did you mean 'incep"):
        choose_extractors(["incption"], Digits(size=32), CPU)
    with pytest.raises(ConfigError, match="leaves nothing to measure with"):
        choose_extractors([], Digits(size=32), CPU)
    with pytest.raises(ConfigError, match="has 'classifier', but the real images have no labels"):
        choose_extractors(["classifier"], unlabelled, CPU)


def test_a_network_of_ones_own_is_named_by_module_and_class(typed):
    typed.append("evaluation.extractors=[torch.nn:Flatten]")

    (own,) = choose_extractors(["torch.nn:Flatten"], Digits(size=32), CPU)

    assert own.name == "Flatten"
    assert own(torch.zeros(2, 1, 32, 32, dtype=torch.uint8)).features.shape == (2, 1024)


def test_a_checkpoint_cannot_choose_code_to_run(typed):
    with pytest.raises(ConfigError, match="would run code named by the checkpoint"):
        choose_extractors(["torch.nn:Flatten"], Digits(size=32), CPU)


@pytest.mark.parametrize(
    "word",
    [
        "evaluation.extractors=[a.torch.nn:Flatten]",
        "evaluation.extractors=[torch.nn:Flatten2]",
        "evaluation.extractors=[torch.nn]",
        "ckpt=torch.nn:Flatten",
        "data.dir=torch.nn:Flatten",
    ],
)
def test_only_the_very_word_counts_as_typed(typed, word):
    typed.append(word)

    with pytest.raises(ConfigError, match="would run code named by the checkpoint"):
        choose_extractors(["torch.nn:Flatten"], Digits(size=32), CPU)


@pytest.mark.parametrize(
    "word",
    [
        "evaluation.extractors=torch.nn:Flatten",
        "evaluation.extractors=[auto,torch.nn:Flatten]",
        "++evaluation.extractors=['torch.nn:Flatten', pixels]",
        "evaluation={extractors:[torch.nn:Flatten]}",
    ],
)
def test_the_word_may_stand_among_others(typed, word):
    typed.append(word)

    assert names(["torch.nn:Flatten"], Digits(size=32)) == ["Flatten"]


@pytest.mark.parametrize("name", ["no.such:Net", "torch.nn:NoSuch", "torch.nn:Linear"])
def test_a_network_that_cannot_be_made_is_refused(typed, name):
    typed.append(f"evaluation.extractors=[{name}]")

    with pytest.raises(ConfigError, match="cannot be made"):
        choose_extractors([name], Digits(size=32), CPU)


def test_something_that_is_no_network_is_refused(typed):
    typed.append("evaluation.extractors=[builtins:dict]")

    with pytest.raises(ConfigError, match=r"is not a torch\.nn\.Module"):
        choose_extractors(["builtins:dict"], Digits(size=32), CPU)


def test_numbers_on_the_line_have_no_scores():
    with pytest.raises(ConfigError, match=r"use evaluation=none, or task=figure1"):
        choose_extractors("auto", Density(weights=[1.0], means=[0.0], stds=[1.0]), CPU)
