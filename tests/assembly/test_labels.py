"""Labels as a checkpoint keeps them, and as a person asks for one."""

import json

import pytest
import torch
from omegaconf import OmegaConf

from gan_lab.assembly.labels import chosen_classes, classes_of, labels_of_checkpoint, plain
from gan_lab.assembly.saved_config import Reopened
from gan_lab.data.base import Images
from gan_lab.data.digits import Digits
from gan_lab.errors import CheckpointError, ConfigError
from gan_lab.latents.captions import Captions
from gan_lab.latents.conditions import Labels

PETS = Labels.of(torch.tensor([1, -1, 0, 1, 1]), ["cat", "dog", "fish"])


def reopened(condition, **checkpoint):
    config = OmegaConf.create({"ckpt": "a.ckpt", "data": {"condition": condition}})
    return Reopened(checkpoint, {}, config, [])


def test_a_checkpoint_brings_them_back():
    kept = json.loads(json.dumps(plain(PETS)))

    assert kept == {"class_names": ["cat", "dog", "fish"], "counts": [1, 3, 0]}
    assert labels_of_checkpoint(reopened("labels", labels=kept)) == PETS


def test_of_classes_that_are_learned_no_shares_are_known():
    images = Images(torch.zeros(5, 1, 8, 8), torch.tensor([1, 0, 1, 1, 1]), ("cat", "dog"))

    assert classes_of(Digits(labelled=2, condition="labels"), images).counts == [2, 2]
    assert classes_of(Digits(condition="labels"), images).counts == [1, 4]


def test_a_model_that_is_told_of_none_has_none():
    assert plain(None) is None
    assert labels_of_checkpoint(reopened("none")) is None


def test_a_checkpoint_that_lost_them_is_refused():
    with pytest.raises(CheckpointError, match=r"^ckpt=a\.ckpt keeps no labels, although its data"):
        labels_of_checkpoint(reopened("labels"))


@pytest.mark.parametrize(
    ("wanted", "found"), [("dog", [1]), (1, [1]), (["fish", 0], [2, 0]), ([1], [1])]
)
def test_classes_are_called_by_name_or_number_in_any_order(wanted, found):
    assert chosen_classes(PETS, wanted) == found


def test_captions_are_kept_and_called_by_their_words(capsys):
    captions = Captions.of(torch.tensor([[1, 2], [2, 0], [1, 2]]), ["red", "one"])
    kept = plain(captions)

    back = labels_of_checkpoint(reopened("text", labels=kept))

    assert torch.equal(back.tokens, captions.tokens)
    assert (back.words, back.counts) == (("red", "one"), [2, 1])
    assert chosen_classes(back, "One, red!") == [[2, 1]]
    assert chosen_classes(back, ["one", "a RED one"]) == [[2, 0], [1, 2]]
    assert "'a RED one': the model never read a, left out." in capsys.readouterr().err
    with pytest.raises(ConfigError, match=r"^condition='two' has no word that the model knows. It"):
        chosen_classes(back, ["one", "two"])


def test_a_class_that_is_not_there_and_a_model_without_classes_are_refused():
    with pytest.raises(ConfigError, match=r"class dgo, which is not there. Did you mean 'dog'"):
        chosen_classes(PETS, ["cat", "dgo"])
    with pytest.raises(ConfigError, match=r"^condition=dog is for models that were trained with"):
        chosen_classes(None, "dog")
    with pytest.raises(ConfigError, match=r"^condition=\[dog,1\] is for models that were trained"):
        chosen_classes(None, ["dog", 1])
