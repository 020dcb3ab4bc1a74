"""Every normalisation in a short run."""

import pytest
import torch

TINY = (
    "data=digits", "data.limit=32", "batch_size=8", "iterations=2", "log_every=1", "trainer=cpu",
    "evaluation=none", "model.width=4",
)  # fmt: skip
DCGAN = ("model=dcgan", "data.size=16")  # the discriminator has one layer to normalise
RESNET = ("model=resnet", "data.size=32")
HINGE = ("loss=hinge", "algorithm.discriminator_steps=2")


slow = pytest.mark.slow


@pytest.mark.parametrize(
    ("networks", "in_generator", "in_discriminator", "others"),
    [
        (DCGAN, "instance", "spectral", ("terms=[r1]", "trainer.precision=bf16-mixed")),
        pytest.param(DCGAN, "layer", "none", ("loss=relativistic", "terms=[r1,r2]"), marks=slow),
        pytest.param(
            DCGAN, "none", "layer", ("loss=wasserstein", "terms=[gradient_penalty]"), marks=slow
        ),
        (DCGAN, "batch", "instance", ("model.pack=2", "model.discriminator.minibatch_std=4")),
        (RESNET, "batch", "spectral", HINGE),
        pytest.param(
            RESNET,
            "layer",
            "none",
            ("terms=[r1]", "model.discriminator.minibatch_std=4"),
            marks=slow,
        ),
        pytest.param(
            RESNET,
            "none",
            "layer",
            ("terms=[feature_matching]", "trainer.precision=bf16-mixed"),
            marks=slow,
        ),
    ],
)
def test_networks_train_with_it(run, networks, in_generator, in_discriminator, others):
    norms = (f"model.generator.norm={in_generator}", f"model.discriminator.norm={in_discriminator}")

    outcome = run(*TINY, *networks, *norms, *others)

    assert outcome.status == 0, outcome.err
    checkpoint = outcome.directory / "checkpoints" / "last.ckpt"
    weights = torch.load(checkpoint, weights_only=True)["state_dict"]
    assert all(torch.isfinite(weight).all() for weight in weights.values())
    assert any("_u" in name for name in weights) == (in_discriminator == "spectral")
