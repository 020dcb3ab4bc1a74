"""Every step of docs/translation_tutorial.md, one after the other, with few iterations."""

import re
import shlex

import pytest

from tests.documents import ROOT

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "translation_tutorial.md").read_text()
STEPS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def shortened(command):
    """Return the words of a command that takes a hundredth of the iterations.

    Without the classifier that is trained at first use, which takes longer than all the rest.
    """
    command = re.sub(r"(iterations|every)=(\d+)00\b", r"\1=\2", command)
    command = re.sub(r"evaluation.extractors=\S+", "", command)
    words = shlex.split(command)
    assert words[:3] == ["python", "-m", "gan_lab"]
    scores = not {"task=translate", "evaluation=none"} & {*words}
    return [*words[3:], "trainer=cpu", *(["evaluation.extractors=pixels"] if scores else [])]


def test_the_steps_lead_from_pictures_to_translated_ones(run, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    for language, text in STEPS:
        if language == "python":
            exec(compile(text, "the tutorial", "exec"), {})
        elif language == "bash":
            outcome = run(*shortened(text), directory=None)
            assert outcome.status == 0, f"{text}{outcome.err}"
        else:  # what the last command said
            assert text in outcome.err

    pictures = {path.name for path in (tmp_path / "pictures" / "testA").iterdir()}
    translated = {path.name for path in (tmp_path / "outputs" / "as_b").iterdir()}
    assert translated == pictures | {"translations.png"}
