"""Models on a Hub of this machine: there, back, and what is said when that is not possible."""

import json
import os
import sys

import numpy as np
import pytest

import gan_lab
from gan_lab.assembly import hub as hub_of_gan_lab
from gan_lab.errors import CheckpointError, ConfigError
from tests.end_to_end.conftest import EVALUATED, FAST
from tests.hub_server import TOKEN, Hub

pytestmark = pytest.mark.usefixtures("at_home")


@pytest.fixture(scope="module")
def evaluated(trained):
    """Return a model with scores; trained before a test has a cache of its own."""
    return gan_lab.load(trained(*EVALUATED), device="cpu")


@pytest.fixture(scope="module")
def exported(trained, tmp_path_factory):
    """Return a folder with a small model."""
    model = gan_lab.load(trained(*FAST), device="cpu")
    return gan_lab.save_pretrained(model, tmp_path_factory.mktemp("exported") / "model")


def test_a_model_comes_back_from_the_hub_as_it_went(evaluated, hub):
    address = gan_lab.push_to_hub(evaluated, "user/name", license="mit")
    again = gan_lab.from_pretrained("user/name", device="cpu")

    assert address == f"{hub.address}/user/name"
    assert np.array_equal(again.sample(7, seed=2), evaluated.sample(7, seed=2))
    files = hub.files("user/name")
    assert set(files) - {".gitattributes"} == {
        "model.safetensors", "card.json", "manifest.json", "README.md", "samples.png"
    }  # fmt: skip
    page = files["README.md"].decode()
    assert 'gan_lab.from_pretrained("user/name")' in page
    assert "200 generated images against 200 of Digits" in page
    assert files["samples.png"].startswith(b"\x89PNG")


@pytest.mark.slow
def test_what_came_back_keeps_its_scores_when_it_leaves_again(evaluated, hub):
    gan_lab.push_to_hub(evaluated, "user/name")

    gan_lab.push_to_hub(gan_lab.from_pretrained("user/name", device="cpu"), "other/copy")

    first, second = (json.loads(hub.files(repo)["card.json"]) for repo in hub.repos)
    assert second["evaluation"] == first["evaluation"]
    assert second["evaluation"]["metrics"]


def test_a_folder_is_pushed_as_it_is(hub, exported):
    gan_lab.push_to_hub(exported, "user/name", private=True)

    assert hub.repos["user/name"]["private"]
    assert (
        hub.files("user/name")["model.safetensors"] == (exported / "model.safetensors").read_bytes()
    )


def test_a_repository_that_is_there_gets_another_commit(hub, exported):
    hub.put("user/name", {"notes.txt": b"mine"})

    gan_lab.push_to_hub(exported, "user/name")

    assert hub.files("user/name")["notes.txt"] == b"mine"
    assert "model.safetensors" in hub.files("user/name")


def test_a_revision_is_taken_at_its_word(hub, exported):
    files = {path.name: path.read_bytes() for path in exported.iterdir()}
    sha = hub.put("user/name", files)
    hub.put("user/name", {"model.safetensors": b"newer, and broken"})

    for revision in (sha, "v1"):
        hub.repos["user/name"]["branches"]["v1"] = sha
        assert gan_lab.from_pretrained("user/name", revision=revision, device="cpu").iteration
    with pytest.raises(CheckpointError, match="truncated or altered"):
        gan_lab.from_pretrained("user/name")
    with pytest.raises(CheckpointError, match=r"user/name at v2: there is no such revision on the"):
        gan_lab.from_pretrained("user/name", revision="v2")


def test_nothing_but_safetensors_and_json_is_downloaded(hub, exported):
    files = {path.name: path.read_bytes() for path in exported.iterdir()}
    hub.put("user/name", files | {"pytorch_model.bin": b"cos\nsystem\n.", "notes.txt": b"mine"})

    with pytest.warns(UserWarning, match=r"pytorch_model\.bin, which could run code"):
        gan_lab.from_pretrained("user/name", device="cpu")

    fetched = {path.rpartition("/")[2] for _, path, _ in hub.asked if "/resolve/" in path}
    assert fetched == {"model.safetensors", "manifest.json", "card.json"}


def test_a_repository_without_safetensors_is_refused_in_one_sentence(hub):
    hub.put("user/name", {"pytorch_model.bin": b"cos\nsystem\n."})

    with pytest.raises(CheckpointError, match=r"has no model\.safetensors.*pytorch_model\.bin"):
        gan_lab.from_pretrained("user/name")

    assert not [path for _, path, _ in hub.asked if "/resolve/" in path]


