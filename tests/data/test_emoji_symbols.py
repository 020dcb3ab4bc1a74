"""Emoji that are the same thing are known by their code points, and stay on one side."""

from itertools import combinations, pairwise

import pytest

from gan_lab.data.emoji_symbols import TEST_EVERY, Symbol, family_of, held_out_families


@pytest.mark.parametrize(
    "names",
    [
        # A runner: a skin tone, a woman, a man facing right.
        ["1f3c3", "1f3c3-1f3fb", "1f3c3-200d-2640-fe0f", "1f3c3-200d-2642-fe0f-200d-27a1-fe0f"],
        # Farmers of either sex and of none.
        ["1f468-200d-1f33e", "1f469-200d-1f33e", "1f9d1-200d-1f33e"],
        # Families of any number of children, and couples by their own sign.
        ["1f468-200d-1f469-200d-1f467-200d-1f466", "1f9d1-200d-1f9d2", "1f46a"],
        ["1f469-200d-2764-fe0f-200d-1f468", "1f491"],
        # A man, a woman, with grey hair, with a beard.
        ["1f468", "1f469", "1f468-200d-1f9b3", "1f9d4-200d-2642-fe0f"],
        ["1f550", "1f567"],  # one and half past twelve
        ["1f1eb-1f1f7", "1f1e8-1f1f5"],  # France and Clipperton
        ["26c4", "2603-fe0f"],  # snowmen
    ],
)
def test_tones_genders_and_lookalikes_are_of_one_family(names):
    assert len({family_of(name) for name in names}) == 1


def test_other_things_are_of_other_families():
    names = [
        "1f3c3", "1f3c4", "1f468", "1f466", "1f474", "1f468-200d-1f33e", "1f468-200d-1f373",
        "1f491", "1f48f", "1f46b", "1f46a", "1f550", "1f56f-fe0f", "1f1eb-1f1f7", "1f1ee-1f1f9",
        "1f600", "1f3fb",
    ]  # fmt: skip
    for one, other in combinations(names, 2):
        assert family_of(one) != family_of(other)


def test_the_test_families_are_always_the_same_and_take_their_share_of_each_size():
    sizes = {f"large{number}": 18 for number in range(30)}
    sizes |= {f"small{number}": 1 for number in range(600)}
    symbols = [Symbol(name, name, 0, 0) for name, count in sizes.items() for _ in range(count)]

    chosen = held_out_families(symbols)

    assert chosen == held_out_families(symbols[::-1])
    assert sum(sizes[name] == 18 for name in chosen) == 30 // TEST_EVERY
    assert sum(sizes[name] == 1 for name in chosen) == 600 // TEST_EVERY
    # Drawn, not counted off: neighbours in the list may both be chosen.
    numbers = sorted(int(name[5:]) for name in chosen if name.startswith("small"))
    assert {b - a for a, b in pairwise(numbers)} > {1, 2}
