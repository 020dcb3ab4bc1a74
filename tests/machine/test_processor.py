"""What torch knows of the processor, and what it does not."""

import pytest
import torch

from gan_lab.machine.processor import able


@pytest.mark.parametrize(("known", "answer"), [({"amx_bf16": True}, True), ({"avx2": True}, False)])
def test_a_processor_is_able_of_what_torch_says(monkeypatch, known, answer):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: known, raising=False)

    assert able("amx_bf16") is answer


def test_a_torch_that_cannot_tell_means_no(monkeypatch):
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)

    assert able("amx_bf16") is False
