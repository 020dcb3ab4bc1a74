"""Translations beside their true counterparts, and beside those who cannot translate."""

import pytest
import torch
from torchmetrics.functional.image import structural_similarity_index_measure

from gan_lab.evaluation.directions import Direction, Directions
from gan_lab.evaluation.true_pairs import TruePairs

N = 12


def images(seed, n=N):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(n, 1, 16, 16, generator=generator) * 2 - 1


def attached(metric, pairs=None, back=("b_to_a",)):
    pairs = torch.arange(N)[:, None].expand(N, 2) if pairs is None else pairs
    known = torch.cat([images(2), images(0)[:1] + 0.01])
    ways_back = dict.fromkeys(back, torch.arange(N))
    direction = Direction("a", images(0), ways_back, pairs, images(1), known)
    metric.attach(Directions("test", {"a_to_b": direction}, 2.0, lambda _: _, lambda _: _))
    return metric


def perfect(images_NCHW, view):
    """Translate as the pairs say."""
    everything, answers = images(0), images(1)
    places = [(everything == image).flatten(1).all(1).nonzero().item() for image in images_NCHW]
    return answers[places]


def test_a_perfect_translation_has_no_error_and_is_found_at_once():
    found = attached(TruePairs())(perfect)

    assert found["a_to_b/l1"] == 0
    assert found["a_to_b/ssim"] == pytest.approx(1)
    assert found["a_to_b/retrieval"] == 1
    assert found["a_to_b/retrieval_rank"] == 1


def test_numbers_are_those_of_their_definitions():
    found = attached(TruePairs())(lambda given, view: given * 0.5)

    made, truth = images(0) * 0.5, images(1)
    to_all = ((made[:, None] - truth) ** 2).flatten(2).sum(2)
    ranks = torch.tensor([(row <= row[n]).sum() for n, row in enumerate(to_all)]).double()
    ssim = structural_similarity_index_measure(made, truth, data_range=2.0)
    assert found["a_to_b/l1"] == pytest.approx((made - truth).abs().mean().item() / 2)
    assert found["a_to_b/ssim"] == pytest.approx(ssim.item())
    assert found["a_to_b/retrieval_rank"] == pytest.approx(ranks.mean().item())
    assert found["a_to_b/retrieval"] == pytest.approx((ranks == 1).double().mean().item())


def test_copying_and_the_nearest_training_image_stand_beside():
    metric = attached(TruePairs())
    copied = metric(lambda given, view: given)

    for name in ("l1", "ssim", "retrieval", "retrieval_rank"):
        assert copied[f"a_to_b/{name}_copy"] == pytest.approx(copied[f"a_to_b/{name}"])
    # The training image nearest to the first one is that one itself, a little brighter.
    known = metric.known.by_view["a_to_b"].known_targets
    first = (known - images(0)[0]).square().flatten(1).sum(1).argmin()
    assert first == N
    assert copied["a_to_b/l1_nearest"] != copied["a_to_b/l1_copy"]


def test_who_always_hands_over_the_same_image_is_no_good_at_retrieval():
    found = attached(TruePairs())(lambda given, view: images(5)[:1].expand(len(given), -1, -1, -1))

    assert found["a_to_b/retrieval"] == pytest.approx(1 / N)
    assert found["a_to_b/retrieval_rank"] == pytest.approx((N + 1) / 2)


def test_only_images_with_a_counterpart_are_compared():
    pairs = torch.tensor([[3, 5], [7, 2]])
    asked = []

    def translate(given, view):
        asked.append(given)
        return given

    found = attached(TruePairs(), pairs)(translate)

    assert torch.equal(torch.cat(asked), images(0)[[3, 7]])
    expected = (images(0)[[3, 7]] - images(1)[[5, 2]]).abs().mean().item() / 2
    assert found["a_to_b/l1"] == pytest.approx(expected)


def test_without_pairs_there_is_nothing_to_say():
    metric = attached(TruePairs(), torch.empty(0, 2, dtype=torch.int64))

    assert metric(lambda given, view: given) == {}
    assert metric.better == {}
