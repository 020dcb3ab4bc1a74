"""task=figure1: the panels, the animation and the arrays of a real run, and what it cannot draw."""

import os
import re
import signal

import numpy as np
import pytest
from PIL import Image

from gan_lab.tasks import figure1

SHORT = ("task=figure1", "trainer=cpu", "iterations=6", "panels_at=2", "samples_every=3",
         "batch_size=32")  # fmt: skip


@pytest.mark.slow
def test_it_leaves_the_panels_the_animation_and_the_arrays_behind_them_the_same_for_a_seed(
    run, tmp_path
):
    outcome = run(*SHORT, "data=density_bimodal", f"out={tmp_path / 'here'}")
    run(*SHORT, "data=density_bimodal", f"out={tmp_path / 'again'}")

    assert outcome.status == 0, outcome.err
    one, two = ((tmp_path / name / "figure1.png").read_bytes() for name in ("here", "again"))
    assert one == two
    assert re.findall(r"^iteration (\d)/6$", outcome.out, re.MULTILINE) == list("123456")
    assert re.search(r"^V: -?\d\.\d{4}$", outcome.out, re.MULTILINE)
    with Image.open(tmp_path / "here" / "figure1.png") as panels:
        assert panels.size == (4 * 360, 360)
    with Image.open(tmp_path / "here" / "figure1.gif") as animation:
        assert (animation.n_frames, animation.size) == (3, (360, 360))
    with np.load(tmp_path / "here" / "figure1.npz", allow_pickle=False) as arrays:
        assert [title[:11] for title in arrays["title"]] == [
            "(a) iterati", "(b) 500 ste", "(c) 6 steps", "(d) iterati",
            "iteration 0", "iteration 3", "iteration 6",
        ]  # fmt: skip
        assert arrays["p_g"].shape == arrays["d"].shape == (7, 100)
        assert arrays["g_of_z"].shape == (7, 21)


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_an_interrupted_run_says_so_and_draws_nothing(run, tmp_path, monkeypatch, number):
    say = figure1.say_how_far

    def interrupted(trainer, module, *rest):
        say(trainer, module, *rest)
        if module.iteration == 3:
            os.kill(os.getpid(), number)

    monkeypatch.setattr(figure1, "say_how_far", interrupted)

    outcome = run(*SHORT, f"out={tmp_path / 'here'}")

    assert outcome.status == 128 + number
    assert "Stopped after iteration 3; nothing is drawn." in outcome.out
    assert not list((tmp_path / "here").iterdir())


def test_a_run_whose_loss_is_no_number_any_more_ends_early(run, spoiled):
    outcome = run(*SHORT, "iterations=20")

    assert outcome.status == 1
    assert "The loss was not finite in iteration 2;" in outcome.err
    assert "iteration 2/20" not in outcome.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["data=ring"], "use data=density or one of its kin"),
        (["loss=lsgan"], "loss= must be non_saturating or minimax"),
        (["latent.dim=2"], "latent.dim=2 must be 1"),
        (["model.pack=2"], "model.pack=2 must be 1"),
        (
            ["ema.generator.decay=0.9"],
            "ema.generator.decay=0.9 must be null",
        ),
        (["ckpt=x/last.ckpt"], "ckpt=x/last.ckpt has no place in task=figure1"),
        (["panels_at=6"], "panels_at=6 must be below iterations=6"),
        (["trainer.devices=2"], "runs on one device, not 2"),
        (["out=/proc/x"], "out=/proc/x cannot be written"),
    ],
)
def test_a_mistake_ends_in_one_message(run, words, message):
    outcome = run(*SHORT, *words)

    assert outcome.status == 1
    assert message in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.slow
def test_at_least_2_of_3_seeds_reach_the_theorems_equilibrium(run, tmp_path):
    reached = []
    for seed in range(3):
        # One moment, since what is drawn of the others does not touch the training.
        words = ("samples_every=600", f"seed={seed}", f"out={tmp_path / str(seed)}")
        outcome = run("task=figure1", "trainer=cpu", *words)
        found = dict(re.findall(r"^(.*): (-?\d+\.\d{4})$", outcome.out, re.MULTILINE))
        from_best_d = float(found["largest |D - D*| where the central 99% of the data are"])
        reached.append(from_best_d < 0.05 and float(found["|V + log 4|"]) < 0.05)

    assert sum(reached) >= 2
