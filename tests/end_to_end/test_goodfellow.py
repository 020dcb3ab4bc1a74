"""The experiments of Goodfellow et al., 2014, at a small size, from the command to the record."""

import json

import pytest
import torch

from gan_lab.runs.metrics_file import read_metrics

FAST = ("debug=fast", "trainer=cpu")
SMALL = {
    "goodfellow_mnist": ["model.generator.hidden=[24,24]"],
    "goodfellow_tfd_pretrain": [
        "model.generator.hidden=[24,24]", "model.generator.output_nonzero=5",
        "model.discriminator.hidden=[12,12]",
    ],
    "goodfellow_cifar10_fc": [
        "model.generator.hidden=[24,24]", "model.discriminator.hidden=[12,12]",
    ],
    "goodfellow_cifar10_conv": [
        "model.generator.hidden=[24]", "model.generator.channels=4",
        "model.discriminator.hidden=[12]",
    ],
}  # fmt: skip


def last_checkpoint(directory):
    return torch.load(directory / "checkpoints" / "last.ckpt", weights_only=True)


def assert_finished_soundly(outcome):
    assert outcome.status == 0, outcome.err
    summary = json.loads((outcome.directory / "summary.json").read_text())
    rows = read_metrics(outcome.directory / "metrics.csv")
    state = last_checkpoint(outcome.directory)["state_dict"]
    assert (summary["status"], summary["iterations"]) == ("finished", 4)
    assert rows[-1]["lr/discriminator"] == pytest.approx(rows[-1]["lr/generator"] / 2)
    assert any(name.startswith("kid_") for name in rows[-1])
    assert all(torch.isfinite(tensor).all() for tensor in state.values())


@pytest.mark.parametrize(
    ("experiment", "data_choice"),
    [
        ("goodfellow_mnist", "mnist"),
        pytest.param("goodfellow_cifar10_fc", "cifar10", marks=pytest.mark.slow),
        pytest.param("goodfellow_cifar10_conv", "cifar10", marks=pytest.mark.slow),
    ],
    indirect=["data_choice"],
)
def test_an_experiment_runs_and_is_scored(run, experiment, data_choice):
    assert_finished_soundly(run(f"experiment={experiment}", *FAST, *SMALL[experiment]))


@pytest.mark.slow
@pytest.mark.parametrize(
    "variant",
    [
        ["algorithm.update=alternating", "algorithm.discriminator_steps=2"],
        ["loss=minimax"],
        ["latent=gaussian"],
        ["model.discriminator.dropout_in_generator_phase=false"],
    ],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("data_choice", ["mnist"], indirect=True)
def test_each_variant_is_one_override(run, data_choice, variant):
    outcome = run(
        "experiment=goodfellow_mnist", *FAST, *SMALL["goodfellow_mnist"], "evaluation=none",
        *variant,
    )  # fmt: skip

    assert outcome.status == 0, outcome.err


@pytest.mark.slow
def test_the_second_stage_on_faces_trains_new_layers_before_the_whole_first_generator(
    run, tfd_file, tmp_path
):
    small = [*FAST, f"data.dir={tfd_file}", *SMALL["goodfellow_tfd_pretrain"]]
    first = run("experiment=goodfellow_tfd_pretrain", *small, directory=tmp_path / "first")
    assert_finished_soundly(first)
    ckpt = first.directory / "checkpoints" / "last.ckpt"
    still = ["optimizer.generator.lr=0", "optimizer.discriminator.lr=0"]

    second = run(
        "experiment=goodfellow_tfd", *FAST, f"data.dir={tfd_file}", f"model.pretrained={ckpt}",
        "model.generator.hidden=[24,100,24,24]", "model.discriminator.hidden=[12,12]",
        "evaluation=none", *still,
        directory=tmp_path / "second",
    )  # fmt: skip

    assert second.status == 0, second.err
    trained, new = (last_checkpoint(outcome.directory)["state_dict"] for outcome in (first, second))
    for theirs, ours in ((0, 4), (2, 6), (4, 8)):
        for kind in ("weight", "bias"):
            assert torch.equal(
                trained[f"generator.layers.{theirs}.{kind}"],
                new[f"generator.layers.{ours}.{kind}"],
            )
    assert set(new["generator.layers.2.bias"].tolist()) == {-2.0}


def test_the_second_stage_says_where_the_first_ones_generator_is_missing(run, tfd_file):
    outcome = run(
        "experiment=goodfellow_tfd", "trainer=cpu", f"data.dir={tfd_file}", "batch_size=8",
        "model.generator.hidden=[24,100,24,24]",
    )  # fmt: skip

    assert outcome.status == 1
    assert "model.pretrained=outputs/goodfellow_tfd_pretrain/checkpoints/last.ckpt" in outcome.err
    assert not outcome.directory.exists()
