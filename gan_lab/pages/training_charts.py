"""The charts of how training goes, whatever the algorithm: which there are follows from columns."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from gan_lab.pages.metric_chart import AMBER, BLUE, GREEN, RED, metric_chart
from gan_lab.runs.column_names import called
from gan_lab.runs.reading import Run

COLOURS = (BLUE, AMBER, GREEN, RED)
MOST_OF_A_KIND = 12  # charts; a stranger's table may have any number of columns
ANSWERS = ("d_real", "d_fake", "d_difference")
INFORMATION = "mutual_information/"


def training_charts(run: Run) -> list[dict[str, Any]]:
    """Return the charts of losses, of what is watched, and of gradients."""
    charts = [
        _of_players(run, "losses", "Losses", "loss/"),
        *_parts(run),
        *_terms(run),
        *_answers(run),
        _difference(run),
        *_augmentation(run),
        *_information(run),
        *_alone(run, "watched", _watched(run)),
        _of_players(run, "gradients", "Gradient norms", "gradient_norm/", logarithmic=True),
        _rates(run),
        *_schedules(run),
    ]
    return [chart for chart in charts if chart]


def _of_players(
    run: Run, name: str, title: str, prefix: str, **options: Any
) -> dict[str, Any] | None:
    """Return the chart of a column that each player has."""
    columns = {f"{prefix}{player}": player for player in run.players}
    return metric_chart(run, name, title, _coloured(columns), **options)


def _parts(run: Run) -> Iterator[dict[str, Any] | None]:
    """Yield a chart of the parts of each player's loss, such as that on real images."""
    for place, player in enumerate(run.players):
        prefix = f"loss/{player}_"
        names = _coloured({name: name.removeprefix(prefix) for name in _parts_of(run, player)})
        if len(names) > 1:  # a single part is the loss itself
            yield metric_chart(run, f"parts-{place}", f"Parts of the loss of the {player}", names)


def _parts_of(run: Run, player: str) -> list[str]:
    return [name for name in run.metrics if name.startswith(f"loss/{player}_")]


def _terms(run: Run) -> Iterator[dict[str, Any] | None]:
    """Yield a chart of each loss that is none of those, since they differ in size."""
    others = {f"loss/{player}" for player in run.players}
    others |= {name for player in run.players for name in _parts_of(run, player)}
    names = [name for name in run.metrics if name.startswith("loss/") and name not in others]
    says = "Mean over the iterations in which it is computed, times its weight."
    return _alone(run, "term", names, says=says)


def _answers(run: Run) -> Iterator[dict[str, Any] | None]:
    """Yield a chart of what D says, or of each D of several."""
    says = (
        "Mean over the minibatches. They are alike at the optimum, but also where D cannot tell "
        "anything apart."
    )
    judges = [name.removeprefix("d_real") for name in run.metrics if name.startswith("d_real")]
    for judge in judges[:MOST_OF_A_KIND]:
        names = _coloured({f"d_real{judge}": "D(x), real", f"d_fake{judge}": "D(G(z)), generated"})
        title = "Discriminator's answers" + judge.replace("/", ": ", 1)
        yield metric_chart(run, f"answers{judge.replace('/', '-')}", title, names, says=says)


def _difference(run: Run) -> dict[str, Any] | None:
    says = (
        "Mean over the pairs of a minibatch; this loss leaves the level of D's answers free. It is "
        "0 at the optimum, but also where D cannot tell anything apart."
    )
    title = "By how much the discriminator prefers real images"
    return metric_chart(run, "difference", title, {"d_difference": ("", BLUE)}, says=says)


def _rates(run: Run) -> dict[str, Any] | None:
    """Return the chart of learning rates that change."""
    columns = [f"lr/{player}" for player in run.players]
    if not any(len(set(run.series(name)[1])) > 1 for name in columns):
        return None
    return _of_players(run, "rates", "Learning rates", "lr/")


def _schedules(run: Run) -> Iterator[dict[str, Any] | None]:
    """Yield a chart of each other number that changes by the clock, by its key."""
    names = [name for name in run.metrics if name.startswith("schedule/")]
    for place, name in enumerate(names[:MOST_OF_A_KIND]):
        title = name.removeprefix("schedule/")
        yield metric_chart(run, f"schedule-{place}", title, {name: ("", BLUE)})


def _information(run: Run) -> Iterator[dict[str, Any] | None]:
    """Yield a chart of how much images tell of each factor that they are made of.

    Those with a ceiling are apart from others, which are on another scale.
    """
    ceilings = run.about.get("reference", {})
    bounds = [name for name in run.metrics if name.startswith(INFORMATION)]
    finite = [name for name in bounds if name in ceilings]
    others = [name for name in bounds if name not in ceilings]
    says = {
        "classes": "Lower bound, in nats, of what an image tells of the class it was made of. It "
        "cannot tell more than the ceiling, the entropy of the class.",
        "numbers": "The same of continuous numbers, by a Gaussian of fixed width: only its rise "
        "says something, as it can stay below 0 although the numbers are told.",
    }
    for kind, names in {"classes": finite, "numbers": others}.items():
        lines = _coloured({name: name.removeprefix(INFORMATION) for name in names})
        levels = {f"ceiling {ceilings[name]:.4g}": (ceilings[name], None) for name in finite}
        title = f"What images tell of their latents: {kind}"
        yield metric_chart(
            run, f"information-{kind}", title, lines, says=says[kind], unit="nats",
            levels=levels if kind == "classes" else {},
        )  # fmt: skip


def _augmentation(run: Run) -> Iterator[dict[str, Any] | None]:
    """Yield a chart of how strong augmentation is, and one of what controls it."""
    names = [name for name in run.metrics if name.startswith("augment/")]
    return _alone(run, "augmentation", names)


def _watched(run: Run) -> list[str]:
    """Return what is watched and has no other chart."""
    drawn = ("loss/", "gradient_norm/", INFORMATION, *ANSWERS)
    names = dict.fromkeys(("value", *run.watched))
    return [name for name in names if not name.startswith(drawn)]


def _alone(run: Run, kind: str, names: Sequence[str], says: str = "") -> Iterator[dict | None]:
    """Yield a chart of each column."""
    for place, name in enumerate(names[:MOST_OF_A_KIND]):
        title = called(name)
        title = name if title == name else title[0].upper() + title[1:]
        yield metric_chart(run, f"{kind}-{place}", title, {name: ("", BLUE)}, says=says)


def _coloured(labels: dict[str, str]) -> dict[str, tuple[str, int]]:
    """Return labels by their columns, each with a colour."""
    colours = itertools.cycle(COLOURS)
    return {column: (label, next(colours)) for column, label in labels.items()}
