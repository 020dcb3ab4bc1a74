"""What a network that grows makes at the end of each of its levels."""

from gan_lab.pages.page import number
from gan_lab.pages.pictures import data_uri
from gan_lab.runs.reading import Run

RESOLUTION = "schedule/growth.resolution"


def levels(run: Run) -> list[dict[str, str]]:
    """Return the last picture of samples of each level, from the smallest on.

    Args:
        run: any; one of networks that do not grow has no levels.

    Returns:
        Of each picture `uri` and what it `says`.
    """
    iterations, resolutions = run.series(RESOLUTION)
    last = {}
    for iteration, path in sorted(run.samples.items()):
        known = [side for at, side in zip(iterations, resolutions, strict=True) if at <= iteration]
        if known:
            last[known[-1]] = (iteration, data_uri(path))
    return [
        {"uri": uri, "says": f"{number(side)} pixels, iteration {number(iteration)}"}
        for side, (iteration, uri) in sorted(last.items())
        if uri
    ]
