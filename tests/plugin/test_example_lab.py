"""A package from outside with one of each part, through the command line alone."""

import csv
import json
import sys

import pytest
import torch

from tests.processes import finish, start

TINY = (
    "data=stripes", "trainer=cpu", "trainer.precision=32-true", "batch_size=8", "iterations=4",
    "log_every=1", "samples_every=2", "checkpoint_every=2", "seed=3", "evaluation=none",
)  # fmt: skip
NAMED = "plugins=[example_lab]"
SCORED = (
    "evaluation=auto", "evaluation.every=4", "evaluation.n_fake=16",
    "evaluation.extractors=pixels", "evaluation/metrics=[brightness]",
)  # fmt: skip


def last(directory):
    return directory / "checkpoints" / "last.ckpt"


def read_rows(directory):
    with (directory / "metrics.csv").open() as file:
        return list(csv.DictReader(file))


def test_every_part_of_a_gan_may_come_from_outside_at_once(run):
    parts = (
        "model=linear", "loss=smoothed", "loss.smoothing=0.2", "terms=[level]", "latent=laplace",
        "optimizer=sign", "callbacks=announce", "callbacks.announce.every=2", "logger=jsonl",
    )  # fmt: skip

    outcome = run(NAMED, *TINY, *SCORED, *parts)

    assert outcome.status == 0, outcome.err
    assert "32 real images seen" in outcome.out
    assert f"{NAMED}'" in outcome.out.split("Train on")[1]
    row = read_rows(outcome.directory)[-1]
    assert float(row["brightness_gap"]) >= 0
    assert float(row["loss/level"]) >= 0
    lines = map(json.loads, (outcome.directory / "log.jsonl").read_text().splitlines())
    assert [line.get("iteration") for line in lines] == [0, 1, 2, 3, 4, None]
    page = (outcome.directory / "report.html").read_text()
    assert NAMED in page


@pytest.mark.slow
def test_without_the_plug_in_a_run_is_sampled_evaluated_and_listed_and_not_continued(run, tmp_path):
    words = ("loss=smoothed", "terms=[level]", "optimizer=sign", "logger=jsonl")
    words = [*TINY, *words, "callbacks=announce", "data=digits", "data.size=8", "model.width=2"]
    trained = run(NAMED, *(word for word in words if word != "data=stripes"))
    ckpt = f"ckpt={last(trained.directory)}"

    sampled = run("task=sample", ckpt, "n=4")
    scored = run("task=evaluate", ckpt, "evaluation.extractors=pixels", "evaluation.n_fake=200")
    listed = run("task=list", f"runs={trained.directory}")
    continued = run(ckpt, "iterations=6")
    with_others = run(
        ckpt, "iterations=6", "loss=lsgan", "terms=[]", "optimizer=adam", "logger=[csv]",
        "callbacks=none", "allow_config_change=true",
    )  # fmt: skip

    assert (sampled.status, sampled.err) == (0, "")
    assert scored.status == 0, scored.err
    assert "finished" in listed.out
    assert continued.status == 1
    assert continued.err.startswith(f"gan_lab: {ckpt} was trained with ")
    assert continued.err.endswith(
        "which is not there: add plugins=[example_lab] if you trust it.\n"
    )
    assert with_others.status == 0, with_others.err
    assert last(trained.directory).stat().st_mtime > (tmp_path / "samples.png").stat().st_mtime


def test_a_checkpoint_whose_network_is_not_there_names_the_word_that_is_missing(run):
    trained = run(NAMED, *TINY, "model=linear")

    outcome = run("task=sample", f"ckpt={last(trained.directory)}")

    assert outcome.status == 1
    assert outcome.err.endswith("add plugins=[example_lab] if you trust it.\n")


def test_a_term_that_compares_features_refuses_a_discriminator_that_shows_none(run):
    outcome = run(NAMED, *TINY, "model=linear", "terms=[feature_matching]")

    assert outcome.status == 1
    assert outcome.err == (
        "gan_lab: terms=[feature_matching] needs features of the discriminator, and "
        "model.discriminator._target_=example_lab.networks.LinearDiscriminator has no "
        "with_features. Choose another model=, or leave the term out.\n"
    )


@pytest.fixture
def autoencoder(run, tmp_path):
    return run(NAMED, "algorithm=noisy_autoencoder", *TINY, directory=tmp_path / "whole")


@pytest.mark.slow
def test_an_algorithm_from_outside_goes_on_bit_for_bit(autoencoder, run, tmp_path):
    halves = tmp_path / "halves"
    run(NAMED, "algorithm=noisy_autoencoder", *TINY, "iterations=2", directory=halves)

    outcome = run(NAMED, f"ckpt={last(halves)}", "iterations=4")

    assert autoencoder.status == outcome.status == 0, outcome.err
    one, other = (
        torch.load(last(path), weights_only=True) for path in (halves, tmp_path / "whole")
    )
    for name in one["state_dict"]:
        assert torch.equal(one["state_dict"][name], other["state_dict"][name]), name
    assert str(one["optimizer_states"]) == str(other["optimizer_states"])


