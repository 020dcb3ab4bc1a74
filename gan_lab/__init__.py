"""gan_lab: adversarial training, and measuring it, with PyTorch Lightning and Hydra."""

__version__ = "0.1.0"
