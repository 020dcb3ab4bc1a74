"""What every dashboard is told, and when."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from gan_lab.callbacks.collapse import CollapseMonitor
from gan_lab.callbacks.dashboards import Dashboard, Dashboards, WatchedRun, bars
from gan_lab.callbacks.evaluation import Evaluate
from gan_lab.callbacks.metrics_log import MetricsLog
from gan_lab.callbacks.sample_pictures import SamplePicture
from gan_lab.callbacks.samples import SampleGrids
from gan_lab.callbacks.scoring import Scoring
from gan_lab.evaluation.evaluation import Result
from gan_lab.runs.metrics_file import MetricsFile
from tests.callbacks.test_samples import gray_grid
from tests.training.conftest import fit, tiny_gan

RUN = WatchedRun(task="train", config={"seed": 0}, overrides=["seed=0"], sweep=None)


class Notes(Dashboard):
    """Notes what it is told, and when."""

    def __init__(self):
        self.told = []

    def begin(self, run):
        self.told.append(("begin", run.iteration))

    def log_metrics(self, metrics, step):
        self.told.append(("metrics", step, dict(metrics)))

    def log_picture(self, name, picture, step):
        self.told.append(("picture", step, name, picture.size))

    def log_histogram(self, name, counts, step):
        self.told.append(("histogram", step, name, list(counts)))

    def log_best(self, outcome):
        self.told.append(("best", {name: values["best"] for name, values in outcome.items()}))

    def alert(self, title, text, step):
        self.told.append(("alert", step, text))

    def end(self, status):
        self.told.append(("end", status))


class Falling:
    """An evaluation in which one class after the other is lost."""

    def __init__(self):
        self.n_fake = 12
        self.better = {"modes/covered": "higher", "fd": "lower"}
        self.perfect = {}
        self.protocol = {}
        self.class_names = ("a", "b", "c")
        self.draw, self.left_out = 0, {}
        self.runs = 0

    def run(self, images_at, advance=None, view=None):
        self.runs += 1
        counts = [12 // (4 - self.runs)] * (4 - self.runs)
        counts += [0] * (3 - len(counts))
        metrics = {"modes/covered": float(sum(map(bool, counts))), "fd": float(self.runs)}
        return Result(metrics, counts, by_class={"agreement": [0.5, 1.0, None]})

    def ask(self, what, of_model):
        return {}


def callbacks_in(folder, iterations):
    log = MetricsLog(MetricsFile(folder / "metrics.csv"), 2)
    evaluate = Evaluate(
        Scoring(Falling(), 0, to_pixels=lambda images: images),
        every=2,
        iterations=iterations,
        log=log,
        folder=folder,
        progress=None,
    )
    collapse = CollapseMonitor(
        evaluate, fall=0.3, action="log", rollbacks=1, best=folder / "best.ckpt"
    )
    real = partial(Image.new, "L", (4, 4))
    grids = SampleGrids(folder, 4, 0, SamplePicture(gray_grid, 9), real)
    return [Dashboards(RUN), evaluate, collapse, log, grids]


def test_a_dashboard_is_told_all_of_a_run_in_the_order_in_which_it_happens(tmp_path):
    notes = Notes()

    fit(tiny_gan(), 4, callbacks=callbacks_in(tmp_path, 4), logger=[notes], log_every_n_steps=1)

    assert [told[:2] for told in notes.told if told[0] != "best"] == [
        ("begin", 0), ("picture", 0),
        ("histogram", 2), ("histogram", 2), ("metrics", 2),
        ("histogram", 4), ("histogram", 4), ("alert", 4), ("metrics", 4), ("picture", 4),
    ]  # fmt: skip
    by_kind = {told[0]: told for told in notes.told}
    assert [told[2:] for told in notes.told if told[:2] == ("histogram", 4)] == [
        ("modes/histogram", [6, 6, 0]),
        ("agreement/by_class", [0.5, 1.0, 0.0]),
    ]
    assert by_kind["best"][1] == {"modes/covered": 3.0, "fd": 1.0}
    assert by_kind["alert"][2].startswith("collapse at iteration 4: modes/covered fell to 2")
    assert by_kind["picture"][2] == "samples"
    assert ("picture", 0, "real", (4, 4)) in notes.told
    rows = [told[2] for told in notes.told if told[0] == "metrics"]
    assert rows == MetricsFile(tmp_path / "metrics.csv").rows


def begun(players=("generator", "discriminator"), loggers=()):
    module = SimpleNamespace(iteration=7, images_per_iteration=3, players=players)
    Dashboards(RUN).on_train_start(SimpleNamespace(loggers=loggers), module)


def test_a_run_that_goes_on_says_from_where():
    notes = Notes()

    begun(loggers=[notes])

    assert notes.told == [("begin", 7)]


@pytest.mark.parametrize(("players", "panel"), [(["autoencoder"], "training"), ("ab", "game")])
def test_a_single_player_plays_no_game(players, panel):
    notes = Notes()
    notes.begin = notes.told.append

    begun(players, [notes])

    assert notes.told[0].in_panels({"loss/kl": 1.0, "iteration": 7}) == {f"{panel}/loss/kl": 1.0}
    assert notes.told[0].images_per_iteration == 3


@pytest.mark.parametrize("classes", [1, 10, 512])
def test_each_class_has_a_bar_around_its_number(classes):
    counts = np.arange(classes) % 7

    heights, edges = bars(counts)

    assert heights.tolist() == counts.tolist()
    assert np.allclose(edges, np.arange(classes + 1) - 0.5)


def test_of_a_thousand_classes_neighbours_share_a_bar_and_no_sample_is_lost():
    counts = np.random.default_rng(0).integers(0, 9, 1000)

    heights, edges = bars(counts)

    assert (len(heights), len(edges)) == (512, 513)
    assert heights.sum() == counts.sum()
    assert heights[0] == counts[:2].sum()