def test_an_algorithm_from_outside_is_evaluated_sampled_and_shown(autoencoder, run, tmp_path):
    ckpt = f"ckpt={last(autoencoder.directory)}"

    scored = run(NAMED, "task=evaluate", ckpt, *SCORED[2:], f"out={tmp_path / 'scores.json'}")
    counted = run(NAMED, "task=brightness", ckpt, "count=5")
    refused = run(NAMED, "task=interpolate", ckpt)

    assert scored.status == 0, scored.err
    assert "brightness_gap" in json.loads((tmp_path / "scores.json").read_text())["metrics"]
    assert "Mean level of 5 images" in counted.out
    assert refused.status == 1
    assert len(refused.err.splitlines()) == 1
    page = (autoencoder.directory / "report.html").read_text()
    assert "reconstruction" in page
    assert "algorithm=noisy_autoencoder" in page


@pytest.mark.slow
@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_jobs_of_a_sweep_find_plug_ins_and_folders_of_options(launcher, tmp_path):
    (tmp_path / "more" / "experiment").mkdir(parents=True)
    option = tmp_path / "more" / "experiment" / "short.yaml"
    option.write_text("# @package _global_\niterations: 3\n")
    words = [word for word in TINY if not word.startswith("iterations=")]
    launch = [f"hydra/launcher={launcher}"] if launcher != "basic" else []

    own = ["algorithm=noisy_autoencoder", "experiment=short", *words, "algorithm.code_weight=0,1"]

    sweep = start(
        *("-m", "--config-dir", "more", NAMED, *launch, *own, "hydra.sweep.dir=sweep"),
        cwd=tmp_path,
    )

    status, _, err = finish(sweep)
    assert status == 0, err
    with (tmp_path / "sweep" / "results.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["status"] for row in rows] == ["finished", "finished"]
    assert all(row["iterations"] == "3" for row in rows)
    assert any("reconstruction" in column for column in rows[0])
    assert (tmp_path / "sweep" / "report.html").exists()


def test_an_installed_package_needs_no_word(run, tmp_path, monkeypatch):
    metadata = tmp_path / "installed" / "example_lab-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: example-lab\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[gan_lab.plugins]\nexample_lab = example_lab\n")
    monkeypatch.syspath_prepend(str(tmp_path / "installed"))

    trained = run(*TINY, "model=linear", "loss=smoothed")
    monkeypatch.delitem(sys.modules, "example_lab", raising=False)
    (metadata / "entry_points.txt").unlink()
    gone = run("task=sample", f"ckpt={last(trained.directory)}")

    assert trained.status == 0, trained.err
    assert gone.err.endswith("add plugins=[example_lab] if you trust it.\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["loss=smothed"], "loss=smothed is not known. Did you mean 'smoothed'?"),
        (["loss=smoothed", "loss.smothing=1"], "Did you mean 'loss.smoothing=1'?"),
        (
            ["algorithm.code_weight=1"],
            "algorithm.code_weight. It belongs to algorithm=noisy_autoencoder.",
        ),
        (
            ["loss=smoothed", "loss.smoothing=0.7"],
            "loss.smoothing=0.7 must be a number from 0 to 0",
        ),
        (["optimizer=sign", "optimizer.lr=-1"], "optimizer.lr=-1 must be a number from 0 to 1."),
        (["callbacks=announce", "callbacks.announce.every=0"], "every=0 must be a whole number of"),
        (["task=brightness", "count=many"], "count=many must be a whole number."),
        (
            ["task=sample", "ckpt=x", "count=3"],
            "count=3 has no effect on task=sample: leave it out.",
        ),
        (["loss._target_=example_lab.data.Stripes"], "must name a part of gan_lab.losses or exam"),
        (["+callbacks.mine._target_=example_lab.callbacks.Announce"], "callbacks.mine: "),
        (["task=brightness", "_target_=os.getcwd"], "must name a function of a plug-in"),
    ],
)
def test_mistakes_about_parts_from_outside_get_one_sentence(run, words, message):
    outcome = run(NAMED, "data=digits", *words)

    assert outcome.status == 1
    assert message in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_a_plug_in_that_fails_or_hides_behind_an_own_option_gets_one_sentence(run, tmp_path):
    (tmp_path / "faulty.py").write_text("import torch\nraise RuntimeError('no licence')\n")
    (tmp_path / "hidden" / "conf" / "loss").mkdir(parents=True)
    (tmp_path / "hidden" / "conf" / "loss" / "lsgan.yaml").touch()

    faulty = run("plugins=[faulty]", "data=digits")
    hidden = run("plugins=[hidden]", "data=digits")

    assert faulty.err == "gan_lab: plugins=[faulty] cannot be imported: RuntimeError: no licence\n"
    assert "lsgan.yaml would never be read, because " in hidden.err
    assert len(hidden.err.splitlines()) == 1
    assert not faulty.directory.exists()
