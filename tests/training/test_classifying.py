"""The ability to classify: which network answers, with which weights, in which precision."""

import pytest
import torch
from torch import nn

from gan_lab.networks.features import LayeredDiscriminator
from gan_lab.networks.head import WithHead
from gan_lab.training.abilities import Classifies
from tests.training.conftest import AVERAGE, recipe, tiny_gan

IMAGES = torch.randn(5, 1, 4, 4, generator=torch.Generator().manual_seed(0))


class Judge(LayeredDiscriminator):
    """Its features are the pixels, as far as dropout lets them through."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(), nn.Dropout(0.9), nn.BatchNorm1d(16), nn.Linear(16, 1), nn.Flatten(0)
        )


def judge(classes):
    return WithHead(Judge(), nn.Linear(16, 4), classes)


def gan(classes=slice(1, 3), **changes):
    return tiny_gan(discriminator=judge(classes), **changes)


def logits_of(network, images=IMAGES):
    """Write out what a judge says in evaluation mode, whose normalisation has seen nothing yet."""
    scale = (1 + network.discriminator.layers[2].eps) ** 0.5
    return network.head(images.flatten(1) / scale)[:, 1:3]


def test_the_logits_are_those_numbers_of_the_head_that_are_classes():
    module = gan()

    torch.testing.assert_close(module.classify(IMAGES), logits_of(module.discriminator))
    assert not module.classify(IMAGES).requires_grad
    assert gan(slice(None)).classify(IMAGES).shape == (5, 4)


def test_they_are_of_the_weights_that_are_evaluated():
    module = gan(recipe=recipe(discriminator={"average": AVERAGE}))
    with torch.no_grad():
        module.discriminator.head.weight.add_(1.0)

    logits = module.classify(IMAGES)

    torch.testing.assert_close(logits, logits_of(module.evaluated("discriminator")))
    assert not torch.allclose(logits, logits_of(module.discriminator))


def test_training_does_not_notice():
    module = gan()
    module.discriminator.discriminator.layers[2].eval()  # a layer with a mode of its own
    before = {name: value.clone() for name, value in module.state_dict().items()}
    modes = [layer.training for layer in module.modules()]

    module.classify(IMAGES)

    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    assert [layer.training for layer in module.modules()] == modes


def test_logits_of_a_network_in_half_precision_are_raised():
    module = gan().bfloat16()

    assert module.classify(IMAGES.bfloat16()).dtype == torch.float32


@pytest.mark.parametrize("classes", [None, slice(0, 4)])
def test_only_a_model_whose_head_has_classes_can_classify(classes):
    assert isinstance(gan(classes), Classifies) == (classes is not None)
    assert not isinstance(tiny_gan(), Classifies)