def test_without_the_hub_what_was_fetched_earlier_serves(hub, exported, at_home):
    gan_lab.push_to_hub(exported, "user/name")
    first = gan_lab.from_pretrained("user/name", device="cpu")
    at_home.setenv("HF_ENDPOINT", "http://127.0.0.1:9")

    with pytest.warns(UserWarning, match="taken as it was last fetched"):
        again = gan_lab.from_pretrained("user/name", device="cpu")

    assert np.array_equal(again.sample(3), first.sample(3))
    with pytest.raises(CheckpointError, match=r"the Hub at 127\.0\.0\.1:9 cannot be reached"):
        gan_lab.from_pretrained("user/other")


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "knows no such token"), (403, "forbids it to this token"), (418, "status 418")],
)
def test_a_hub_that_refuses_is_named_with_a_remedy(at_home, exported, status, said):
    with Hub(refuses=status) as hub:
        at_home.setenv("HF_ENDPOINT", hub.address)

        with pytest.raises(ConfigError, match=said) as pushed:
            gan_lab.push_to_hub(exported, "user/name")
        with pytest.raises(CheckpointError, match=r"user/name .* the Hub at 127") as fetched:
            gan_lab.from_pretrained("user/name")

    for message in (str(pushed.value), str(fetched.value)):
        assert TOKEN not in message
        assert "\n" not in message


def test_who_is_not_logged_in_is_told_how(hub, exported, at_home):
    at_home.delenv("HF_TOKEN")

    with pytest.raises(ConfigError, match=r"knows no such token.*hf auth login"):
        gan_lab.push_to_hub(exported, "user/name")


def test_what_is_not_there_or_private_is_said(hub, at_home, exported):
    with pytest.raises(CheckpointError, match=r"user/name is not on the Hub at .*, or is private"):
        gan_lab.from_pretrained("user/name")
    gan_lab.push_to_hub(exported, "user/secret", private=True)
    at_home.delenv("HF_TOKEN")
    with pytest.raises(CheckpointError, match="or is private: check the name, or log in"):
        gan_lab.from_pretrained("user/secret")


def test_what_is_no_hub_is_said(at_home, exported):
    with Hub() as hub:
        hub.reply = lambda request, *_: request.answer(200, b"<html>")
        at_home.setenv("HF_ENDPOINT", hub.address)

        with pytest.raises(ConfigError, match="does not answer as a Hub does; HF_ENDPOINT"):
            gan_lab.push_to_hub(exported, "user/name")
        with pytest.raises(CheckpointError, match="does not answer as a Hub does; HF_ENDPOINT"):
            gan_lab.from_pretrained("user/name")


def test_a_token_is_neither_said_nor_stored_nor_sent_elsewhere(hub, trained, tmp_path, capfd):
    model = gan_lab.load(trained(*FAST), device="cpu")

    gan_lab.push_to_hub(model, "user/name")
    gan_lab.from_pretrained("user/name", device="cpu")

    printed = capfd.readouterr()
    assert "Pushed, for gan_lab.from_pretrained('user/name')" in printed.out
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) > 5
    contents = [
        path.read_bytes() for path in (*written, *trained(*FAST).rglob("*")) if path.is_file()
    ]
    contents += hub.files("user/name").values()
    assert not [one for one in contents if TOKEN.encode() in one]
    assert TOKEN not in printed.out + printed.err
    assert not [path for _, path, token in hub.asked if path.startswith("/lfs/") and token]
    assert [path for _, path, token in hub.asked if token]


@pytest.mark.parametrize("repo", ["name", "a/b/c", "user/", "user/na me", "../name", "user/a..b"])
def test_what_is_no_name_is_refused_before_anything_is_asked(hub, exported, repo):
    with pytest.raises(ConfigError, match="is no name on the Hub: say repo=user/name"):
        gan_lab.push_to_hub(exported, repo)

    assert hub.asked == []


def test_wrong_uses_are_refused(exported, tmp_path):
    with pytest.raises(ConfigError, match="revision=v1 is of the Hub"):
        gan_lab.from_pretrained(exported, revision="v1")
    with pytest.raises(ConfigError, match="license=mit is for a model"):
        gan_lab.push_to_hub(exported, "user/name", license="mit")
    with pytest.raises(CheckpointError, match=r"has no model\.safetensors"):
        gan_lab.push_to_hub(tmp_path, "user/name")


def test_a_missing_package_is_named_with_its_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)

    with pytest.raises(ConfigError, match=r"needs the package huggingface_hub: .*huggingface_hub"):
        gan_lab.from_pretrained("user/name")


def test_a_password_in_the_address_is_not_said(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://me:secret@127.0.0.1:9/hub")

    assert hub_of_gan_lab.address("user/name") == "http://127.0.0.1:9/hub/user/name"
    assert os.environ["HF_ENDPOINT"]  # which huggingface_hub still has


def test_the_command_pushes(hub, trained, run):
    ckpt = trained(*FAST) / "checkpoints" / "last.ckpt"

    pushed = run("task=push", f"ckpt={ckpt}", "trainer=cpu", "repo=user/name", "license=mit")
    unnamed = run("task=push", f"ckpt={ckpt}", "trainer=cpu")

    assert pushed.status == 0, pushed.err
    assert f"{hub.address}/user/name" in pushed.out
    assert json.loads(hub.files("user/name")["card.json"])["license"] == "mit"
    assert unnamed.status == 1
    assert "task=push needs repo=, as in repo=user/name" in unnamed.err
