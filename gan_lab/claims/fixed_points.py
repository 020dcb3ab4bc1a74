"""When repeating a step comes to rest: fixed points x = f(x), and descent as one of them.

Near a fixed point an error is multiplied by f' at every step, so it shrinks where |f'| < 1.
Gradient descent repeats f(x) = x - rate C'(x), whose f' is 1 - rate C'': it comes to rest at a
minimum if the rate is below 2 / C'', and not above, however near the start is.
"""

import math
from collections.abc import Callable

from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel

STEPS = 60
CURVATURE = 2.0  # C'' at the minimum of `slope`
Step = Callable[[float], float]


def slope(x: float) -> float:
    """Return C' of C(x) = x^2 + x^4 / 4, whose minimum is at 0."""
    return 2 * x + x**3


def repeat(step: Step, start: float, steps: int = STEPS) -> list[float]:
    """Return the start and what follows, until it is beyond 1e6."""
    path = [start]
    while len(path) <= steps and abs(path[-1]) < 1e6:
        path.append(step(path[-1]))
    return path


def rate_of_errors(path: list[float], rest: float) -> float:
    """Return by how much the error is multiplied at a step, as long as rounding does not count."""
    errors = [abs(x - rest) for x in path]
    last = max(at for at, error in enumerate(errors) if error > 1e-9)
    early = max(last - 5, 0)
    return (errors[last] / errors[early]) ** (1 / (last - early))


def check(curvature: float = CURVATURE) -> Outcome:
    """Repeat cos, and descend with rates on both sides of 2 / C''.

    Args:
        curvature: what C'' is said to be at the minimum.
    """
    cosine = repeat(math.cos, 1.0, 200)
    rest = cosine[-1]
    found = {"cos x": rate_of_errors(cosine, rest)}
    told = {"cos x": abs(math.sin(rest))}
    curves = [Curve("x, cos x, cos cos x, ...", range(31), [abs(x - rest) for x in cosine[:31]])]
    for share in (0.1, 0.4, 0.8, 0.95, 1.05):
        rate = share * 2 / CURVATURE
        path = repeat(lambda x, rate=rate: x - rate * slope(x), 0.001)
        name = f"descent, rate {share:g} of 2 / C''"
        # Where errors grow they are no longer small soon, so the first steps count.
        small = path if share < 1 else path[:10]
        found[name], told[name] = rate_of_errors(small, 0.0), abs(1 - rate * curvature)
        curves.append(Curve(name, range(31), [max(abs(x), 1e-17) for x in path[:31]]))
    worst = max(abs(found[name] - told[name]) for name in found)
    # x = ln x has no solution: ln x - x is at most -1.
    nowhere = max(math.log(x / 1000) - x / 1000 for x in range(1, 10_000))
    return Outcome(
        "Repeated steps come to rest where |f'| < 1; gradient descent does if its rate is below "
        "2 / C''.",
        holds=worst < 1e-3 and abs(math.cos(rest) - rest) < 1e-12 and nowhere < -0.999,
        numbers={"fixed point of cos": rest}
        | {f"{name}: error multiplied by": factor for name, factor in found.items()}
        | {f"{name}: |f'|": factor for name, factor in told.items()}
        | {"largest ln x - x, so that x = ln x has no solution": nowhere},
        panels=[Panel("Distance from the fixed point", "step", "error", curves, scale="log")],
    )
