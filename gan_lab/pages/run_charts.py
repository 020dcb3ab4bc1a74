"""The charts of a run's page, in sections; what a run has not logged has no chart."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from gan_lab.figures.charts import Chart, Line, bin_chart, heat_map, line_chart
from gan_lab.runs.reading import Run

# Places in the page's palette.
BLUE, RED, GREEN, AMBER = range(4)
MOST_MAPPED = 24  # evaluations of a heat map


def charts_of(run: Run) -> dict[str, list[dict[str, Any]]]:
    """Return `{section: [{"title", "svg", "says", "wide"}]}`."""
    sections = {
        "The game": [_losses, _outputs, _value, _gradients],
        "Distances": [_frechet, _kernel],
        "Modes": [_modes, _evenness, _histogram],
        "Fidelity and variety": [_precision, _density, _ndb, _duplicates, _bins],
    }
    found = {
        section: [chart for make in makers if (chart := make(run))]
        for section, makers in sections.items()
    }
    return {section: charts for section, charts in found.items() if charts}


def _losses(run: Run) -> dict[str, Any] | None:
    names = {"loss/discriminator": ("discriminator", BLUE), "loss/generator": ("generator", AMBER)}
    return _chart(
        run, "losses", "Losses", names, says="Dashed: at equilibrium, where p_g = p_data."
    )


def _outputs(run: Run) -> dict[str, Any] | None:
    names = {"d_real": ("D(x), real", BLUE), "d_fake": ("D(G(z)), generated", AMBER)}
    return _chart(
        run, "outputs", "Discriminator's answers", names, says="Mean over the minibatches."
    )


def _value(run: Run) -> dict[str, Any] | None:
    return _chart(run, "value", "Value of the game, V(D, G)", {"value": ("V", BLUE)})


def _gradients(run: Run) -> dict[str, Any] | None:
    names = {
        "gradient_norm/discriminator": ("discriminator", BLUE),
        "gradient_norm/generator": ("generator", AMBER),
    }
    return _chart(run, "gradients", "Gradient norms", names, logarithmic=True)


def _frechet(run: Run) -> dict[str, Any] | None:
    distances = [
        name
        for name in run.metrics
        if (name == "fid" or name[:3] == "fd_") and not name.endswith("_bias")
    ]
    floors = {
        f"perfect samples: {run.metrics[f'{name}_bias']['last']:.3g}": (
            run.metrics[f"{name}_bias"]["last"],
            place,
        )
        for place, name in enumerate(distances)
        if f"{name}_bias" in run.metrics
    }
    names = {name: (name, place) for place, name in enumerate(distances)}
    says = "Lower is better. Dashed: what as many perfect samples get on average."
    return _chart(
        run, "frechet", "Fréchet distance", names, levels=floors, says=says, logarithmic=True
    )


def _kernel(run: Run) -> dict[str, Any] | None:
    names = [name for name in run.metrics if name[:4] == "kid_" and not name.endswith("_std")]
    lines = {name: (name, place) for place, name in enumerate(names)}
    return _chart(
        run,
        "kernel",
        "Kernel distance (KID)",
        lines,
        says="Lower is better; perfect samples get 0.",
    )


def _modes(run: Run) -> dict[str, Any] | None:
    names = {
        "modes/covered": ("covered", BLUE),
        "modes/covered_robust": ("covered, robust", GREEN),
        "modes/effective": ("effective", AMBER),
    }
    total = run.metrics.get("modes/total", {}).get("last")
    levels = {f"all {total:.0f}": (total, None)} if total else {}
    limits = (0, 1.1 * total) if total else (0, None)
    iterations, counts = run.series("collapses")
    rises = zip(iterations, counts, [0, *counts], strict=False)
    collapses = [iteration for iteration, count, before in rises if count > before]
    says = "Red dotted line: where the collapse monitor found a fall." if collapses else ""
    return _chart(
        run, "modes", "Covered classes", names, levels=levels, marks=collapses, limits=limits,
        says=says, unit="classes",
    )  # fmt: skip


def _evenness(run: Run) -> dict[str, Any] | None:
    names = {
        "modes/kl_uniform": ("from even shares", BLUE),
        "modes/kl_data": ("from the data's", AMBER),
    }
    says = "Divergence of the classes' shares; lower is better."
    return _chart(run, "evenness", "Unevenness of the classes", names, says=says, unit="nats")


def _histogram(run: Run) -> dict[str, Any] | None:
    records = [record for record in run.evaluations if sum(record.get("histogram") or [0])]
    if not records:
        return None
    classes = len(records[-1]["histogram"])  # the evaluation may have been changed on the way
    records = [record for record in records if len(record["histogram"]) == classes]
    step = -(-len(records) // MOST_MAPPED)
    records = records[::-1][::step][::-1]
    counts = np.array([record["histogram"] for record in records], float)
    shares = (counts / counts.sum(axis=1, keepdims=True)).T
    names = records[-1].get("classes") or [str(n) for n in range(classes)]
    columns = [record["iteration"] for record in records]
    title = "Share of the samples in each class"
    return {
        "title": title,
        "svg": heat_map("histogram", title, shares, names, columns),
        "says": f"In per cent of the samples; even shares are {100 / classes:.3g}%. A dark "
        "row is a class that the generator does not make.",
        "wide": True,
    }


def _precision(run: Run) -> dict[str, Any] | None:
    names = {"precision": ("precision", BLUE), "recall": ("recall", AMBER)}
    says = "Shares: samples that look real; real images that the generator reaches."
    return _chart(run, "precision", "Precision and recall", names, limits=(0, 1.05), says=says)


def _density(run: Run) -> dict[str, Any] | None:
    names = {"density": ("density", BLUE), "coverage": ("coverage", AMBER)}
    null = run.metrics.get("coverage_null", {}).get("last")
    levels = {"perfect samples' coverage": (null, AMBER)} if null else {}
    return _chart(run, "density", "Density and coverage", names, levels=levels, limits=(0, None))


def _ndb(run: Run) -> dict[str, Any] | None:
    names = {"ndb": ("in features", BLUE), "ndb_pixels": ("in pixels", AMBER)}
    says = "Lower is better; of 100 bins perfect samples get about 5."
    title = "Bins with a wrong share (NDB)"
    return _chart(run, "ndb", title, names, limits=(0, None), says=says, unit="bins")


def _duplicates(run: Run) -> dict[str, Any] | None:
    levels = {"perfect samples": (0.01, None)}
    says = "Share of samples with another one nearer than real images have; lower is better."
    names = {"duplicates": ("duplicates", BLUE)}
    return _chart(run, "duplicates", "Duplicates", names, levels=levels, says=says)


def _bins(run: Run) -> dict[str, Any] | None:
    record = next((record for record in reversed(run.evaluations) if record.get("bins")), None)
    if record is None:
        return None
    bins = record["bins"]
    title = f"Bins of features at iteration {record['iteration']:,}"
    return {
        "title": title,
        "svg": bin_chart("bins", title, bins["real"], bins["generated"], bins["different"]),
        "says": "Clusters of the real images, and how many images fall into each. Missing bars on "
        "the left are kinds of images that the generator does not make.",
        "wide": True,
    }


def _chart(
    run: Run,
    name: str,
    title: str,
    names: Mapping[str, tuple[str, int]],
    *,
    levels: Mapping[str, tuple[float, int | None]] | None = None,
    says: str = "",
    **options: Any,
) -> dict[str, Any] | None:
    """Return the chart of the metrics that are there, with their equilibria unless told others."""
    lines = [
        Line(label, *series, colour=colour)
        for metric, (label, colour) in names.items()
        if len((series := run.series(metric))[0])
    ]
    if not lines:
        return None
    if levels is None:
        levels = _equilibria(run.about.get("equilibrium", {}), names)
    chart = Chart(name, title, lines, levels, **options)
    return {"title": title, "svg": line_chart(chart), "says": says, "wide": False}


def _equilibria(
    equilibrium: Mapping[str, float], names: Mapping[str, tuple[str, int]]
) -> dict[str, tuple[float, int | None]]:
    known = {metric: equilibrium[metric] for metric in names if metric in equilibrium}
    same = len(set(known.values())) == 1
    return {
        f"equilibrium {value:.3g}": (value, None if same else names[metric][1])
        for metric, value in known.items()
    }
