"""What the machine would need at its best is found for every loss."""

import json
import sys

import pytest

from benchmarks import limits
from gan_lab.config.options import find_conf

LOSSES = sorted(path.stem for path in (find_conf() / "loss").glob("*.yaml"))


@pytest.mark.slow
@pytest.mark.parametrize("loss", LOSSES)
def test_the_work_of_an_iteration_is_counted(loss, monkeypatch, capsys):
    monkeypatch.setattr(limits, "product_rate", lambda device, kind: 1e9)
    monkeypatch.setattr(limits, "copy_rate", lambda device: 1e9)
    monkeypatch.setattr(
        sys, "argv", ["limits", "data=digits", "model.width=4", f"loss={loss}", "trainer=cpu"]
    )

    limits.main()

    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["product_ms"] > 0
    assert found["outputs_mebibytes"] > 0
