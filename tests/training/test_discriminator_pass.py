"""What losses and terms are told of a pass through D; its augmentation is in test_augmenting.py."""

from dataclasses import replace

import pytest
import torch

from gan_lab.data.base import Batch
from gan_lab.losses.terms import of_one_device
from gan_lab.networks.mlp import MLPDiscriminator
from gan_lab.networks.pack import Packed
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


def test_a_discriminator_that_is_told_nothing_is_not_and_terms_see_the_conditions(discriminator):
    show, labels = replace(SHOW, tells=False), torch.tensor([0, 1, 2])
    real, fake = REAL._replace(condition=labels), FAKE._replace(condition=torch.zeros(4))

    seen = show(discriminator, "generator", real, fake, Needed(set(), False, True), {}, real)

    torch.testing.assert_close(seen.real.logits, discriminator(REAL.images))
    torch.testing.assert_close(seen.judge(real[:2]).logits, seen.real.logits)
    for judged in (seen.real, seen.labelled, seen.judge(real[:2])):
        assert judged.condition is labels


@pytest.mark.parametrize("labelled", [None, Batch(torch.rand(2, 1, 2, 3), torch.tensor([0, 1]))])
@pytest.mark.parametrize("pack", [1, 2])
def test_all_images_at_once_get_the_answers_and_gradients_that_they_get_alone(labelled, pack):
    torch.manual_seed(0)
    options = {"input_dropout": 0.0, "dropout": 0.0, "weight_range": 0.5}
    discriminator = Packed(
        MLPDiscriminator(
            (pack, 2, 3), hidden=[5], pieces=2, dropout_in_generator_phase=True, **options
        ),
        pack,
    )
    real, fake = (Batch(torch.rand(n, 1, 2, 3)) for n in (4, 6))
    found = []
    for joins in (False, True):
        show = replace(SHOW, joins=joins, tells=labelled is None)
        needed = Needed(set(), False, False)
        seen = show(discriminator, "discriminator/0", real, fake, needed, {}, labelled)
        kinds = [seen.real, seen.fake, *([seen.labelled] if labelled else [])]
        sum(judged.logits.square().sum() * n for n, judged in enumerate(kinds, 1)).backward()
        answers = [value for judged in kinds for value in judged if value is not None]
        found.append((answers, [weight.grad.clone() for weight in discriminator.parameters()]))
        discriminator.zero_grad()

    torch.testing.assert_close(found[1], found[0])


@pytest.mark.parametrize(
    ("joins", "gradient", "passes"), [(True, False, 1), (True, True, 2), (False, False, 2)]
)
def test_images_with_a_gradient_of_their_own_are_shown_alone(
    discriminator, joins, gradient, passes
):
    seen = []
    discriminator.register_forward_hook(lambda *_: seen.append(1))
    real = REAL.detached(gradient)

    replace(SHOW, joins=joins)(
        discriminator, "discriminator/0", real, FAKE, Needed(set(), False, False), {}
    )

    assert len(seen) == passes


def test_conditions_go_with_their_images():
    class Sum(torch.nn.Module):
        """The sum of an image and its condition."""

        def forward(self, images, labels):
            return images.sum(dim=(1, 2, 3)) + 100 * labels

    real, fake = (
        batch._replace(condition=torch.arange(len(batch.images)) + start)
        for batch, start in ((REAL, 0), (FAKE, 5))
    )

    seen = replace(SHOW, joins=True)(
        Sum(), "discriminator/0", real, fake, Needed(set(), False, False), {}
    )

    for judged, batch in ((seen.real, real), (seen.fake, fake)):
        torch.testing.assert_close(judged.logits, Sum()(*batch[:2]))
        assert judged.condition is batch.condition
