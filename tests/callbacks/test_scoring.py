"""An evaluation of what a model makes, in all its views."""

import pytest
import torch

from gan_lab.callbacks.scoring import Scoring
from gan_lab.data.base import Batch, Images
from tests.callbacks.test_evaluation import evaluation, side, stored
from tests.training.conftest import tiny_gan, tiny_images


def test_the_same_latents_are_scored_each_time():
    module = tiny_gan()

    def scored(seed):
        return Scoring(evaluation(), seed, stored)(module).metrics

    assert scored(seed=0) == scored(seed=0) != scored(seed=1)


class TwoViews:
    """An algorithm whose images are dark in one view and bright in the other."""

    views = ("dark", "bright")

    def images_at(self, n, *address, view=""):
        level = {"dark": -0.5, "bright": 0.5}[view]
        noise = torch.rand(n, 1, 4, 4, generator=torch.Generator().manual_seed(0))
        return lambda positions: Batch(level + noise[positions] / 10)


def test_each_view_is_scored_against_its_own_images_and_its_numbers_begin_with_its_name():
    real = {"dark": tiny_images(), "bright": Images(255 - tiny_images().pixels[:40])}
    scores = evaluation(sides={view: side(images) for view, images in real.items()})

    metrics = Scoring(scores, 0, stored)(TwoViews()).metrics

    for view in TwoViews.views:
        images_at = TwoViews().images_at(30, view=view)
        pixels = stored(images_at(torch.arange(30)).images)
        alone = evaluation(sides={"": side(real[view])})
        bare = alone.run(lambda positions, pixels=pixels: Images(pixels[positions])).metrics
        assert {f"{view}/{name}" for name in bare} <= metrics.keys()
        assert metrics[f"{view}/fd_flat"] == pytest.approx(bare["fd_flat"], rel=1e-6)
        assert scores.better[f"{view}/fd_flat"] == "lower"
        assert scores.perfect[f"{view}/fd_flat"] == f"{view}/fd_flat_bias"
    assert metrics["dark/fd_flat"] != metrics["bright/fd_flat"]
    assert scores.monitor == "dark/fd_flat"
