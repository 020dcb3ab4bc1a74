"""The notebooks of docs/notebooks in a kernel, and what its stop button does to a training."""

import re
import time
from pathlib import Path

import pytest

from tests.end_to_end.conftest import without_first_use

pytestmark = pytest.mark.slow

NOTEBOOKS = sorted((Path(__file__).parents[2] / "docs" / "notebooks").glob("*.py"))
TRAINING = """\
import gan_lab
run = gan_lab.train(
    "data=digits", "data.limit=64", "data.size=8", "model.width=2", "batch_size=8",
    "iterations=1000000", "log_every=10", "evaluation=none", "trainer=cpu",
)
"""


@pytest.fixture
def kernel_at(tmp_path, monkeypatch):
    """Let kernels be this Python's, with this package, in this test's folder."""
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    monkeypatch.setenv("PYTHONPATH", str(NOTEBOOKS[0].parents[2]))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "jupyter"))
    return tmp_path


def run_notebook(path, folder):
    jupytext = pytest.importorskip("jupytext", reason="jupytext is not installed")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    notebook = jupytext.read(path)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    client = nbclient.NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": str(folder)}}
    )
    return client.execute()


def outputs_of(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", ())]


def text_of(notebook):
    return "\n".join(
        output["text"] if output.output_type == "stream" else output.data.get("text/plain", "")
        for output in outputs_of(notebook)
        if output.output_type in ("stream", "execute_result", "display_data")
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_its_first_cell_to_its_last(path, kernel_at):
    notebook = run_notebook(path, kernel_at)

    kinds = {output.output_type for output in outputs_of(notebook)}
    assert "error" not in kinds
    printed = [out["text"] for out in outputs_of(notebook) if out.get("name") == "stderr"]
    assert without_first_use("".join(printed)) == []
    said = text_of(notebook)
    if path.stem == "train_and_look":
        bars = [
            output for output in outputs_of(notebook)
            if "<progress" in output.get("data", {}).get("text/html", "")
        ]  # fmt: skip
        assert len(bars) == 1  # each line takes the place of the one before
        assert "iteration 600/600" in bars[0].data["text/plain"]
        assert "'finished'" in said
        assert "'precision'" in said
        assert "True" in said
        assert sum("image/png" in output.get("data", {}) for output in outputs_of(notebook)) == 3
    elif path.stem == "measure_any_images":
        numbers = {
            name: dict(re.findall(r"(\w+) +([\d.]+)", line))
            for name, line in re.findall(r"^(perfect|noisy|collapsed) +(.*)$", said, re.MULTILINE)
        }
        assert float(numbers["noisy"]["precision"]) < float(numbers["perfect"]["precision"])
        assert float(numbers["collapsed"]["recall"]) < float(numbers["perfect"]["recall"])
        assert "what is black and white is not known" in said
    else:
        assert "loss.margin=99" in said
        assert "'finished'" in said


def test_the_stop_button_ends_the_run_and_not_the_kernel(kernel_at):
    manager = pytest.importorskip("jupyter_client", reason="jupyter_client is not installed")
    kernel, client = manager.manager.start_new_kernel(cwd=str(kernel_at))
    try:
        client.execute(TRAINING)
        shown = wait_for("iteration", client, "display_data", "update_display_data")
        assert re.search(r"iteration \d+/1000000", shown)
        kernel.interrupt_kernel()
        reply = client.get_shell_msg(timeout=120)["content"]
        assert reply["status"] == "ok", reply

        client.execute("print(run.status, run.iterations > 0, 6 * 7)")

        assert "interrupted True 42\n" in wait_for("interrupted", client, "stream")
    finally:
        client.stop_channels()
        kernel.shutdown_kernel(now=True)


def wait_for(word, client, *kinds, seconds=180):
    """Return the text of the next message of one of these kinds that holds a word."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        message = client.get_iopub_msg(timeout=seconds)
        assert message["msg_type"] != "error", message["content"]
        if message["msg_type"] in kinds:
            content = message["content"]
            text = content.get("text") or content["data"]["text/plain"]
            if word in text:
                return text
    raise AssertionError(f"no {kinds} within {seconds} s")
