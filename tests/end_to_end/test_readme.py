"""Every command in the README, shortened to a few iterations."""

import re
import shlex
import subprocess
import sys

import pytest

from gan_lab.evaluation.inception_weights import have_weights
from tests.end_to_end.conftest import CYCLEGAN, prepare_or_skip
from tests.end_to_end.readme import README, ROOT, commands
from tests.processes import finish, start

SHORT = ("data.limit=256", "batch_size=8", "log_every=2", "evaluation.n_fake=256")


def test_the_readme_shows_the_users_own_example():
    assert "python -m gan_lab model=dcgan loss=lsgan trainer.devices=2" in commands()


def test_make_knows_the_targets_of_the_readme():
    for target in re.findall(r"`?make ([a-z-]+)`?", README):
        done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True)
        assert done.returncode == 0, target


def test_every_command_is_of_a_kind_that_is_tested():
    """Those of torchrun in test_command_line.py, and those on a cluster in test_slurm.py."""
    assert {command.split()[0] for command in commands()} == {"make", "python", "torchrun"}


def is_long(command):
    """Return whether it takes long; what it asks for has a quick test of its own."""
    return re.search("-m gan_lab -m |trainer.devices|task=theory|task=figure1", command)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(command, marks=pytest.mark.slow if is_long(command) else ())
        for command in dict.fromkeys(commands())
        if command.startswith("python")
        # Those are tested in test_slurm.py, and in test_pages.py.
        if not re.search("hydra/launcher=slurm|task=serve", command)
    ],
)
def test_a_command_of_the_readme_works(command, run, trained, evaluated, png_folder, tmp_path):
    if "task=translate" in command:
        command = command.replace("RUN/", f"{trained(*CYCLEGAN)}/")
    command = command.replace("RUN/", f"{evaluated}/").replace("PICTURES", str(png_folder))
    command = command.replace("images=FOLDER", f"images={png_folder} data.limit=256")
    command = command.replace("task=invert", "task=invert steps=20")
    command = command.replace("runs=outputs", f"runs={evaluated.parent}")
    command = re.sub(r"seed=0(,\d)+", "seed=0", command)
    # The tiny generator makes no sevens.
    command = command.replace(" classes=[7,1]", "").replace("a=7 b=1 c=4", "a=[7] b=[1] c=[4]")
    if "sweep=optuna" in command:
        pytest.importorskip("optuna")
        command += " hydra.sweeper.n_trials=1"
    if "launcher=joblib" in command:
        pytest.importorskip("hydra_plugins.hydra_joblib_launcher")
    words = shlex.split(command.replace("iterations=10000", "iterations=6"))
    overrides = words[3:]
    if "inception" in command and not have_weights():
        pytest.skip("Inception's weights are not in the cache")
    if any(word.startswith("data=cifar10") for word in overrides):
        prepare_or_skip("cifar10")
    elif not any(word.startswith(("data=", "ckpt=", "--")) for word in overrides):
        prepare_or_skip("mnist")
    if "--help" in overrides:
        done = subprocess.run([sys.executable, *words[1:]], capture_output=True, check=False)
        assert done.returncode == 0
        return
    if not any(word.startswith(("ckpt=", "task=")) for word in overrides):
        overrides += [word for word in SHORT if "debug=fast" not in overrides]
        overrides = [word for word in overrides if not word.startswith("iterations=")]
        overrides += ["iterations=2"]
    if "data=folder" in overrides:  # whose own classifier takes long to train
        overrides += ["evaluation.extractors=pixels"]
    if "task=figure1" in overrides:
        overrides += ["iterations=4", "panels_at=2"]
    if "trainer.devices=2" in overrides or "-m" in overrides:
        status, _, err = finish(start(*overrides, cwd=tmp_path), seconds=600)
        assert status == 0, err
        return
    outcome = run(*overrides, directory=tmp_path / "another")
    assert outcome.status == 0, outcome.err
