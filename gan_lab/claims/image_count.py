"""How many images there can be: levels to the power of the numbers that an image is made of."""

import math

from gan_lab.claims.outcome import Outcome
from gan_lab.figures.curves import Curve, Panel

SIDES = range(1, 201)
ATOMS = 80  # log10 of the number of atoms in the observable universe, roughly


def count(width: int, height: int, channels: int, levels: int) -> int:
    """Return the number of distinct images, exactly."""
    return levels ** (width * height * channels)


def mantissa(number: int, exponent: int) -> float:
    """Return `number` / 10^`exponent`, cut after 8 decimals, by integer arithmetic alone."""
    return number // 10 ** (exponent - 8) / 10**8


def check(levels: int = 256) -> Outcome:
    """Count the gray images of 200 x 200 pixels exactly, and again by logarithms."""
    exact = count(200, 200, 1, levels)
    exponent, fraction = divmod(40_000 * math.log10(levels), 1)
    leading = mantissa(exact, int(exponent))
    return Outcome(
        "There are 256^40000 = 3.97e96329 gray images of 200 x 200 pixels.",
        holds=(
            exponent == 96329 and round(leading, 2) == 3.97 and abs(10**fraction - leading) < 1e-6
        ),
        numbers={
            "exponent of ten": exponent,
            "leading digits by integers": leading,
            "leading digits by logarithms": 10**fraction,
            "exponent of ten with 255 levels": 40_000 * math.log10(255) // 1,
            "colours of one pixel, 256^3": count(1, 1, 3, levels),
        },
        panels=[
            Panel(
                "Distinct square images",
                "side in pixels",
                "log10 of their number",
                [
                    Curve(
                        name,
                        SIDES,
                        [side**2 * channels * math.log10(levels) for side in SIDES],
                    )
                    for name, channels in (("gray", 1), ("colour", 3))
                ],
                levels={"atoms in the observable universe": ATOMS},
                scale="log",
            )
        ],
    )
