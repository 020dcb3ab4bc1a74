"""Which emoji there are, which of them are the same thing, and which are kept for testing.

All of it is read off emoji.json, which is the same in the packages of all vendors: so symbol i is
the same one whichever vendors' drawings are at hand.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from gan_lab import seeding

VENDORS = ("google", "twitter", "apple", "facebook")
# Of the families of one size, one in so many is for testing.
TEST_EVERY = 6

# Code points that change a person and not what the person does: joiners, skin tones, signs for
# women and men, the arrow for facing right, hair.
SIGNS = {
    "fe0f", "200d", "1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff", "2640", "2642", "27a1",
    "1f9b0", "1f9b1", "1f9b2", "1f9b3",
}  # fmt: skip
# Woman, adult, blond and bearded are drawn as the man is; girl and child as the boy; and so on.
PEOPLE = {
    "1f469": "1f468", "1f9d1": "1f468", "1f471": "1f468", "1f9d4": "1f468",
    "1f467": "1f466", "1f9d2": "1f466", "1f475": "1f474", "1f9d3": "1f474",
    "1f478": "1f934", "1fac5": "1f934", "1f936": "1f385", "1f57a": "1f483",
    "1fac3": "1f930", "1fac4": "1f930", "1f64e": "1f64d",
}  # fmt: skip
# What at least one vendor draws the same way or nearly so, to the first: found by comparing all
# pictures.
ALIKE = {
    "1f46a": "1f468-1f466",  # family
    "1f46b": "1f468-1f91d", "1f46c": "1f468-1f91d", "1f46d": "1f468-1f91d",  # holding hands
    "1f491": "1f468-2764", "1f48f": "1f468-2764-1f48b",  # couple with heart, kiss
    "1f468-1f384": "1f385",  # Father Christmas, whose sign is a tree
    "1f1e6-1f1e8": "1f1f8-1f1ed", "1f1f9-1f1e6": "1f1f8-1f1ed",  # flags: AC, TA: SH
    "1f1ed-1f1f2": "1f1e6-1f1fa", "1f1e7-1f1f6": "1f1f3-1f1f1",  # HM: AU; BQ: NL
    "1f1e7-1f1fb": "1f1f3-1f1f4", "1f1f8-1f1ef": "1f1f3-1f1f4",  # BV, SJ: NO
    "1f1e8-1f1f5": "1f1eb-1f1f7", "1f1f2-1f1eb": "1f1eb-1f1f7",  # CP, MF: FR
    "1f1e9-1f1ec": "1f1ee-1f1f4", "1f1ea-1f1e6": "1f1ea-1f1f8",  # DG: IO; EA: ES
    "1f1fa-1f1f2": "1f1fa-1f1f8", "1f1f9-1f1e9": "1f1f7-1f1f4",  # UM: US; TD: RO
    "1f1f2-1f1e8": "1f1ee-1f1e9",  # MC: ID
    "1f509": "1f508", "1f50a": "1f508",  # loudspeakers
    "26c4": "2603", "2721": "1f52f",  # snowmen, six-pointed stars
}  # fmt: skip
CLOCKS = range(0x1F550, 0x1F568)  # 24 times of the same clock
# What Unicode calls the skin tones.
TONES = {
    "1f3fb": "light", "1f3fc": "medium light", "1f3fd": "medium", "1f3fe": "medium dark",
    "1f3ff": "dark",
}  # fmt: skip


@dataclass(frozen=True)
class Symbol:
    """A symbol that all vendors draw.

    Attributes:
        name: its code points, such as 1f3c3-1f3fb-200d-2640-fe0f.
        family: a name that all its skin tones, genders and lookalikes share.
        column: of its picture among those on a sheet, from 0.
        row: of its picture.
        caption: its name in words, such as "woman running, light skin tone".
    """

    name: str
    family: str
    column: int
    row: int
    caption: str = ""


def read_symbols(emoji_json: bytes) -> list[Symbol]:
    """Return the symbols that all of `VENDORS` draw, in the order of the file."""
    found = []
    for entry in json.loads(emoji_json):
        family = family_of(entry["image"].removesuffix(".png"))
        called = (entry.get("name") or entry.get("short_name", "")).lower()
        # Couples of two tones have other code points than the couple, and are listed below it.
        for symbol in (entry, *entry.get("skin_variations", {}).values()):
            if all(symbol[f"has_img_{vendor}"] for vendor in VENDORS):
                name = symbol["image"].removesuffix(".png")
                caption = ", ".join(filter(None, [called.replace("-", " "), tones_of(name)]))
                place = symbol["sheet_x"], symbol["sheet_y"]
                found.append(Symbol(name, family, *place, caption))
    return found


def tones_of(name: str) -> str:
    """Return the skin tones of a symbol in words, such as "light and dark skin tones"."""
    tones = list(dict.fromkeys(TONES[code] for code in name.split("-") if code in TONES))
    return f"{' and '.join(tones)} skin tone{'s' * (len(tones) > 1)}" if tones else ""


def family_of(name: str) -> str:
    """Return what is left of a symbol's name without signs of tone, gender, hair and direction."""
    codes = [PEOPLE.get(code, code) for code in name.split("-") if code not in SIGNS]
    left = "-".join(dict.fromkeys(codes))  # each once: a family has any number of children
    if left and len(codes) == 1 and int(left, 16) in CLOCKS:
        return f"{CLOCKS[0]:x}"
    return ALIKE.get(left, left)


def held_out_families(symbols: Sequence[Symbol]) -> set[str]:
    """Return the families that are kept for testing: drawn once, of every size at its share."""
    sizes: dict[str, int] = {}
    for symbol in symbols:
        sizes[symbol.family] = sizes.get(symbol.family, 0) + 1
    # From large to small, so that both sides get the same share of people and of things; the five
    # largest, an eighth of all images, are to train on.
    order = sorted(sizes, key=lambda name: (-sizes[name], seeding.key("emoji", "test", name)))
    return set(order[TEST_EVERY - 1 :: TEST_EVERY])
