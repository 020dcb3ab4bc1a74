"""What losses and terms are told of a pass through D; its augmentation is in test_augmenting.py."""

import pytest
import torch

from gan_lab.data.base import Batch
from gan_lab.losses.terms import of_one_device
from gan_lab.networks.mlp import MLPDiscriminator
from gan_lab.training.added_terms import Needed
from gan_lab.training.augmenting import Augmenting
from gan_lab.training.discriminator_pass import DiscriminatorPass

SHOW = DiscriminatorPass(Augmenting(None), of_one_device)
REAL, FAKE = (Batch(torch.rand(n, 1, 2, 3)) for n in (3, 4))


@pytest.fixture
def discriminator():
    torch.manual_seed(0)
    options = {"input_dropout": 0.0, "dropout": 0.0, "weight_range": 0.5}
    return MLPDiscriminator(
        (1, 2, 3), hidden=[5], pieces=2, dropout_in_generator_phase=True, **options
    )


@pytest.mark.parametrize("features", [False, True])
def test_both_kinds_get_their_own_answers_with_features_where_they_are_needed(
    discriminator, features
):
    seen = SHOW(discriminator, "generator", REAL, FAKE, Needed(set(), features, True), {})

    for judged, batch in ((seen.real, REAL), (seen.fake, FAKE)):
        assert judged.images is batch.images
        torch.testing.assert_close(judged.logits, discriminator(batch.images))
        assert (judged.features is not None) == features


def test_without_real_images_there_are_none_to_be_seen(discriminator):
    seen = SHOW(discriminator, "generator", None, FAKE, Needed(set(), False, False), {})

    assert seen.real is None
    torch.testing.assert_close(seen.judge(REAL[:2]).logits, discriminator(REAL.images))
