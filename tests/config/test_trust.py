"""Words that would choose code to run."""

import pytest

from gan_lab.config.trust import refuse_code_for_hydra, refuse_paths_as_options
from gan_lab.errors import ConfigError


@pytest.mark.parametrize("sign", ["", "+", "++"])
def test_code_for_hydra_itself_is_refused(sign):
    word = f"{sign}hydra.callbacks.mine._target_=shutil.copy"

    with pytest.raises(ConfigError, match="Hydra would run what it names"):
        refuse_code_for_hydra(["seed=1", word])


def test_other_words_about_hydra_and_other_targets_pass():
    refuse_code_for_hydra(["hydra.run.dir=mine", "hydra/launcher=joblib", "loss._target_=a.B"])


@pytest.mark.parametrize(
    "word",
    [
        "experiment=../../../tmp/evil",
        "experiment=/tmp/evil",
        "+experiment=..",
        "data=/tmp/x",
        "data@data.a=../x",
        "optimizer/schedule=../..",
        "logger=[csv,../../x]",
        "+evaluation/metrics=../..",
        "model=dcgan,../mine",
        "model='../mine',dcgan",
        "terms=[],[r1,../mine]",
        "hydra/launcher=../../x",
        "hydra/sweeper=../../x",
    ],
)
def test_a_path_in_place_of_an_option_is_refused_by_key_and_value(word):
    with pytest.raises(ConfigError, match=r"=.* is refused: .*= takes the name of an option"):
        refuse_paths_as_options(["seed=1", word])


def test_options_and_paths_where_they_belong_pass():
    words = [
        "-m", "model=dcgan,mlp", "data=glob(*)", "experiment=mine/first.try", "logger=[csv,wandb]",
        "terms=[],[r1],[r1,r2]", "data.dir=../x", "ckpt=../run/last.ckpt", "out=/tmp/x",
        "experiment=null", "loss=", "a=[", "--config-dir", "../mine", "hydra.run.dir=../x",
        "cpkt=../last.ckpt",
    ]  # fmt: skip

    refuse_paths_as_options(words)


def test_a_pattern_that_fits_no_option_is_refused():
    with pytest.raises(ConfigError, match=r"experiment=glob.* fits no option.*mnist_dcgan"):
        refuse_paths_as_options(["-m", "experiment=glob(mnsit*)"])
