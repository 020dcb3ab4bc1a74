"""A classifier applied to each colour of a stack."""

import pytest
import torch
from torch import nn

from gan_lab.evaluation.extractor import Extractor
from gan_lab.evaluation.samples import Features
from gan_lab.evaluation.stacked import Stacked


class Brightness(Extractor):
    """Ten classes by brightness, 25 levels each; two features."""

    def __init__(self, sharpness=1.0):
        super().__init__("brightness", tuple("0123456789"), {"sha256": "abc"})
        self.sharpness = sharpness
        self.dropout = nn.Dropout(0.5)

    def forward(self, pixels_N1HW):
        assert pixels_N1HW.shape[1] == 1
        level = pixels_N1HW.float().mean(dim=(1, 2, 3))
        distance = (level[:, None] / 25 - torch.arange(10) - 0.5).abs()
        return Features(torch.stack([level, -level], dim=1), -self.sharpness * distance)


def stack(*triples):
    """Return one image per triple, whose channels are of these classes."""
    levels = torch.tensor(triples, dtype=torch.uint8) * 25 + 12
    return levels[:, :, None, None].expand(-1, -1, 4, 4)


def test_the_class_of_a_stack_is_the_triple_of_its_classes():
    extractor = Stacked(Brightness())
    triples = [(0, 0, 0), (1, 2, 3), (9, 0, 7), (3, 2, 1)]

    logits = extractor(stack(*triples)).logits

    assert logits.shape == (4, 1000)
    assert logits.argmax(dim=1).tolist() == [0, 123, 907, 321]
    assert [extractor.class_names[n] for n in (0, 123, 907, 999)] == ["000", "123", "907", "999"]
    assert len(extractor.class_names) == 1000


def test_a_triples_probability_is_the_product_of_the_three():
    classifier = Brightness(sharpness=0.7)
    image = stack((4, 6, 1))

    triple = Stacked(classifier)(image).logits[0].exp()

    red, green, blue = classifier(image[0][:, None]).logits.softmax(dim=1)
    assert triple.sum().item() == pytest.approx(1, rel=1e-5)
    torch.testing.assert_close(
        triple.view(10, 10, 10), torch.einsum("r,g,b->rgb", red, green, blue)
    )


def test_features_stand_side_by_side_red_first():
    features = Stacked(Brightness())(stack((0, 1, 2), (5, 5, 5))).features

    expected = [[12, -12, 37, -37, 62, -62], [137, -137, 137, -137, 137, -137]]
    assert features.tolist() == expected


def test_name_and_record_tell_the_classifier():
    extractor = Stacked(Brightness())

    assert extractor.name == "stacked_brightness"
    assert extractor.about == {"sha256": "abc", "applied_to": "each channel"}


def test_the_classifier_is_frozen_with_it():
    extractor = Stacked(Brightness()).freeze()

    extractor.train(True)

    assert not any(module.training for module in extractor.modules())


def test_some_triples_can_be_told_apart_by_themselves():
    all_triples, some = Stacked(Brightness()), Stacked(Brightness(), ["907", "123"])
    images = stack((9, 0, 7), (1, 2, 3))

    logits = some(images).logits

    assert some.class_names == ("907", "123")
    assert torch.equal(logits, all_triples(images).logits[:, [907, 123]])
