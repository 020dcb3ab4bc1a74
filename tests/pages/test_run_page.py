"""report.html: what a reader finds there, and what an unusual run does to it."""

import json
import re

import pytest
import yaml

from gan_lab.pages.run_page import run_page
from gan_lab.runs.reading import read_run
from tests.pages.made import make_run


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    words = ["loss=minimax", "name=two words"]
    return run_page(read_run(make_run(tmp_path_factory.mktemp("a") / "run", overrides=words)))


def text_of(page):
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_the_head_tells_how_to_repeat_it_and_what_it_ran_on(page):
    text = text_of(page)

    assert "python -m gan_lab loss=minimax &#39;name=two words&#39;" in text
    for fact in ("iterations 500", "images seen 32,000", "time in training 1 min 15 s", "seed 0",
                 "hardware a CPU", "precision 32-true"):  # fmt: skip
        assert fact in text


def test_the_key_numbers_have_last_and_best_and_units(page):
    text = text_of(page)

    assert "fd_mnist_cnn 3 best 3 at iteration 500" in text
    assert "covered classes 9 of 10" in text
    assert "robustly covered classes 7 of 10" in text
    assert "D(x) 0.6 at the optimum 0.5" in text
    assert "speed 1,000 images/s" in text
    assert "Collapse at iteration 200: coverage fell to 0.1 from 0.9" in text


def test_the_configuration_stands_as_it_is_typed(tmp_path):
    run = make_run(tmp_path / "run")
    config = {"resume": None, "trainer": {"deterministic": True}, "data": {"classes": [3, None]}}
    (run / ".hydra" / "config.yaml").write_text(yaml.safe_dump(config))

    text = text_of(run_page(read_run(run)))

    for shown in ("resume null", "trainer. deterministic true", "data. classes [3, null]"):
        assert shown in text


@pytest.mark.parametrize(
    "chart",
    ["losses", "answers", "watched-0", "gradients", "frechet", "kernel", "modes", "histogram",
     "precision", "density", "ndb", "duplicates", "bins"],
)  # fmt: skip
def test_every_chart_is_there(page, chart):
    assert f'id="{chart}-title"' in page


def test_optima_and_collapses_are_marked(page):
    def chart(name):
        return re.search(rf'<svg[^>]*"{name}-title".*?</svg>', page, re.DOTALL)[0]

    assert "optimum 1.39" in chart("losses")
    assert "optimum 0.693" in chart("losses")
    assert "optimum 0.5" in chart("answers")
    assert "optimum -1.39" in chart("watched-0")
    assert "var(--series-1)" in chart("modes")  # only the mark is red there


def test_every_section_is_linked(page):
    links = set(re.findall(r'<a href="#([\w-]+)"', page))

    assert links == set(re.findall(r'<h2 id="([\w-]+)"', page))
    assert len(links) == 11


def test_a_run_that_was_killed_says_how_far_it_came_and_does_not_reload(tmp_path):
    root = make_run(tmp_path / "run", status=None)
    (root / ".hydra" / "config.yaml").write_text("iterations: 5000")

    page = run_page(read_run(root))

    assert "killed at 500 of 5,000 iterations" in page
    assert "data-live" not in page.split("<script>")[0]


def test_a_run_that_goes_on_from_another_one_says_from_which(tmp_path):
    root = make_run(tmp_path / "run")
    config = root / ".hydra" / "config.yaml"

    config.write_text("ckpt: /other/checkpoints/last.ckpt")
    assert "continues /other/checkpoints/last.ckpt" in text_of(run_page(read_run(root)))

    config.write_text(f"ckpt: {root}/checkpoints/last.ckpt")
    assert "continues" not in text_of(run_page(read_run(root)))


def test_pictures_that_cannot_be_read_are_left_out(tmp_path):
    root = make_run(tmp_path / "run", samples=2)
    (root / "samples" / "00000250.png").write_bytes(b"")
    (root / "evaluation" / "00000500.png").write_bytes(b"\x89PNG")

    page = run_page(read_run(root))

    assert re.findall(r'alt="iteration ([\d,]+)"', page) == ["500"]
    assert "Nearest neighbours" not in page
    assert 'src=""' not in page


