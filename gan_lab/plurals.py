"""How many there are of a thing, in words."""


def counted(n: int, one: str, several: str | None = None) -> str:
    """Return how many there are, as in `1 run`, `2,000 runs`; `several` where no `s` makes it."""
    return f"{n:,} {one if n == 1 else several or f'{one}s'}"
