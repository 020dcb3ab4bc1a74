"""Whether translations still show what was translated."""

import torch

from gan_lab.evaluation.content_kept import ContentKept
from gan_lab.evaluation.directions import Direction, Directions

IMAGES = torch.tensor([0.1, 0.2, 0.6, 0.9]).view(-1, 1, 1, 1)


def read(images):
    return (images.flatten() > 0.5).long()


def attached(read):
    direction = Direction(
        "black", IMAGES, {}, torch.empty(0, 2, dtype=torch.int64), IMAGES, None,
        torch.tensor([0, 0, 1, 1]), read,
    )  # fmt: skip
    metric = ContentKept()
    metric.attach(Directions("test", {"to_red": direction}, 1.0, lambda _: _, lambda _: _))
    return metric


def test_it_is_the_share_that_is_read_as_before():
    metric = attached(read)

    assert metric(lambda images, view: images) == {"to_red/content_kept": 1.0}
    assert metric(lambda images, view: images - 0.2) == {"to_red/content_kept": 0.75}
    assert metric.better == {"to_red/content_kept": "higher"}


def test_where_nobody_reads_there_is_no_number():
    metric = attached(None)

    assert metric(lambda images, view: images) == {}
    assert metric.better == metric.perfect == {}
