"""What made a result."""

import importlib.metadata
import json
import platform

import torch

import gan_lab
from gan_lab.runs.provenance import hardware, versions


def test_versions_are_those_of_the_installed_packages():
    found = versions()

    assert found == {
        "gan_lab": gan_lab.__version__,
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "lightning": importlib.metadata.version("lightning"),
    }


def test_versions_are_plain_words_that_json_and_checkpoints_can_hold():
    found = versions()

    assert json.loads(json.dumps(found)) == found
    assert {type(value) for value in found.values()} == {str}


def test_hardware_of_a_cpu_run_names_processor_processes_and_precision():
    found = hardware(torch.device("cpu"), processes=3, precision="32-true")

    assert found["device"] == "cpu"
    assert found["processes"] == 3
    assert found["precision"] == "32-true"
    assert found["cores"] >= 1
    assert len(found["name"]) >= 3
    assert json.loads(json.dumps(found)) == found
