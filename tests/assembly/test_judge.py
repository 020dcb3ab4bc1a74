"""The judge, with a classifier of bright and dark images in place of a trained one."""

import pytest
import torch

from gan_lab.assembly.judge import Judge
from gan_lab.assembly.trained_model import TrainedModel
from gan_lab.data.digits import Digits
from gan_lab.errors import ConfigError
from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.samples import Features
from tests.training.conftest import tiny_gan


class Brightness(Extractor):
    """Knows dark and bright images, the surer the farther from gray, and never sees the third."""

    def __init__(self):
        super().__init__("brightness", ("dark", "bright", "green"), {})

    def forward(self, pixels_NCHW):
        brightness = pixels_NCHW.float().mean(dim=(1, 2, 3)) / 255 - 0.5
        never = torch.full_like(brightness, -100)
        return Features(brightness[:, None], torch.stack([-brightness, brightness, never], 1) * 200)


@pytest.fixture
def judge():
    return Judge(TrainedModel(tiny_gan(), Digits(), None), Brightness())


def brightness(judge, latents):
    return judge.module.generate(latents).mean(dim=(1, 2, 3))


def test_a_verdict_is_that_of_the_latents_images(judge):
    latents = judge.module.latents(1200, "test")

    classes, confidence = judge.verdict(latents)

    expected = brightness(judge, latents)
    clear = expected.abs() > 0.01  # where rounding to 256 levels decides nothing
    assert torch.equal(classes[clear], (expected > 0).long()[clear])
    # Pixels from -1 to 1 are from -1/2 to 1/2 for the classifier.
    sure = torch.sigmoid(200 * expected.abs())
    torch.testing.assert_close(confidence, sure.double(), atol=0.1, rtol=0)


@pytest.mark.parametrize("wanted", [0, 1])
def test_latents_of_a_class_are_surely_of_it(judge, wanted):
    latents = judge.latents_of(wanted, 700, 0.8, "test")

    classes, confidence = judge.verdict(latents)
    assert len(latents) == len(latents.unique(dim=0)) == 700
    assert (classes == wanted).all()
    assert confidence.min() >= 0.8


def test_latents_of_a_class_depend_on_the_address_alone(judge):
    one, same, other = (judge.latents_of(1, 5, 0.9, name) for name in ("a", "a", "b"))

    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_a_class_that_is_never_made_ends_in_one_message(judge, monkeypatch):
    monkeypatch.setattr("gan_lab.assembly.judge.MOST_DRAWS", 1000)

    with pytest.raises(ConfigError, match="Of 1,000 images 0 are of the class green by confidence"):
        judge.latents_of(2, 1, 0.9, "test")


def test_a_class_is_named_by_its_name_or_its_index(judge):
    assert judge.index("bright", "classes") == judge.index(1, "classes") == 1


@pytest.mark.parametrize(
    ("name", "known"),
    [("brigt", "Did you mean 'bright'"), (3, "numbers are 0 to 2"), (-1, "numbers are 0 to 2")],
)
def test_an_unknown_class_is_refused_with_those_that_there_are(judge, name, known):
    message = rf"classes names the class {name}, which is not there\. .*{known}"
    with pytest.raises(ConfigError, match=message):
        judge.index(name, "classes")
