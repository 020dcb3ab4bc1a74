"""R-precision and agreement with captions, by a matcher and measurements that are known."""

import pytest
import torch

from gan_lab.data.base import Batch, Images
from gan_lab.evaluation.caption_agreement import CaptionAgreement
from gan_lab.evaluation.illustrations import Illustrations
from gan_lab.evaluation.r_precision import RPrecision, rivals

# Caption k is the token k; an image that shows k has the number k in its only pixel.
DIFFERENT = torch.arange(1, 9)[:, None]


def directions(numbers):
    return torch.eye(9)[numbers.flatten().long()]


def known(shown, captions, agrees=True):
    """Return what metrics are about: a model that shows something for captions, or real ones."""
    real = Images(DIFFERENT[:, :, None, None].to(torch.uint8), captions=DIFFERENT)

    def of_level(pixels, captions):
        return {"level": pixels.flatten() == captions.flatten()}

    about = Illustrations(
        n=len(captions), address=(0,), to_pixels=lambda images: images.to(torch.uint8), images=real,
        split="test", different=DIFFERENT, images_seen=directions, texts_seen=directions,
        agrees=of_level if agrees else None,
    )  # fmt: skip

    def sample(n, *address):
        assert (n, address) == (len(captions), (0,))
        return Batch(shown[:, None, None, None].float(), captions[:, None])

    return about, sample


def test_each_image_that_shows_its_caption_wins_and_no_other():
    captions = torch.arange(1, 9)
    shown = torch.where(captions <= 6, captions, captions % 8 + 1)
    about, sample = known(shown, captions)
    metric = RPrecision(texts=100)
    metric.attach(about)

    assert metric(sample) == {"r_precision": 0.75, "r_precision_real": 1.0}
    assert metric.perfect == {"r_precision": "r_precision_real"}
    assert metric.better.keys() == {"r_precision"}


def test_images_that_have_nothing_to_do_with_their_captions_win_by_chance():
    random = torch.Generator().manual_seed(0)
    captions = torch.randint(1, 9, (4000,), generator=random)
    about, sample = known(torch.zeros(4000), captions)  # equally near to all: nobody wins
    metric = RPrecision(texts=2)
    metric.attach(about)
    nothing = metric(sample)["r_precision"]
    about, sample = known(torch.randint(1, 9, (4000,), generator=random), captions)
    metric.attach(about)

    # Of 2 texts, the own one is the nearest where the image shows it, which is one time in 8.
    assert nothing == 0
    assert metric(sample)["r_precision"] == pytest.approx(1 / 8, abs=0.02)


def test_rivals_are_others_and_the_same_ones_each_time():
    captions = DIFFERENT.repeat(50, 1)

    places = rivals(captions, DIFFERENT, 30)

    assert places.shape == (400, 30)
    assert not (DIFFERENT[places, 0] == captions).any()
    assert places.unique().tolist() == list(range(8))
    assert torch.equal(places, rivals(captions, DIFFERENT, 30))


def test_a_caption_that_is_not_among_the_known_ones_competes_with_all():
    assert set(rivals(torch.tensor([[77]]), DIFFERENT, 500).flatten().tolist()) == set(range(8))


def test_agreement_is_the_share_of_images_that_are_as_asked():
    captions = torch.arange(1, 9)
    about, sample = known(torch.where(captions <= 2, captions, 0), captions)
    metric = CaptionAgreement()
    metric.attach(about)

    assert metric(sample) == {"level_agreement": 0.25, "level_agreement_real": 1.0}
    assert metric.better == {"level_agreement": "higher"}
    assert metric.perfect == {"level_agreement": "level_agreement_real"}


def test_nothing_is_said_of_what_nothing_measures():
    about, sample = known(torch.arange(1, 9), torch.arange(1, 9), agrees=False)
    metric = CaptionAgreement()
    metric.attach(about)

    assert metric(sample) == metric.better == metric.perfect == {}