def test_translations_are_called_so_and_shown_among_the_key_numbers(tmp_path):
    root = make_run(tmp_path / "run", samples=2, status=None)
    start = json.loads((root / "start.json").read_text())
    start["evaluation"]["form"] = "unpaired"
    (root / "start.json").write_text(json.dumps(start))
    rows = (root / "metrics.csv").read_text().splitlines()
    rows = [f"{rows[0]},a_to_b/cycle_error", *(f"{row},0.125" for row in rows[1:])]
    (root / "metrics.csv").write_text("\n".join(rows) + "\n")

    page = run_page(read_run(root))

    assert "Translations" in re.findall(r'<h2 id="[\w-]+">([^<]+)', page)
    assert "Nearest neighbours" not in page
    assert "The same originals in every picture" in page
    assert "a_to_b/cycle_error 0.125" in text_of(page)


def test_real_images_stand_beside_the_samples(page, tmp_path):
    root = make_run(tmp_path / "run", samples=1)
    (root / "samples" / "00000500.png").rename(root / "samples" / "real.png")
    make_run(tmp_path / "other", samples=1)
    (tmp_path / "other" / "samples" / "00000500.png").rename(root / "samples" / "00000500.png")

    beside = run_page(read_run(root))

    assert 'alt="real images"' in beside
    assert "<h3>Generated</h3>" in beside
    assert 'alt="real images"' not in page


def test_a_picture_of_real_images_that_is_none_is_told(tmp_path):
    root = make_run(tmp_path / "run")
    (root / "samples" / "real.png").symlink_to(tmp_path)

    run = read_run(root)

    assert run.real is None
    assert "samples/real.png is a link, not a file" in run.damage


def test_every_number_leads_to_what_it_is(page):
    links = set(re.findall(r'href="#(means-\d+)"', page))

    assert links == set(re.findall(r'id="(means-\d+)"', page))
    linked = re.findall(r'<a class="defined" href="#(means-\d+)">\s*([^<]*)</a>', page)
    (place,) = {place for place, name in linked if name.strip() == "recall"}
    assert "Share of real images that lie among samples" in page.split(f'id="{place}"')[1][:300]
    assert "covered classes" in {name for _, name in linked}
    assert "a perfect model gets" in page


def test_an_empty_directory_has_a_page_too(tmp_path):
    page = run_page(read_run(tmp_path))

    assert "<h1>" in page
    assert "<h2" not in page


def test_a_run_without_evaluations_shows_training_alone(tmp_path):
    root = make_run(tmp_path / "run", status=None)
    (root / "start.json").unlink()
    rows = (root / "metrics.csv").read_text().splitlines()
    (root / "metrics.csv").write_text("\n".join(",".join(r.split(",")[:12]) for r in rows) + "\n")
    for path in (root / "evaluation").iterdir():
        path.unlink()

    page = run_page(read_run(root))

    assert re.findall(r'<svg[^>]*"([\w-]+)-title"', page) == [
        "losses", "answers", "watched-0", "gradients",
    ]  # fmt: skip
    assert "optimum 0" not in text_of(page)


def repeated(root, **changes):
    record = {
        "iteration": 500,
        "metrics": {"fd_mnist_cnn": 3.0123, "modes/kl_data": None, "fd_mnist_cnn_bias": 0.1},
        "std": {"fd_mnist_cnn": 0.0251, "modes/kl_data": None},
        "repeats": [{"metrics": {}}] * 5, "perfect": {"fd_mnist_cnn": "fd_mnist_cnn_bias"},
        "protocol": {"repeats": 5},
    }  # fmt: skip
    (root / "repeats.json").write_text(json.dumps(record | changes))


def test_a_repeated_evaluation_is_shown_with_its_spread(tmp_path):
    root = make_run(tmp_path / "run")
    assert "Repeated evaluation" not in run_page(read_run(root))

    repeated(root)

    page = run_page(read_run(root))
    assert "3.012 ± 0.025" in page
    (row,) = re.findall(r"fd_mnist_cnn</a>\s*</th>(?:(?!</tr>).)*±.*?</tr>", page)
    assert '<td class="number">0.1</td>' in row  # what perfect samples get
    assert "Iteration 500: mean ± standard deviation of one draw" in page


@pytest.mark.parametrize("changes", [{"std": [1]}, {"metrics": {"fid": "x"}}, {"iteration": -1}])
def test_a_damaged_one_is_told_and_not_shown(tmp_path, changes):
    root = make_run(tmp_path / "run")
    repeated(root, **changes)

    run = read_run(root)

    assert "repeats.json" in run.damage
    assert "Repeated evaluation" not in run_page(run)
