"""InfoGAN is a GAN with other objects: who trains Q, what it learns from, and what is logged."""

import pytest
import torch
from torch import nn

from gan_lab.data.base import Images
from gan_lab.latents.inputs import InputSource
from gan_lab.latents.structured import Structured
from gan_lab.losses.mutual_information import MutualInformation
from gan_lab.networks.dcgan import DCGANDiscriminator
from gan_lab.networks.head import WithHead, code_head
from gan_lab.training.abilities import Classifies
from tests.training.conftest import fit, tiny_gan

CODE = Structured(
    factors={
        "noise": {"kind": "uniform", "size": 2},
        "category": {"kind": "categorical", "size": 3, "informative": True},
        "style": {"kind": "uniform", "size": 1, "informative": True},
    }
)
IMAGES = torch.randint(256, (32, 1, 8, 8), generator=torch.Generator().manual_seed(0))
DATA = Images(IMAGES.to(torch.uint8))
COLUMNS = ("mutual_information/category", "mutual_information/style")


def infogan(weight=1.0, **changes):
    torch.manual_seed(0)
    discriminator = DCGANDiscriminator((1, 8, 8), width=4, slope=0.2)
    settings = {
        "generator": nn.Sequential(
            nn.Linear(6, 32, bias=False), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 64),
            nn.Tanh(), nn.Unflatten(1, (1, 8, 8)),
        ),
        "discriminator": WithHead(
            discriminator, code_head(discriminator.n_features, CODE.head_size), CODE.classes
        ),
        "inputs": InputSource(CODE),
        "terms": {"mutual_information": MutualInformation(weight=weight, code=CODE)},
        "image_shape": (1, 8, 8),
    }  # fmt: skip
    return tiny_gan(**settings | changes)


def test_q_belongs_to_the_player_and_the_optimizer_of_the_discriminator():
    module = infogan()
    head = {id(weight) for weight in module.discriminator.head.parameters()}
    generator, discriminator = module.configure_optimizers()

    def ids(optimizer):
        return {id(weight) for group in optimizer.param_groups for weight in group["params"]}

    assert head <= ids(discriminator)
    assert not head & ids(generator)


def test_the_bound_trains_the_layers_that_q_shares_with_d_and_the_generator():
    def gradients(weight):
        module, kept = infogan(weight), {}
        update = module.update

        def watched(player):
            kept[player] = [each.grad.clone() for each in module.weights_of(player)
                            if each.grad is not None]  # fmt: skip
            update(player)

        module.update = watched
        fit(module, 1, images=DATA)
        return kept

    with_bound, without = gradients(1.0), gradients(0.0)

    for player in ("generator", "discriminator"):
        assert not torch.allclose(with_bound[player][0], without[player][0], atol=1e-6)


def test_the_bound_of_each_factor_is_logged_and_is_in_both_losses():
    module = infogan()
    fit(module, 2, images=DATA)

    means = module.meters.read()

    assert {*COLUMNS, *module.reference, *module.watched} <= means.keys()
    assert means["loss/discriminator_mutual_information"] == pytest.approx(
        -sum(means[column] for column in COLUMNS), abs=1e-6
    )
    assert "loss/generator_mutual_information" in means
    # What D minimises besides is logged by itself.
    assert means["value"] == pytest.approx(-means["loss/discriminator"], abs=1e-6)


@pytest.mark.slow
def test_labels_of_real_images_are_never_used():
    def trained(labels):
        module = infogan()
        fit(module, 3, images=Images(DATA.pixels, labels, ("a", "b", "c")))
        return module.state_dict()

    one, other = trained(torch.arange(32) % 3), trained(torch.zeros(32, dtype=torch.long))

    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_model_with_a_head_of_classes_classifies_and_training_goes_on_as_before():
    module = infogan()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    images = 2 * torch.rand(5, 1, 8, 8) - 1

    logits = module.classify(images)

    assert isinstance(module, Classifies)
    assert logits.shape == (5, 3)
    assert torch.allclose(logits[:2], module.classify(images[:2]), atol=1e-6)  # each by itself
    assert module.discriminator.training
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())


def test_a_model_without_one_does_not():
    discriminator = DCGANDiscriminator((1, 8, 8), width=4, slope=0.2)
    without_classes = WithHead(discriminator, code_head(discriminator.n_features, 1))

    assert not isinstance(tiny_gan(), Classifies)
    assert not isinstance(infogan(discriminator=without_classes, terms={}), Classifies)


def test_the_bound_rises_towards_its_ceiling():
    module = infogan()
    fit(module, 60, images=DATA)
    module.meters.read()
    fit(module, 100, images=DATA)

    found = module.meters.read()["mutual_information/category"]

    assert 0.5 < found <= module.reference["mutual_information/category"]
