"""Every command of README.md and docs/, run with a few iterations of small networks."""

import re
import shlex
import subprocess
import sys
import warnings
from pathlib import Path

import numpy
import pytest
import torch

from gan_lab.evaluation.inception_weights import have_weights
from tests.documents import PAGES, ROOT, all_commands, blocks, commands
from tests.end_to_end.conftest import CYCLEGAN, prepare_or_skip
from tests.processes import finish, start
from tests.test_documents import first_job

pytestmark = pytest.mark.slow

TINY = (
    "data=digits", "data.limit=64", "batch_size=8", "iterations=2", "log_every=2", "trainer=cpu",
    "evaluation=none",
)  # fmt: skip
NADE = (
    *TINY, "data.size=28", "data.binarise=fixed", "algorithm=autoregressive",
    "likelihood=bernoulli", "model.network.hidden=4",
)  # fmt: skip
# What a task is shown with where a GAN of digits has nothing for it.
OF_OTHER_RUNS = {
    "translate": CYCLEGAN, "anomalies": NADE, "complete": NADE,
    "assemble": (*TINY, "algorithm=puzzle", "data.size=16", "model.width=4"),
}  # fmt: skip
DIGITS = (*TINY, "data.limit=200", "data=mnist", "model.width=4")
CONDITIONAL = (*TINY, "data.limit=200", "data.condition=labels", "model.width=4")
CODED = (*TINY, "latent=structured", "terms=[mutual_information]", "model.width=4")
VAE = (
    *TINY,
    "data.limit=200",
    "algorithm=vae",
    "model.encoder.hidden=[8]",
    "model.decoder.hidden=[8]",
)
# What is not run here, and why.
ELSEWHERE = {
    "hydra/launcher=slurm": "test_slurm.py runs it",
    "task=serve": "test_pages.py runs it",
    "pictures|outputs/digits": "test_translation_tutorial.py runs it",
    "plugins=": "test_docs.py and tests/plugin run them",
    "midi|music|SONGS|song.mid": "test_music.py runs music",
    "task=train_classifier": "test_train_classifier.py runs it",
    "--help|--cfg|iterations=125000": "tests/config has it",
    "horse2zebra|celeba|CELEBA|tfd": "its pictures cannot be had everywhere",
    "captioned|text2image|sentence|condition=\"|condition='|data.condition=text": "test_text.py",
    "cifar10_r3gan|cifar10_resnet|conditional_cifar10|goodfellow_cifar10": "it is for a GPU",
    "sweep=optuna|launcher=joblib": "test_sweeps.py runs them",
    "FACES|LABELLED|BIRDS": "it names folders of several kinds",
    "tracking_uri": "it wants a server; tests/callbacks/test_mlflow.py has a store of files",
    "init=RUN": "tests/assembly/test_taken_over.py runs it",
    "cats,dogs": "it names classes of somebody's own; test_conditions.py asks for some",
}
# Sweeps that are run as a whole; of others the first job is.
WHOLE = {*commands("README.md")}


def runs_here(command):
    return command.startswith("python -m gan_lab") and not any(
        re.search(pattern, command) for pattern in ELSEWHERE
    )


def trained_for(command):
    """Return what a checkpoint is trained with, for a command that takes one."""
    for task, of_run in OF_OTHER_RUNS.items():
        if f"task={task} " in command:
            return of_run
    if "condition=" in command:
        return CONDITIONAL
    if "task=traverse" in command:
        return CODED
    if "parzen" in command and "ckpt=" in command:
        return DIGITS  # which have images to choose the width by
    return VAE if "metrics.nll" in command else None


def shortened(command, places):
    """Return the words of a command that trains for two iterations, on what there is here."""
    for name, place in places.items():
        command = command.replace(name, str(place))
    command = command.replace("task=invert", "task=invert steps=20")
    command = re.sub(r"\b(paths|nll\.samples|seconds)=\d+", r"\1=2", command)
    # The tiny generator makes no sevens.
    command = command.replace(" classes=[7,1]", "").replace("a=7 b=1 c=4", "a=[7] b=[1] c=[4]")
    command = re.sub(r"[abc]=\[\d+,\d+,\d+\]", lambda found: f"{found[0][0]}=[7]", command)
    words = shlex.split(command)[3:]
    if any(word.startswith(("ckpt=", "task=")) for word in words):
        words = [re.sub(r"^iterations=.*", "iterations=6", word) for word in words]
        words += ["iterations=4", "panels_at=2"] if "task=figure1" in words else []
        if "task=evaluate" in words:
            words = [word for word in words if not word.startswith("evaluation.n_fake=")]
            words += ["data.limit=256"] if "images=" in command else ["evaluation.n_fake=200"]
    elif "debug=fast" not in words:
        words = [word for word in words if not word.startswith("iterations=")] + ["debug=fast"]
    words = [word.replace("fd_mnist_cnn", "fd_digits_cnn") for word in words]
    if re.search("cyclegan|stargan|puzzle", command) and "debug=fast" in words:
        words += ["model.width=4"]
    if re.search("cyclegan|stargan", command) and "debug=fast" in words:
        # Of pictures, of which there are few, all.
        words += [f"evaluation.n_fake={'null' if re.search('emoji|two', command) else 100}"]
    if "debug=fast" in words and "progressive" in command:  # through all levels at once
        words = [word for word in words if not word.startswith("algorithm.growth=")]
        words += ["algorithm.growth.stable=4", "algorithm.growth.fade=4"]
    if re.search("autoregressive|nade|pixel(r|c)nn", command) and "debug=fast" in words:
        words += ["data.size=8"]  # since they draw number by number
    if "debug=fast" in words and "extractors" not in command:
        words += ["evaluation.extractors=pixels"]  # classifiers of other data have to be trained
    return words


