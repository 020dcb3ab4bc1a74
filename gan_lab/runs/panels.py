"""In which panel of a dashboard each column of metrics.csv is shown: `game/`, `modes/`, ..."""

import re

# By the columns that belong there, in front of which a view may stand, as in `a_to_b/fid`.
VIEW = "[^/]*to_[^/]*"
PANELS = {
    "game": r"(loss|mutual_information)/.*|value|d_(real|fake|difference)\b.*",
    "training": r"(lr|schedule|augment|gradient_norm)/.*|images_(per_second|seen)|seconds|elbo|"
    r"domain_accuracy",
    "modes": r"modes/.*|(recall|coverage|ndb).*|collapses|rollbacks",
    "fidelity": r"(fid|fd_|kid_|swd|precision|density|inception_score|duplicates|outside_range).*",
    "pictures": "samples|real|traversals|codes",
}
OTHERS = "scores"


def in_panel(column: str, *, is_game: bool = True) -> str:
    """Return the column's name with its panel in front, as in `fidelity/fid`.

    Args:
        column: of metrics.csv, or the name of a picture or a histogram.
        is_game: whether several players train; the losses of a single one are `training/`.
    """
    fits = (name for name, known in PANELS.items() if re.fullmatch(f"({VIEW}/)?({known})", column))
    found = next(fits, OTHERS)
    if found == "game" and not is_game:
        found = "training"
    return f"{found}/{column.removeprefix(f'{found}/')}"
