"""The charts of a run's page, in sections; what a run has not logged has no chart."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from gan_lab.figures.bin_chart import bin_chart
from gan_lab.figures.heat_map import heat_map
from gan_lab.pages.distance_charts import distance_charts
from gan_lab.pages.metric_chart import AMBER, BLUE, GREEN, metric_chart, of_perfect_samples
from gan_lab.pages.page import number
from gan_lab.pages.training_charts import training_charts
from gan_lab.runs.reading import Run

MOST_MAPPED = 24  # evaluations of a heat map


def charts_of(run: Run) -> dict[str, list[dict[str, Any]]]:
    """Return `{section: [{"title", "svg", "says", "wide"}]}`."""
    sections = {
        "Modes": [_modes, _evenness, _histogram],
        "Labels": [
            _agreement,
            _agreement_by_class,
            _captions,
            _classification,
            _code_error,
            _cluster_error,
        ],
        "Likelihood and codes": [_nll, _reconstruction],
        "Labels and domains": [_errors_by_domain, _domain_accuracy, _proxy_a_distance],
        "Fidelity and variety": [_precision, _density, _ndb, _duplicates, _bins],
    }
    found = {"Training": training_charts(run), "Distances": distance_charts(run)} | {
        section: [chart for make in makers if (chart := make(run))]
        for section, makers in sections.items()
    }
    return {section: charts for section, charts in found.items() if charts}


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
    meanings = {
        "modes/covered": "seen at all",
        "modes/covered_robust": "surely, and with a fifth of their share",
        "modes/effective": "how many evenly used classes would be as varied",
    }
    if run.form == "points":  # which have no classifier
        meanings["modes/covered"] = "by a sample of high quality"
    says = "; ".join(
        f"{names[metric][0]}: {meaning}" for metric, meaning in meanings.items()
        if metric in run.metrics
    ).capitalize() + "."  # fmt: skip
    if collapses:
        says += " Red dotted line: where the collapse monitor found a fall."
    return metric_chart(
        run, "modes", "Covered classes", names, levels=levels, marks=collapses, limits=limits,
        says=says, unit="classes",
    )  # fmt: skip


def _evenness(run: Run) -> dict[str, Any] | None:
    names = {
        "modes/kl_uniform": ("from even shares", BLUE),
        "modes/kl_data": ("from the data's", AMBER),
    }
    says = (
        "Divergence of the classes' shares; lower is better, down to what as many samples of even "
        "shares get by chance. The data's own shares need not be even."
    )
    floor = run.perfect("modes/kl_uniform")
    levels = {} if floor is None else {f"by chance {number(floor)}": (floor, None)}
    return metric_chart(
        run, "evenness", "Unevenness of the classes", names, levels=levels, says=says, unit="nats"
    )


def _histogram(run: Run) -> dict[str, Any] | None:
    shares_of = {
        record["iteration"]: np.array(counts, float) / sum(counts)
        for record in run.evaluations
        if sum(counts := record.get("histogram") or [0])
    }
    if not shares_of:
        return None
    even = 100 / len(list(shares_of.values())[-1])
    says = (
        f"In per cent of the samples; even shares are {even:.3g}%. A dark row is a class of which "
        "the generator makes little or nothing."
    )
    return _map_of_classes(run, "histogram", "Share of the samples in each class", shares_of, says)


def _agreement(run: Run) -> dict[str, Any] | None:
    says = (
        "Share of the samples that the classifier puts into the class that they were asked for; "
        "higher is better, up to its own share of right answers on real images."
    )
    levels = of_perfect_samples(run, {"agreement": None})
    return metric_chart(
        run, "agreement", "Agreement with the labels", {"agreement": ("agreement", BLUE)},
        levels=levels, limits=(0, 1.05), says=says,
    )  # fmt: skip


def _agreement_by_class(run: Run) -> dict[str, Any] | None:
    agreements = {
        record["iteration"]: np.array(record.get("by_class", {}).get("agreement", []), float)
        for record in run.evaluations
    }
    # Of a translator's view there is one class, and nothing to compare.
    shares_of = {n: shares for n, shares in agreements.items() if np.isfinite(shares).sum() > 1}
    if not shares_of:
        return None
    says = "In per cent of the samples asked to be of the class. A dark row is a class that is not."
    return _map_of_classes(run, "agreements", "Agreement by class", shares_of, says, 1.0)


def _captions(run: Run) -> dict[str, Any] | None:
    says = (
        "R-precision: the share of images to which, of many captions, their own is the nearest, as "
        "a matcher of real pairs sees it. Agreement: the share of images that are as their "
        "captions say, as far as it can be measured. Higher is better, up to what real images get."
    )
    agreements = [name for name in run.metrics if re.fullmatch(r"\w+_agreement", name)]
    names = {
        name: (name.replace("_", " ").replace("r precision", "R-precision"), place)
        for place, name in enumerate(["r_precision", *agreements])
    }
    levels = of_perfect_samples(run, {"r_precision": 0})
    return metric_chart(
        run, "captions", "Agreement with the captions", names, levels=levels, limits=(0, 1.05),
        says=says,
    )  # fmt: skip


def _classification(run: Run) -> dict[str, Any] | None:
    says = "Share of the data's test images that the discriminator puts into a wrong class."
    names = {"test_error": ("test error", BLUE)}
    return metric_chart(run, "errors", "Error as a classifier", names, limits=(0, None), says=says)


def _code_error(run: Run) -> dict[str, Any] | None:
    says = (
        "Share of test images whose code is not that of their class; lower is better. The model "
        "has seen no label: which code stands for which class is found on half of these images, "
        "and the errors are counted on the other half."
    )
    return metric_chart(
        run, "code-error", "Error of the codes as a classifier", {"code_error": ("error", BLUE)},
        levels={}, limits=(0, 1), says=says,
    )  # fmt: skip


def _cluster_error(run: Run) -> dict[str, Any] | None:
    says = (
        "Share of test images that are not of the class of their cluster; lower is better, and "
        "lower of more clusters. That class is known from half of these images, of most of the "
        "cluster's or of the one that is the likeliest in it; errors are counted on the others."
    )
    names = {
        "cluster_error": ("by most of its images", BLUE),
        "cluster_error_one_label": ("by one image", AMBER),
    }
    return metric_chart(
        run, "cluster-error", "Error of the clusters as a classifier", names, levels={},
        limits=(0, 1), says=says,
    )  # fmt: skip


def _nll(run: Run) -> dict[str, Any] | None:
    says = (
        "Of the data's test images, per image; lower is better. Numbers of binary and of gray "
        "images cannot be compared; of a model with a bound only, the truth is lower."
    )
    names = {"nll": ("negative log-likelihood", BLUE)}
    return metric_chart(run, "nll", "Negative log-likelihood", names, says=says, unit="nats")


def _reconstruction(run: Run) -> dict[str, Any] | None:
    says = (
        "Mean squared error of the pixels of test images that are decoded from their codes, where "
        "black is 0 and white 1; lower is better."
    )
    pca = run.metrics.get("reconstruction_mse_pca", {}).get("last")
    levels = {} if pca is None else {f"principal components {number(pca)}": (pca, None)}
    return metric_chart(
        run, "reconstruction", "Error of reconstructions",
        {"reconstruction_mse": ("reconstructions", BLUE)}, levels=levels, limits=(0, None),
        says=says,
    )  # fmt: skip


def _errors_by_domain(run: Run) -> dict[str, Any] | None:
    says = (
        "Share of images that get the wrong class; lower is better. Labels of the source alone are "
        "learned from; those of the target choose nothing."
    )
    names = {"source_error": ("source", AMBER), "target_error": ("target", BLUE)}
    return metric_chart(
        run, "domain-errors", "Errors by domain", names, limits=(0, None), says=says
    )


def _domain_accuracy(run: Run) -> dict[str, Any] | None:
    says = (
        "Share of images whose domain the second head tells, each domain counting half. 1/2 is a "
        "guess: features hide their domain, or that head is behind."
    )
    return metric_chart(
        run, "domain-accuracy", "Domains that are told right",
        {"domain_accuracy_held_out": ("domain head", BLUE)}, levels={"a guess": (0.5, None)},
        limits=(0, 1.05), says=says,
    )  # fmt: skip


def _proxy_a_distance(run: Run) -> dict[str, Any] | None:
    says = (
        "By a linear classifier fitted to the features anew: 2 where it always tells the domains "
        "apart, 0 where it can only guess."
    )
    return metric_chart(
        run, "a-distance", "Proxy A-distance", {"proxy_a_distance": ("features", BLUE)},
        levels={}, limits=(0, 2.1), says=says,
    )  # fmt: skip


def _map_of_classes(
    run: Run,
    name: str,
    title: str,
    shares_of: Mapping[int, np.ndarray],
    says: str,
    brightest: float | None = None,
) -> dict[str, Any]:
    """Return how shares of each class change, by the iterations of `shares_of`."""
    classes = len(list(shares_of.values())[-1])  # the evaluation may have been changed on the way
    kept = [iteration for iteration, shares in shares_of.items() if len(shares) == classes]
    kept = kept[::-1][:: -(-len(kept) // MOST_MAPPED)][::-1]
    names = run.evaluations[-1].get("classes") or [str(n) for n in range(classes)]
    shares = np.array([shares_of[iteration] for iteration in kept]).T
    return {
        "title": title,
        "svg": heat_map(name, title, shares, names, kept, brightest),
        "says": says,
        "wide": True,
    }


def _precision(run: Run) -> dict[str, Any] | None:
    names = {"precision": ("precision", BLUE), "recall": ("recall", AMBER)}
    says = (
        "Shares: samples that look real; real images that the generator reaches. Higher is better; "
        "perfect samples get less than 1 in both, how much less depends on the data."
    )
    title = "Precision and recall"
    return metric_chart(run, "precision", title, names, limits=(0, 1.05), says=says)


def _density(run: Run) -> dict[str, Any] | None:
    names = {"density": ("density", BLUE), "coverage": ("coverage", AMBER)}
    says = (
        "Higher is better, up to what perfect samples get. A density above it means samples that "
        "crowd where real images are dense."
    )
    levels = of_perfect_samples(run, {"density": BLUE, "coverage": AMBER})
    return metric_chart(
        run, "density", "Density and coverage", names, levels=levels, limits=(0, None), says=says
    )


def _ndb(run: Run) -> dict[str, Any] | None:
    names = {"ndb": ("in features", BLUE), "ndb_pixels": ("in pixels", AMBER)}
    says = "Lower is better, down to what perfect samples get: the test finds that many by chance."
    title = "Bins with a wrong share (NDB)"
    levels = of_perfect_samples(run, {"ndb": None})
    return metric_chart(
        run, "ndb", title, names, levels=levels, limits=(0, None), says=says, unit="bins"
    )


def _duplicates(run: Run) -> dict[str, Any] | None:
    says = (
        "Share of samples with another one nearer than 99% of real images have. Perfect samples "
        "get 0.01: more are repetitions; less is no better, only more spread out than real images."
    )
    names = {"duplicates": ("duplicates", BLUE)}
    levels = of_perfect_samples(run, {"duplicates": None})
    return metric_chart(
        run, "duplicates", "Duplicates", names, levels=levels, limits=(0, None), says=says
    )


def _bins(run: Run) -> dict[str, Any] | None:
    record = next((record for record in reversed(run.evaluations) if record.get("bins")), None)
    if record is None:
        return None
    bins = record["bins"]
    title = f"Bins of features at iteration {record['iteration']:,}"
    null = run.perfect("ndb")
    chance = "" if null is None else f"; of perfect samples {number(null)} would, by chance"
    return {
        "title": title,
        "svg": bin_chart("bins", title, bins["real"], bins["generated"], bins["different"]),
        "says": "Clusters of the real images, and how many images fall into each. "
        f"{sum(bins['different'])} of {len(bins['different'])} shares differ{chance}. Missing bars "
        "on the left are kinds of images that the generator does not make.",
        "wide": True,
    }
