"""A discriminator that is a classifier: closed forms of both of its answers."""

import pytest
import torch

from gan_lab.networks.class_logits import ClassLogits
from gan_lab.networks.dcgan import DCGANDiscriminator

K = 3
IMAGES = torch.randn(4, 1, 16, 16, generator=torch.Generator().manual_seed(0))


def network(*, learns_fake):
    torch.manual_seed(0)
    return ClassLogits(
        DCGANDiscriminator((1, 16, 16), width=4, slope=0.2), K, learns_fake=learns_fake
    ).eval()


def test_with_a_logit_of_0_an_image_is_real_with_probability_z_over_z_plus_1():
    judge = network(learns_fake=False)

    logits, features, classes = judge(IMAGES, with_features=True)

    z = judge.class_logits(features).exp().sum(1)
    torch.testing.assert_close(torch.sigmoid(logits), z / (z + 1))
    assert classes.shape == (4, K)


def test_with_a_learned_one_it_is_the_rest_of_the_softmax_over_one_class_more():
    judge = network(learns_fake=True)

    logits, features, classes = judge(IMAGES, with_features=True)

    shares = judge.class_logits(features).softmax(dim=1)
    torch.testing.assert_close(torch.sigmoid(logits), 1 - shares[:, K])
    assert torch.equal(classes, judge.class_logits(features)[:, :K])


@pytest.mark.parametrize("learns_fake", [True, False])
def test_logits_alone_are_the_same(learns_fake):
    judge = network(learns_fake=learns_fake)

    assert torch.equal(judge(IMAGES), judge(IMAGES, with_features=True).logits)
