"""report.html of a run: everything that its directory tells, on one page."""

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from gan_lab.dotted_keys import leaves
from gan_lab.durable import replacing
from gan_lab.pages.levels import levels
from gan_lab.pages.page import duration, number, render
from gan_lab.pages.pictures import data_uri, evenly
from gan_lab.pages.run_charts import charts_of
from gan_lab.pages.sounds import notes_in
from gan_lab.runs.column_meanings import meanings
from gan_lab.runs.column_names import called
from gan_lab.runs.directory import RunDirectory
from gan_lab.runs.perfect_values import perfect, who_gets
from gan_lab.runs.reading import Run, read_run

# What a reader looks for first, beside the metric that the best checkpoint is chosen by.
KEY_METRICS = (
    "modes/covered", "modes/covered_robust", "precision", "recall", "coverage", "ndb",
    "agreement", "test_error", "code_error", "cluster_error", "source_error", "target_error",
    "domain_accuracy_held_out", "proxy_a_distance", "r_precision", "digit_agreement", "mask_iou",
    "patch_error", "class_kept",
)  # fmt: skip
# The same of each direction of a translation.
OF_TRANSLATIONS = (
    "agreement", "strength", "cycle_error", "cycle_overlap", "content_kept", "l1", "ssim",
    "retrieval", "coverage",
)  # fmt: skip
CHOICES = ("algorithm", "model", "loss", "data")
# What the picture beside the scores shows, by the form of what is scored: its heading, and a
# sentence.
PICTURES = {
    "images": (
        "Nearest neighbours",
        "First row: generated images. Below each: the real training images whose pixels are "
        "nearest to it, the nearest first. A generator that copies would have its own images in "
        "the second row.",
    ),
    "points": (
        "All points",
        "Every generated point; a circle is three standard deviations of a mode.",
    ),
    "unpaired": (
        "Translations",
        "For each direction a row of originals, one of their translations, and one of what becomes "
        "of these on the way back.",
    ),
    "puzzles": (
        "Assembled images",
        "A row for each original: its patches, where the model puts them, and the image that it "
        "makes of them, beside the truth.",
    ),
    "domains": (
        "Translations",
        "A row for each original, and a column for each domain that it is translated to, its own "
        "among them.",
    ),
}
# What the pictures through training have in common.
SAMPLES = dict.fromkeys(
    ("unpaired", "domains"), "The same originals in every picture: rows as in the last one below."
) | {"puzzles": "The same patches in every picture."}
SAME_LATENTS = "The same latents in every picture."


def write_run_page(directory: RunDirectory, out: Path | None = None) -> None:
    """Write the page of what lies in a run directory to `out`; None: as its report.html."""
    page = run_page(read_run(directory.root))
    with replacing(out or directory.report) as file:
        file.write(page.encode())


def run_page(run: Run) -> str:
    """Return the page of a run."""
    chosen = evenly(run.samples)
    uris = {iteration: data_uri(path) for iteration, path in chosen.items()}
    slides = [{"iteration": iteration, "uri": uri} for iteration, uri in uris.items() if uri]
    unreadable = [
        f"samples/{path.name} is no picture"
        for iteration, path in chosen.items()
        if not uris[iteration]
    ]
    charts = {
        section: [{**chart, "svg": Markup(chart["svg"])} for chart in charts]  # noqa: S704
        for section, charts in charts_of(run).items()
    }
    cards = list(_cards(run))
    grown = levels(run)
    neighbours = _neighbours(run)
    traversals, codes, features = map(_newest, (run.traversals, run.codes, run.features))
    protocol = leaves(run.about.get("evaluation") or {})
    explained = meanings(run.metrics)
    sections = [
        *(["Key numbers"] if cards else []),
        *(["Samples"] if slides else []),
        *(["Levels"] if grown else []),
        *(["Traversals"] if traversals else []),
        *(["Codes"] if codes else []),
        *(["Features"] if features else []),
        *charts,
        *([neighbours["heading"]] if neighbours else []),
        *(["All numbers"] if run.metrics else []),
        *(["Repeated evaluation"] if run.repeats else []),
        *(["What the numbers are"] if explained else []),
        *(["Evaluation protocol"] if protocol else []),
        *(["Configuration"] if run.config else []),
    ]
    return render(
        "run.html.j2",
        run=run,
        live=run.status == "running",
        name=f"{run.root.parent.name}/{run.root.name}",
        status=_status(run),
        problems=[*run.problems, *unreadable],
        subtitle=", ".join(dict.fromkeys(filter(None, map(run.choice, CHOICES)))),
        command=shlex.join(["python", "-m", "gan_lab", *map(str, run.overrides)]),
        facts=_facts(run),
        sections=sections,
        cards=cards,
        slides=slides,
        sound=_sound(run),
        samples_say=SAMPLES.get(_kind(run), SAME_LATENTS),
        charts=charts,
        levels=grown,
        neighbours=neighbours,
        traversals=traversals,
        codes=codes,
        features=features,
        protocol=protocol,
        config=leaves(run.config),
        of_perfect=_of_perfect(run),
        real=data_uri(run.real) if run.real else "",
        explained=explained,
        places={name: n for n, names in enumerate(explained.values()) for name in names},
    )


