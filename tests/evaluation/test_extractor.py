"""What holds for every extractor."""

import torch
from torch import nn

from gan_lab.evaluation.custom_extractor import ModuleExtractor


def test_a_frozen_extractor_has_no_gradients_and_no_training_mode():
    extractor = ModuleExtractor("net", nn.Sequential(nn.Flatten(), nn.Linear(4, 2))).freeze()

    assert extractor.train(True) is extractor
    assert not any(module.training for module in extractor.modules())
    assert not any(weight.requires_grad for weight in extractor.parameters())
    assert not extractor(torch.ones(1, 1, 2, 2, dtype=torch.uint8)).features.requires_grad
