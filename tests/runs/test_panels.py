"""Panels of dashboards."""

import pytest

from gan_lab.runs.panels import in_panel


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        ("loss/generator", "game/loss/generator"),
        ("loss/generator_fake", "game/loss/generator_fake"),
        ("d_real/a", "game/d_real/a"),
        ("d_difference", "game/d_difference"),
        ("lr/generator", "training/lr/generator"),
        ("images_seen", "training/images_seen"),
        ("gradient_norm/discriminator", "training/gradient_norm/discriminator"),
        ("modes/covered", "modes/covered"),
        ("modes/covered_inception", "modes/covered_inception"),
        ("ndb_js", "modes/ndb_js"),
        ("recall_inception", "modes/recall_inception"),
        ("collapses", "modes/collapses"),
        ("fid", "fidelity/fid"),
        ("a_to_b/fd_emoji_cnn_bias", "fidelity/a_to_b/fd_emoji_cnn_bias"),
        ("to_red/modes/covered", "modes/to_red/modes/covered"),
        ("precision", "fidelity/precision"),
        ("agreement", "scores/agreement"),
        ("agreement/by_class", "scores/agreement/by_class"),
        ("fd_within_mnist_cnn/by_class", "fidelity/fd_within_mnist_cnn/by_class"),
        ("a_metric_of_a_plug_in", "scores/a_metric_of_a_plug_in"),
        ("samples", "pictures/samples"),
    ],
)
def test_each_column_has_its_panel(column, shown):
    assert in_panel(column) == shown


def test_losses_of_a_single_player_are_no_game():
    assert in_panel("loss/kl", is_game=False) == "training/loss/kl"
    assert in_panel("fid", is_game=False) == "fidelity/fid"