@pytest.fixture
def places(evaluated, png_folder, tmp_path):
    """Return what stands for the reader's own folders and runs."""
    samples = tmp_path / "samples.npz"
    two = tmp_path / "two"
    for part in ("trainA", "trainB", "testA", "testB"):
        (two / part).mkdir(parents=True)
        for path in sorted(png_folder.rglob("*.png"))[:12]:
            (two / part / f"{part}{path.name}").write_bytes(path.read_bytes())
    numpy.savez(samples, images=numpy.zeros((200, 28, 28), numpy.uint8))
    return {
        "outputs/my_sweep": evaluated.parent, "outputs/2026-*/*": evaluated.parent,
        "RUN/": f"{evaluated}/", "runs=outputs": f"runs={evaluated.parent}", "PICTURES": png_folder,
        "images=FOLDER": f"images={png_folder}",
        "images=cat.jpg": f"images={next(png_folder.rglob('*.png'))}",
        "FILE.npz": samples, "PLACE": two,
        "outputs/2014/": f"{evaluated}/", "outputs/first/": f"{evaluated}/",
        "outputs/asked/": f"{evaluated}/", "multirun/losses": evaluated.parent,
        "runs=multirun/families": f"runs={evaluated.parent}",
    }  # fmt: skip


@pytest.mark.parametrize("command", [line for line in all_commands() if runs_here(line)])
def test_a_command_works(command, run, trained, places, png_folder, tmp_path):
    typed = command
    if of_run := trained_for(command):
        typed = command.replace("best.ckpt", "last.ckpt")
        runs = ("RUN/", "outputs/asked/", "outputs/2014/")
        places = places | dict.fromkeys(runs, f"{trained(*of_run)}/")
    overrides = shortened(typed, places)
    if "inception" in command and not have_weights():
        pytest.skip("Inception's weights are not in the cache")
    if "task=assemble" in overrides:
        overrides = [word for word in overrides if not word.startswith("patches=")]
        overrides.append(f"patches=[{','.join(map(str, sorted(png_folder.rglob('*.png'))[:3]))}]")
    for name in ("fashion_mnist", "cifar10"):
        if any(name in word for word in overrides):
            prepare_or_skip(name)
    if not any(word.startswith(("data", "ckpt=")) for word in overrides):
        prepare_or_skip("mnist")
    if command not in WHOLE:
        overrides = [word for word in first_job(overrides) if "hydra.run.dir" not in word]
    if {"trainer.devices=2", "trainer=ddp_sim", "-m"} & {*overrides}:
        overrides = [re.sub(r"seed=0(,\d)+", "seed=0", word) for word in overrides]
        status, _, err = finish(start(*overrides, cwd=tmp_path), seconds=600)
        assert status == 0, err
        return
    outcome = run(*overrides, directory=tmp_path / "another")
    assert outcome.status == 0, outcome.err


def test_help_is_printed_to_whom_asks():
    command = [sys.executable, "-m", "gan_lab", "--help"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


# Whose blocks of Python have a test of their own.
TESTED = {
    "docs/python.md": "tests/library/test_docs.py",
    "docs/extending.md": "tests/test_docs.py", "docs/own_algorithm.md": "tests/test_docs.py",
    "docs/own_loss.md": "tests/test_docs.py",
    "docs/translation_tutorial.md": "tests/end_to_end/test_translation_tutorial.py",
}  # fmt: skip
# What their readers have made before.
GIVEN = {
    "translated_N3HW": torch.zeros(2, 3, 28, 28, dtype=torch.uint8),
    "rolls": 255 * (numpy.indices((2, 1, 64, 84))[3] == 30).astype(numpy.uint8),
    "Path": Path,
}
WITH_PYTHON = [page for page in PAGES if blocks(page, "python") and page not in TESTED]


@pytest.mark.parametrize("page", WITH_PYTHON)
def test_the_python_of_a_page_runs(page, evaluated, tmp_path, monkeypatch):
    code = "\n".join(text for _, text in blocks(page, "python"))
    for name in ("RUN", "outputs/first"):
        code = code.replace(f'"{name}/', f'"{evaluated}/').replace(f'"{name}"', f'"{evaluated}"')
    code = code.replace('data="mnist"', 'data="digits"').replace('"conf/', f'"{ROOT}/conf/')
    monkeypatch.chdir(tmp_path)
    if "midi" in code:
        pytest.importorskip("mido")
    if "CIFAR10" in code:
        prepare_or_skip("cifar10")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # its samples look like nothing
        exec(compile(code, page, "exec"), dict(GIVEN))
