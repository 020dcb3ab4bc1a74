"""How the errors of z* and of random latents are put into words."""

import torch

from gan_lab.tasks.invert import report


def test_errors_are_means_over_images_of_the_best_restart():
    before, after = torch.tensor([[0.4, 0.2], [0.6, 0.8]]), torch.tensor([[0.1, 0.02], [0.04, 0.5]])

    lines = report(torch.stack([before, after]), torch.tensor([0.1, 0.2]), 1000)

    assert lines[1].split() == ["z*", "0.03000"]
    assert "best of the 2 starts           0.40000: 13.3 times as much" in lines[2]
    assert "(of single images 10.0 to 15.0 times)" in lines[2]
    assert "best of 1,000 random latents   0.15000: 5.0 times as much" in lines[3]
