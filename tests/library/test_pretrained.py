"""gan_lab.save_pretrained and from_pretrained: there and back."""

import json

import numpy as np
import pytest

import gan_lab
from gan_lab.errors import CheckpointError, ConfigError
from tests.end_to_end.conftest import FAST


def test_a_model_comes_back_as_it_went(trained, tmp_path):
    model = gan_lab.load(trained(*FAST), device="cpu")

    folder = gan_lab.save_pretrained(model, tmp_path / "a model", license="mit")
    again = gan_lab.from_pretrained(folder, device="cpu")

    assert folder == tmp_path / "a model"
    assert np.array_equal(again.sample(7, seed=2), model.sample(7, seed=2))
    assert (again.iteration, again.image_shape) == (model.iteration, model.image_shape)
    assert gan_lab.load(folder, device="cpu").ckpt == again.ckpt
    assert json.loads((folder / "card.json").read_text())["license"] == "mit"


@pytest.mark.slow
def test_a_model_that_came_back_can_leave_again(trained, tmp_path):
    model = gan_lab.load(trained(*FAST), device="cpu")
    first = gan_lab.from_pretrained(gan_lab.save_pretrained(model, tmp_path / "a"), device="cpu")

    second = gan_lab.save_pretrained(first, tmp_path / "b", format="torch")

    assert (second / "model.pt2").exists()


def test_wrong_places_are_refused(trained, tmp_path):
    model = gan_lab.load(trained(*FAST), device="cpu")
    gan_lab.save_pretrained(model, tmp_path / "full")

    with pytest.raises(ConfigError, match="already holds files"):
        gan_lab.save_pretrained(model, tmp_path / "full")
    with pytest.raises(ConfigError, match="format=tf is not known"):
        gan_lab.save_pretrained(model, tmp_path / "other", format="tf")
    with pytest.raises(ConfigError, match="model='RUN' is no loaded model"):
        gan_lab.save_pretrained("RUN", tmp_path / "other")
    for place in (tmp_path, tmp_path / "nothing", "no_folder"):
        with pytest.raises(CheckpointError, match=r"has no model\.safetensors"):
            gan_lab.from_pretrained(place)
