"""Features of every discriminator: what its last layer weighs, from the pass of the logits."""

import pytest
import torch
from hydra import compose, initialize_config_dir
from torch import nn

from gan_lab.assembly.models import build_algorithm
from gan_lab.config.build import build
from gan_lab.config.options import file_of, find_conf, options_of
from gan_lab.networks.scaled_linear import ScaledLinear

# Of an unconditional GAN, whose file says how many images are judged together.
UNCONDITIONAL = [
    model
    for model in options_of("model")
    if model != "conditional_mlp" and "pack:" in file_of("model", model).read_text("utf-8")
]


def discriminator(*words):
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        config = compose("config", ["data=digits", "data.size=32", *words])
        return build_algorithm(config, build(config.data, "data")).discriminator.eval()


@pytest.mark.parametrize(
    ("model", "pack"), [*((model, 1) for model in UNCONDITIONAL), ("dcgan", 2)]
)
def test_the_last_layer_makes_the_logits_of_the_features(model, pack):
    network = discriminator(f"model={model}", f"model.pack={pack}")
    images = torch.randn(4, 1, 32, 32)

    logits, features, head = network(images, with_features=True)

    last = [layer for layer in network.modules() if isinstance(layer, nn.Linear | ScaledLinear)][-1]
    assert features.shape == (4 // pack, network.n_features)
    assert head is None
    assert torch.equal(logits, network(images))
    torch.testing.assert_close(last(features).flatten(), logits)


@pytest.mark.parametrize("model", ["mixture_mlp", "density_mlp"])
def test_those_of_points_stay_float32_under_autocast(model):
    network = discriminator(f"model={model}")

    with torch.autocast("cpu", torch.bfloat16):
        answer = network(torch.randn(2, 1, 32, 32), with_features=True)

    assert {part.dtype for part in answer[:2]} == {torch.float32}
