"""What is said of assembled patches, against masks and images that are known."""

from types import SimpleNamespace

import pytest
import torch

from gan_lab.data.base import Images
from gan_lab.data.key_patches import covered
from gan_lab.evaluation.class_kept import ClassKept
from gan_lab.evaluation.held_out import HeldOut
from gan_lab.evaluation.puzzles import Puzzles, anywhere, iou, usual
from gan_lab.networks.puzzle import Assembled
from gan_lab.training.assembling import Cutting

PIXELS = torch.randint(
    256, (12, 1, 12, 12), generator=torch.Generator().manual_seed(0), dtype=torch.uint8
)
CUTTING = Cutting.of(2, 4, (1, 12, 12))


def attached(metric):
    metric.attach(HeldOut("test", Images(PIXELS), lambda pixels: pixels.float() / 127.5 - 1))
    metric.value_range = (-1.0, 1.0)
    return metric


def test_who_solves_the_puzzle_gets_everything_right():
    def solve(images, *address):
        puzzle = CUTTING(images)
        return puzzle, Assembled(puzzle.images, puzzle.masks)

    found = attached(Puzzles())(solve)

    assert found["mask_iou"] == 1
    assert found["patch_error"] == 0
    assert 0 < found["mask_iou_random"] < 1
    assert 0 < found["mask_iou_mean"] < 1


def test_errors_outside_the_patches_do_not_count_and_inside_they_are_shares_of_the_range():
    def solve(images, *address):
        puzzle = CUTTING(images)
        off = torch.where(puzzle.masks > 0, puzzle.images + 0.5, 9.0)
        return puzzle, Assembled(off, 1 - puzzle.masks)

    found = attached(Puzzles())(solve)

    assert found["patch_error"] == pytest.approx(0.25)
    assert found["mask_iou"] == 0


def test_intersection_over_union_is_a_mean_over_images():
    one = torch.tensor([[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]], dtype=torch.bool)
    other = torch.tensor([[0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]], dtype=torch.bool)

    assert iou(one.view(3, 1, 2, 2), other.view(3, 1, 2, 2)) == pytest.approx((1 / 3 + 1 + 0) / 3)


def test_the_usual_mask_is_what_is_covered_most_often_and_as_large_as_one():
    masks = torch.tensor([[1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 0, 0]], dtype=torch.bool)

    assert usual(masks.view(3, 1, 2, 2)).flatten().tolist() == [True, True, False, False]


def test_random_patches_are_anywhere_alike():
    masks = anywhere(torch.zeros(4000, 1, 1, 2, 2), (4, 3), 0)

    places = [torch.tensor([[[top, left]]]) for top in range(3) for left in range(2)]
    known = [covered(place, (2, 2), (4, 3)) for place in places]
    counts = torch.stack([(masks == mask).all(dim=(1, 2, 3)).sum() for mask in known])
    assert counts.sum() == 4000
    assert ((counts / 4000 - 1 / 6).abs() < 0.03).all()


def test_the_share_of_classes_kept_is_beside_that_of_the_patches_alone():
    metric = attached(ClassKept())
    metric.to_pixels = lambda images: ((images + 1) * 127.5).round().to(torch.uint8)
    # Classes by the first pixel, which the model leaves alone in three of four images.
    metric.classifier = lambda pixels: SimpleNamespace(
        logits=torch.nn.functional.one_hot(pixels[:, 0, 0, 0].long() // 64, 4)
    )

    def solve(images, *address):
        puzzle = CUTTING(images)
        made = puzzle.images.clone()
        made[::4, :, 0, 0] = -made[::4, :, 0, 0]
        return puzzle, Assembled(made, puzzle.masks)

    found = metric(solve)

    assert found["class_kept"] == 0.75
    shown = CUTTING(PIXELS.float() / 127.5 - 1).pasted
    same = metric.read(shown) == metric.read(PIXELS.float() / 127.5 - 1)
    assert found["class_kept_pasted"] == pytest.approx(same.double().mean().item())
    assert metric.better == {"class_kept": "higher"}
