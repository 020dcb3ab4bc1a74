"""What the processor of this machine multiplies in hardware."""

import torch


def able(feature: str) -> bool:
    """Return whether it has `feature`, such as `amx_bf16`, by torch's name for it."""
    # torch before 2.13 cannot tell.
    return getattr(torch.cpu, "get_capabilities", dict)().get(feature, False)
