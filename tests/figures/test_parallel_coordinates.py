"""Choices of runs and what came of them."""

from gan_lab.figures.parallel_coordinates import parallel_coordinates
from tests.figures.svg_parts import path_of, places, texts


def test_parallel_coordinates_lead_from_words_and_numbers_to_the_outcome():
    values = [["lsgan", 1.0, 30.0], ["minimax", 3.0, 10.0], ["lsgan", 2.0, None]]

    svg = parallel_coordinates("p", "t", ["loss", "seed", "fid"], values, [0, 1, 0])

    first, second = path_of(svg, "0"), path_of(svg, "1")
    assert {"loss", "seed", "fid", "lsgan", "minimax", "1", "3", "10", "30"} <= set(texts(svg))
    assert first[1, 1] > second[1, 1]  # 1 is below 3
    assert first[2, 1] < second[2, 1]  # 30 is above 10
    assert len(path_of(svg, "2")) == 2  # what is missing is not drawn


def test_long_keys_and_values_have_room_between_the_axes():
    values = [[f"/a/very/long/path/to/some/pictures/{n}", n, 1.0 * n] for n in range(30)]
    names = ["data.dir", "optimizer.generator.weight_decay_of_all_layers", "best fid"]

    svg = parallel_coordinates("p", "t", names, values, [0] * 30)

    found, _ = places(svg)
    assert len([text for text in found if text.startswith("/a/very")]) <= 15
    assert max(map(len, found)) <= 50
    assert "var(--card)" in svg  # words have a ground of their own
