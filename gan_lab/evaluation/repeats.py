"""Several evaluations of one generator, each of other images on both sides: mean and spread."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any


def summarised(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the records of all draws, at least one, as one.

    A single record stays as it is. Of several, `metrics` holds the means, `std` the standard
    deviations of one draw (divided by the number of draws less one) and `repeats` the numbers of
    each, with the hash of its real images; classes, histogram and bins are those of the first. A
    number that is not finite in one draw has neither mean nor spread.

    Args:
        records: as `record_of` returns them.
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
