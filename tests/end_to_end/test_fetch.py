"""task=fetch: what it brings, what it says, and what it says the second time."""

import pytest

from gan_lab.evaluation import inception_weights
from tests.data.conftest import cache, no_registry, web  # noqa: F401 - fixtures
from tests.evaluation.inception_stand_in import install

# ruff: noqa: F811 - fixtures again


def test_the_network_is_fetched_once_and_told_where_it_lies(
    run, monkeypatch, web, cache, no_registry
):
    stand_in = install(monkeypatch, web)
    web.pages[f"/{inception_weights.RELEASE_FILE}"] = [stand_in.release]
    path = cache / "inception" / "inception-2015-12-05.safetensors"

    first = run("task=fetch", "what=inception")
    second = run("task=fetch")

    assert (first.status, second.status) == (0, 0), first.err + second.err
    assert first.out == f"The Inception network is ready: {path}\n"
    assert second.out == f"The Inception network is already there: {path}\n"
    assert web.downloads(f"/{inception_weights.RELEASE_FILE}") == 1


def test_a_damaged_file_is_found_out(run, monkeypatch, web, cache, no_registry):
    stand_in = install(monkeypatch, web)
    web.pages[f"/{inception_weights.RELEASE_FILE}"] = [stand_in.release]
    run("task=fetch")
    path = inception_weights.weights_path()
    path.write_bytes(path.read_bytes()[:-1])

    outcome = run("task=fetch")

    assert outcome.status == 1
    assert outcome.err == (
        f"gan_lab: {path} is truncated or altered; delete it, and task=fetch makes it anew.\n"
    )


def test_without_any_route_it_ends_in_one_message(run, monkeypatch, web, cache, no_registry):
    install(monkeypatch, web)

    outcome = run("task=fetch", "what=inception")

    assert outcome.status == 1
    assert "gan_lab: The Inception network cannot be obtained: " in outcome.err
    assert "Traceback" not in outcome.err


def test_what_it_does_not_know_is_refused_with_what_it_knows(run):
    outcome = run("task=fetch", "what=incepton")

    assert outcome.status == 1
    assert outcome.err == "gan_lab: what=incepton is not known. Did you mean 'inception'?\n"


@pytest.mark.skipif(
    not inception_weights.have_weights(), reason="task=fetch what=inception has not been run here"
)
def test_the_real_network_is_checked_where_it_is_there(run):
    outcome = run("task=fetch", "what=inception")

    assert outcome.status == 0, outcome.err
    assert outcome.out.endswith(f"already there: {inception_weights.weights_path()}\n")
