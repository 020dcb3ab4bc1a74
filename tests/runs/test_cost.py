"""What a run will take, from its parts."""

import pytest

from gan_lab.runs.cost import Cost, Part

COST = Cost(
    training=[Part("training", 100, 0.5), Part("training", 300, 1.0)],
    others=[Part("evaluations", 4, 10.0, is_guessed=True)],
    images=50,
    memory=2**30,
)


def test_all_parts_add_up_and_images_are_those_of_training_alone():
    assert COST.seconds == 50 + 300 + 40
    assert COST.seconds_per_1000_images == pytest.approx(1000 * 350 / (400 * 50))


def test_a_record_is_plain_data_with_all_parts():
    record = COST.record()

    assert record["seconds"] == 390
    assert record["memory_bytes"] == 2**30
    assert record["gpu_memory_bytes"] is None
    assert record["parts"][-1] == {
        "name": "evaluations", "times": 4, "seconds": 10.0, "is_guessed": True, "together": 40.0,
    }  # fmt: skip
