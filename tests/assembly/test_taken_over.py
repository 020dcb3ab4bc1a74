"""init=: what a new run takes over from another one, and what it does not."""

import pytest
import torch

from gan_lab.runs.checkpoints import read_checkpoint
from tests.end_to_end.conftest import FAST

NEW = (*FAST, "iterations=1", "optimizer.lr=1e-30", "ema.generator.decay=null")


def networks(directory):
    state = read_checkpoint(directory / "checkpoints" / "last.ckpt")["state_dict"]
    return {key: value for key, value in state.items() if not key.startswith("averages.")}


def test_weights_are_taken_over_and_clock_and_record_are_new(run, trained):
    ckpt = trained(*FAST) / "checkpoints" / "last.ckpt"

    outcome = run(*NEW, f"init={ckpt}", "seed=7", "loss=lsgan")

    assert outcome.status == 0, outcome.err
    assert f"The weights begin as those of {ckpt}." in outcome.out
    begun, given = networks(outcome.directory), networks(trained(*FAST))
    weights = [key for key in given if "num_batches" not in key and "running" not in key]
    assert len(weights) > 10
    assert all(torch.allclose(begun[key], given[key], atol=1e-20) for key in weights)
    checkpoint = read_checkpoint(outcome.directory / "checkpoints" / "last.ckpt")
    assert checkpoint["clock"]["iteration"] == 1
    assert checkpoint["config"]["init"] == str(ckpt)


@pytest.mark.slow
def test_a_run_that_goes_on_needs_the_other_one_no_more(run, trained, tmp_path):
    ckpt = tmp_path / "given.ckpt"
    ckpt.write_bytes((trained(*FAST) / "checkpoints" / "last.ckpt").read_bytes())
    with pytest.warns(UserWarning, match="is not verified"):
        begun = run(*FAST, "iterations=2", f"init={ckpt}")
    ckpt.unlink()

    longer = run(f"ckpt={begun.directory}/checkpoints/last.ckpt", "iterations=3")

    assert longer.status == 0, longer.err
    assert "begin as those" not in longer.out


def test_layers_of_other_shapes_are_named_and_skipped_if_asked(run, trained):
    ckpt = trained(*FAST) / "checkpoints" / "last.ckpt"
    other = (*NEW, "data.condition=labels", f"init={ckpt}")

    refused = run(*other)
    assert refused.status == 1
    assert "has other layers than this run:" in refused.err
    assert "init_mismatch=skip" in refused.err
    assert not (refused.directory / "checkpoints").exists()

    skipped = run(*other, "init_mismatch=skip")
    assert skipped.status == 0, skipped.err
    assert ", except " in skipped.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["init=nix.ckpt"], "init=nix.ckpt does not exist"),
        (["init=https://example.org/x.ckpt"], "is a web address"),
        (["init_mismatch=skip"], "init_mismatch=skip is about the weights of another run"),
        (["init_mismatch=maybe", "init=x"], "init_mismatch=maybe is not known"),
        (["init=x", "ckpt=y"], "init=x is for a new run, and ckpt= goes on with one"),
        (["finetune=x"], "init=RUN/checkpoints/best.ckpt begins a new run"),
    ],
)
def test_what_cannot_be_begun_with_is_refused(run, words, message):
    outcome = run(*FAST, *words)

    assert outcome.status == 1
    assert message in outcome.err


@pytest.mark.slow
def test_a_model_of_other_networks_is_refused_even_if_layers_may_be_skipped(run, trained):
    ckpt = trained(*FAST) / "checkpoints" / "last.ckpt"

    outcome = run(
        *NEW,
        "algorithm=vae",
        "model=autoencoder_mlp",
        "latent.dim=2",
        "data.binarise=fixed",
        "init_mismatch=skip",
        f"init={ckpt}",
    )

    assert outcome.status == 1
