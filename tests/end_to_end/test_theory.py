"""task=theory: what it prints, what it leaves, and how it ends."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from gan_lab.claims import image_count
from gan_lab.config.options import find_conf
from gan_lab.config.schema import CLAIMS


def test_a_claim_prints_its_numbers_and_leaves_its_figure_and_arrays(run, tmp_path):
    outcome = run("task=theory", "claim=jensen_shannon", f"out={tmp_path / 'figures'}")

    assert outcome.status == 0, outcome.err
    assert outcome.out.isascii()
    assert outcome.out.startswith("jensen_shannon: Against the best D, V is C(G) = -log 4 + 2 JSD")
    assert "  C where p_g = p_data  " in outcome.out
    assert " -1.3862944\n" in outcome.out
    assert "1 of 1 hold." in outcome.out
    with Image.open(tmp_path / "figures" / "jensen_shannon.png") as picture:
        assert picture.size == (450, 450)
    with np.load(tmp_path / "figures" / "jensen_shannon.npz", allow_pickle=False) as arrays:
        assert all(array.shape == (2, 25) for array in arrays.values())
        assert len(arrays) == 2


def test_a_claim_that_fails_ends_in_status_1_with_its_figure(run, tmp_path, monkeypatch):
    wrong = image_count.check(levels=255)
    monkeypatch.setattr(image_count, "check", lambda: wrong)

    outcome = run("task=theory", "claim=image_count")

    assert outcome.status == 1
    assert "  FAILS (" in outcome.out
    assert "0 of 1 hold." in outcome.out
    assert (tmp_path / "theory" / "image_count.png").exists()


@pytest.mark.slow
def test_all_are_checked_also_if_one_fails(run, tmp_path, monkeypatch):
    quick = image_count.check()
    for name in CLAIMS:
        outcome = replace(quick, holds=name != "norms")
        monkeypatch.setattr(f"gan_lab.claims.{name}.check", lambda outcome=outcome: outcome)

    outcome = run("task=theory")

    assert outcome.status == 1
    assert f"{len(CLAIMS) - 1} of {len(CLAIMS)} hold." in outcome.out
    assert {path.stem for path in (tmp_path / "theory").glob("*.npz")} == set(CLAIMS)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["claim=saturaton"], "claim=saturaton is not known. Did you mean 'saturation'?"),
        (["claim=image_count", "out=/proc/x"], "out=/proc/x cannot be written"),
    ],
)
def test_a_mistake_ends_in_one_message(run, words, message):
    outcome = run("task=theory", *words)

    assert outcome.status == 1
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_every_file_of_claims_can_be_asked_for():
    folder = find_conf().parent / "gan_lab" / "claims"

    files = {path.stem for path in folder.glob("*.py")} - {
        "__init__",
        "outcome",
        "game",
        "small_game",
        "density_record",
    }
    assert files == set(CLAIMS)
