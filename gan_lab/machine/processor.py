"""What the processor of this machine multiplies in hardware."""

from typing import Any

import torch


def able(feature: str) -> bool:
    """Return whether it has `feature`, such as `amx_bf16`, by torch's name for it."""
    return bool(known().get(feature, False))


def multiplies_bfloat16_fast() -> bool:
    """Return whether products of bfloat16 take less time than those of float32.

    With AMX they do. AVX512-BF16 is faster than float32 on AMD's processors; Intel's take longer
    with it, and some cloud machines have it and hide AMX.
    """
    is_amd = "AMD" in str(known().get("cpu_name"))
    return able("amx_bf16") or (able("avx512_bf16") and is_amd)


def known() -> dict[str, Any]:
    """Return what torch knows of it; torch before 2.13 knows nothing."""
    return getattr(torch.cpu, "get_capabilities", dict)()
