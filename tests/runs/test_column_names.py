"""What a person calls a column."""

from gan_lab.runs.column_names import called


def test_a_known_column_has_a_name_and_any_other_shows_its_own():
    assert called("d_fake") == "D(G(z))"
    assert called("loss/cycle") == "loss/cycle"