def _of_perfect(run: Run) -> dict[str, float | None]:
    """Return what perfect samples get of each metric of a repeated evaluation."""
    means = run.repeats.get("metrics", {})
    return {name: perfect(name, run.repeats["perfect"], means) for name in means}


def _status(run: Run) -> str:
    if run.status != "finished" and run.planned:
        return f"{run.status} at {run.iterations:,} of {run.planned:,} iterations"
    return run.status


def _facts(run: Run) -> dict[str, str]:
    machine = run.about.get("hardware", {})
    facts = {
        "iterations": number(run.iterations),
        "images seen": number(run.rows[-1].get("images_seen") if run.rows else None),
        "time in training": duration(run.seconds),
        "seed": number(run.seed),
    }
    if machine:
        several = f"{machine['processes']} x " if machine["processes"] > 1 else ""
        facts["hardware"] = f"{several}{machine['name']}"
        facts["precision"] = machine["precision"]
    versions = run.about.get("versions", {})
    facts["versions"] = ", ".join(f"{name} {version}" for name, version in versions.items())
    facts["directory"] = str(run.root)
    origin = run.config.get("ckpt")
    if isinstance(origin, str) and not Path(origin).absolute().is_relative_to(run.root):
        facts["continues"] = origin
    return {fact: value for fact, value in facts.items() if value}


def _cards(run: Run) -> Iterator[dict[str, Any]]:
    reference = run.about.get("reference", {})
    of_views = [name for name in run.metrics if name.partition("/")[2] in OF_TRANSLATIONS]
    names = [run.monitor, *KEY_METRICS, *of_views, *run.watched, "images_per_second"]
    for name in dict.fromkeys(names):
        if name not in run.metrics:
            continue
        known, unit = run.metrics[name], run.unit(name)
        of_all = name in ("modes/covered", "modes/covered_robust")
        if of_all:
            unit = f"of {number(run.metrics.get('modes/total', {}).get('last'))}"
        if name in reference:
            says = f"at the optimum {number(reference[name])}"
        elif known["best"] is None:
            says = ""
        else:
            says = f"best {number(known['best'])} at iteration {number(known['best_iteration'])}"
        goal = None if of_all else run.perfect(name)
        yield {
            "name": called(name),
            "metric": name,
            "value": known["last"],
            "unit": unit,
            "says": says,
            "perfect": goal,
            "who": who_gets(name),
        }


def _sound(run: Run) -> dict[str, Any] | None:
    """Return the newest samples that can be listened to."""
    iteration = max(run.sounds, default=0)
    notes = notes_in(run.sounds[iteration]) if run.sounds else ""
    return {"iteration": iteration, "notes": notes} if notes else None


def _newest(pictures: Mapping[int, Path]) -> dict[str, Any] | None:
    """Return the last of some pictures."""
    iteration = max(pictures, default=0)
    uri = data_uri(pictures[iteration]) if pictures else ""
    return {"iteration": iteration, "uri": uri} if uri else None


def _kind(run: Run) -> str:
    """Return what its pictures are of."""
    return "puzzles" if "mask_iou" in run.metrics else run.form


def _neighbours(run: Run) -> dict[str, Any] | None:
    iteration = max(run.pictures, default=0)
    uri = data_uri(run.pictures[iteration]) if run.pictures else ""
    if not uri:
        return None
    heading, says = PICTURES.get(_kind(run), PICTURES["images"])
    return {
        "iteration": iteration,
        "uri": uri,
        "heading": heading,
        "says": says,
    }
