"""Words that would choose code to run, typed or brought along by a checkpoint."""

import pytest

from gan_lab.config.words import refuse_code_for_hydra, refuse_foreign_words
from gan_lab.errors import CheckpointError, ConfigError


@pytest.mark.parametrize("sign", ["", "+", "++"])
def test_code_for_hydra_itself_is_refused(sign):
    word = f"{sign}hydra.callbacks.mine._target_=shutil.copy"

    with pytest.raises(ConfigError, match="Hydra would run what it names"):
        refuse_code_for_hydra(["seed=1", word])


def test_other_words_about_hydra_and_other_targets_pass():
    refuse_code_for_hydra(["hydra.run.dir=mine", "hydra/launcher=joblib", "loss._target_=a.B"])


@pytest.mark.parametrize("word", ["hydra.searchpath=[pkg://mine]", "hydra.run.dir=elsewhere"])
def test_a_checkpoints_words_may_not_set_hydra_up_even_if_typed_again(word):
    with pytest.raises(CheckpointError, match="set Hydra up"):
        refuse_foreign_words([word], [word], "last.ckpt")


def test_a_checkpoints_word_that_looks_something_up_must_be_typed_again():
    word = "data.dir=${oc.env:HOME}"

    with pytest.raises(CheckpointError, match="Type it again"):
        refuse_foreign_words([word], [], "last.ckpt")
    refuse_foreign_words([word], [word], "last.ckpt")
    refuse_foreign_words(["optimizer.generator.lr=${optimizer.lr}"], [], "last.ckpt")
