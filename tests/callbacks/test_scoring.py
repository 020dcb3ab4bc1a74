"""An evaluation of what a model makes, in all its views."""

from functools import partial

import pytest
import torch

from gan_lab.callbacks.scoring import SamplingClock, Scoring
from gan_lab.data.base import Batch, Images
from gan_lab.data.pixels import to_range
from gan_lab.training.translating import Originals, TranslatesImages
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


class Translator(TranslatesImages):
    """A model that makes its originals darker, or hands them on as they are."""

    views = ("a_to_b",)
    directions = {"a_to_b": ("a", "b")}  # noqa: RUF012
    sets = ("a", "b")
    device = torch.device("cpu")
    bounded = True

    def __init__(self, darker):
        self.darker = darker
        images = Images(255 - tiny_images().pixels[:30])
        self.originals = {
            "a": Originals(images, partial(to_range, value_range=(-1.0, 1.0)), "test")
        }

    def translate(self, images, view):
        return images - self.darker

    def images_at(self, n, *address, view=""):
        chosen = self.originals["a"].choose(n, *address, "originals")
        return lambda positions: Batch(
            self.translate(self.originals["a"].at(chosen[positions], self.device), view),
            torch.ones(len(positions), dtype=torch.long),
        )


def test_beside_translations_is_what_their_originals_get_and_that_is_computed_once():
    scores = evaluation(sides={"a_to_b": side(tiny_images())})
    runs, run = [], scores.run

    def counted(*arguments, **options):
        runs.append(1)
        return run(*arguments, **options)

    scores.run = counted
    scoring = Scoring(scores, 0, stored, ("a", "b"))

    alike, darker = (scoring(Translator(by)).metrics for by in (0.0, 0.4))

    assert alike["a_to_b/fd_flat"] == pytest.approx(alike["a_to_b/fd_flat_copy"])
    assert darker["a_to_b/fd_flat"] != pytest.approx(darker["a_to_b/fd_flat_copy"])
    assert darker["a_to_b/fd_flat_copy"] == alike["a_to_b/fd_flat_copy"]
    assert len(runs) == 3


def test_the_time_of_a_thousand_samples_is_that_of_making_them(monkeypatch):
    times = iter([10.0, 10.5, 20.0, 21.5])
    monkeypatch.setattr("gan_lab.callbacks.scoring.time.perf_counter", lambda: next(times))
    clock = SamplingClock()
    images_at = clock.timed(lambda positions: Batch(torch.ones(len(positions), 1, 2, 2)))

    assert images_at(torch.arange(3)).images.shape == (3, 1, 2, 2)
    images_at(torch.arange(5))

    assert clock.of_a_thousand == 1000 * 2.0 / 8


def test_a_model_without_images_takes_no_time_for_them():
    assert Scoring(evaluation(), 0, stored)(tiny_gan()).sampling_seconds > 0
    assert Scoring(evaluation(n_fake=0), 0, stored)(tiny_gan()).sampling_seconds is None
