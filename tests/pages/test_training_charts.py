"""How training goes, on the page of a run of any algorithm."""

import json

import pytest

from gan_lab.pages.training_charts import MOST_OF_A_KIND, training_charts
from gan_lab.runs.reading import read_run


@pytest.fixture
def charts_of(tmp_path):
    """Return the charts, by title, of a run that has logged such columns."""

    def draw(columns, about=None):
        (tmp_path / "start.json").write_text(json.dumps(about or {}))
        rows = [
            ["iteration", *columns],
            *([n, *(n + k for k in range(len(columns)))] for n in (1, 2)),
        ]
        lines = (",".join(map(str, row)) for row in rows)
        (tmp_path / "metrics.csv").write_text("\n".join(lines) + "\n")
        return {chart["title"]: chart for chart in training_charts(read_run(tmp_path))}

    return draw


def test_players_of_any_name_share_a_chart_of_losses_and_one_of_gradients(charts_of):
    charts = charts_of(["loss/encoder", "loss/critic", "gradient_norm/encoder",
                        "gradient_norm/critic", "lr/encoder", "lr/critic"])  # fmt: skip

    assert list(charts) == ["Losses", "Gradient norms", "Learning rates"]
    for chart in charts.values():
        assert ">encoder<" in chart["svg"]
        assert ">critic<" in chart["svg"]


def test_what_a_players_loss_is_made_of_has_a_chart_of_its_own(charts_of):
    charts = charts_of(["loss/critic", "loss/critic_real", "loss/critic_fake", "lr/critic"])

    assert list(charts) == ["Losses", "Parts of the loss of the critic", "Learning rates"]
    parts = charts["Parts of the loss of the critic"]["svg"]
    assert ">real<" in parts
    assert ">fake<" in parts


def test_each_further_loss_has_a_chart_of_its_own_without_a_player_too(charts_of):
    charts = charts_of(["loss/r1", "loss/reconstruction"])

    assert list(charts) == ["loss/r1", "loss/reconstruction"]


def test_what_is_watched_has_a_chart_and_what_is_not_has_none(charts_of):
    charts = charts_of(["accuracy", "entropy"], {"watched": ["accuracy", "lost"]})

    assert list(charts) == ["accuracy"]


def test_a_loss_that_is_watched_has_one_chart(charts_of):
    assert list(charts_of(["loss/codes"], {"watched": ["loss/codes"]})) == ["loss/codes"]


def test_the_value_of_the_game_has_one_chart_where_it_is_watched(charts_of, tmp_path):
    charts_of(["value"], {"watched": ["value"]})

    assert len(training_charts(read_run(tmp_path))) == 1


def test_the_discriminators_answers_share_a_chart(charts_of):
    charts = charts_of(["d_real", "d_fake", "value"], {"watched": ["d_real", "d_fake"]})

    assert list(charts) == ["Discriminator's answers", "Value of the game, V(D, G)"]


def test_each_discriminator_of_several_has_a_chart_of_its_answers(charts_of):
    columns = ["d_real/style", "d_fake/style", "d_real/category", "d_fake/category"]

    charts = charts_of(columns, {"watched": columns})

    assert list(charts) == [
        "Discriminator's answers: style", "Discriminator's answers: category",
    ]  # fmt: skip


def test_the_optimum_of_any_column_is_drawn(charts_of):
    charts = charts_of(["loss/kl"], {"reference": {"loss/kl": 0.25}})

    assert "optimum 0.25" in charts["loss/kl"]["svg"]


def test_a_table_of_countless_losses_has_not_countless_charts(charts_of):
    assert len(charts_of([f"loss/{n}" for n in range(100)])) == MOST_OF_A_KIND


def test_numbers_that_change_have_charts_of_their_own(charts_of):
    charts = charts_of(["schedule/terms.r1.weight", "schedule/optimizer.generator.beta2"])

    assert list(charts) == ["terms.r1.weight", "optimizer.generator.beta2"]


def test_what_images_tell_of_classes_is_drawn_beside_its_ceiling_and_of_numbers_apart(charts_of):
    columns = ["mutual_information/category", "mutual_information/style"]
    about = {"reference": {columns[0]: 2.302585}, "watched": [columns[0]]}

    charts = charts_of(columns, about)

    assert list(charts) == [
        "What images tell of their latents: classes", "What images tell of their latents: numbers"
    ]  # fmt: skip
    classes, numbers = (chart["svg"] for chart in charts.values())
    assert "ceiling 2.303" in classes
    assert ">category<" in classes
    assert "ceiling" not in numbers
