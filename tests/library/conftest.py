"""What the end-to-end tests have, too; and a Hub on this machine."""

import pytest

from tests.end_to_end.conftest import png_folder, spoiled  # noqa: F401
from tests.hub_server import TOKEN, Hub


@pytest.fixture
def at_home(monkeypatch, tmp_path):
    """Keep what is fetched in this test's folder, and send large files as a plain request."""
    pytest.importorskip("huggingface_hub", reason="huggingface_hub is not installed")
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "no-token"))
    monkeypatch.setattr(constants, "HF_STORED_TOKENS_PATH", str(tmp_path / "no-tokens"))
    monkeypatch.setenv("GAN_LAB_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    return monkeypatch


@pytest.fixture
def hub(at_home):
    with Hub() as hub:
        at_home.setenv("HF_ENDPOINT", hub.address)
        yield hub
