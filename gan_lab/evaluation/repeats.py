"""Several evaluations of one generator, each of other images on both sides: mean and spread."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

SHARED = 0.2  # of the images in each draw, from which on draws have many in common


def limits_of_spread(*, real: tuple[int, int], fake: tuple[int, int] | None) -> list[str]:
    """Return in sentences what chance the spread over several draws leaves out.

    Args:
        real: how many real images each draw takes, of how many.
        fake: the same of the images that are scored; None where a generator makes others.
    """
    sides = {"real": real, **({"scored": fake} if fake else {})}
    fixed = [side for side, (taken, known) in sides.items() if taken >= known]
    if len(fixed) == 2:
        return [
            f"Each draw has all {fake[1]:,} images and all {real[1]:,} real ones, so the spread is "
            "only that of metrics which choose a part of them. A smaller evaluation.n_fake or "
            "evaluation.n_real draws other ones each time."
        ]
    if fixed == ["scored"]:
        return [
            f"All {fake[1]:,} images are scored each time, so the spread is that of the real side "
            f"alone. A smaller evaluation.n_fake draws other ones of them each time.",
            *_overlap("real", real),
        ]
    if fixed == ["real"]:
        return [
            f"All {real[1]:,} real images are compared each time, so the spread is that of the "
            f"other side alone. A smaller evaluation.n_real draws other ones of them each time.",
            *(_overlap("scored", fake) if fake else []),
        ]
    return [said for side, counts in sides.items() for said in _overlap(side, counts)]


def _overlap(side: str, counts: tuple[int, int]) -> list[str]:
    taken, known = counts
    if taken <= SHARED * known:
        return []
    return [
        f"Each draw takes {taken:,} of the {known:,} {side} images, so draws have many in common, "
        "and the spread is less than that of images which are all new."
    ]


def summarised(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the records of all draws, at least one, as one.

    A single record stays as it is. Of several, `metrics` holds the means, `std` the standard
    deviations of one draw (divided by the number of draws less one) and `repeats` the numbers of
    each, with the hash of its real images; classes, histogram and bins are those of the first. A
    number that is not finite in one draw has neither mean nor spread.

    Args:
        records: as `gan_lab.callbacks.evaluation.record_of` returns them.
    """
    first = dict(records[0])
    if len(records) == 1:
        return first
    columns = {
        name: [record["metrics"].get(name) for record in records] for name in first["metrics"]
    }
    known = {name: values for name, values in columns.items() if None not in values}
    return first | {
        "metrics": {
            name: statistics.fmean(known[name]) if name in known else None for name in columns
        },
        "std": {name: statistics.stdev(known[name]) if name in known else None for name in columns},
        "repeats": [
            {
                "metrics": dict(record["metrics"]),
                "real_images_sha256": record["protocol"]["real_images_sha256"],
            }
            for record in records
        ],
        "protocol": {**first["protocol"], "repeats": len(records)},
    }
