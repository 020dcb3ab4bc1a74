"""When checkpoints are written, and when not."""

import pytest
import torch

from gan_lab.callbacks.checkpoints import Checkpoints, DurableCheckpointIO
from gan_lab.data.base import Batch
from gan_lab.errors import TrainingError
from gan_lab.runs.checkpoints import read_checkpoint, read_manifest
from tests.training.conftest import fit, tiny_gan

ORIGIN = {"config": {"seed": 0}, "overrides": ["seed=0"]}


def iterations_in(folder):
    return {name: entry["iteration"] for name, entry in read_manifest(folder).items()}


def test_regular_checkpoints_and_one_at_the_end_keep_the_one_before(tmp_path):
    path = tmp_path / "last.ckpt"

    fit(tiny_gan(), 5, callbacks=[Checkpoints(path, 2, ORIGIN)])

    assert iterations_in(tmp_path) == {"last.ckpt": 5, "previous.ckpt": 4}
    assert read_checkpoint(path)["config"] == {"seed": 0}


def test_an_end_that_is_saved_already_is_not_saved_twice(tmp_path):
    fit(tiny_gan(), 4, callbacks=[Checkpoints(tmp_path / "last.ckpt", 2, ORIGIN)])

    assert iterations_in(tmp_path) == {"last.ckpt": 4, "previous.ckpt": 2}


@pytest.mark.parametrize(
    ("keep", "kept"),
    [(None, []), (2, [2, 4, 6]), ([3, 7], [3, 7]), ([1], [1]), (10, [])],
)
def test_chosen_iterations_stay_and_are_known_to_the_manifest(tmp_path, keep, kept):
    fit(tiny_gan(), 7, callbacks=[Checkpoints(tmp_path / "last.ckpt", 5, ORIGIN, keep=keep)])

    names = {f"{iteration:08d}.ckpt": iteration for iteration in kept}
    assert iterations_in(tmp_path) == {"last.ckpt": 7, "previous.ckpt": 5} | names
    for name, iteration in names.items():
        assert read_checkpoint(tmp_path / name)["clock"]["iteration"] == iteration


def test_a_run_that_goes_on_keeps_on_and_may_keep_others(tmp_path):
    path = tmp_path / "last.ckpt"
    fit(tiny_gan(), 4, callbacks=[Checkpoints(path, 2, ORIGIN, keep=[2])])
    written = (tmp_path / "00000002.ckpt").stat().st_mtime_ns

    fit(tiny_gan(), 7, callbacks=[Checkpoints(path, 2, ORIGIN, keep=[2, 4, 6])], ckpt=path)

    assert {"00000002.ckpt", "00000004.ckpt", "00000006.ckpt"} <= iterations_in(tmp_path).keys()
    assert (tmp_path / "00000002.ckpt").stat().st_mtime_ns == written
    kept = read_checkpoint(tmp_path / "00000004.ckpt")
    assert kept["clock"]["iteration"] == 4
    assert kept["optimizer_states"][0]["state"]


def test_a_run_goes_on_from_one_that_was_kept_exactly(tmp_path):
    whole, again = tiny_gan(), tiny_gan()
    fit(whole, 7, callbacks=[Checkpoints(tmp_path / "last.ckpt", 5, ORIGIN, keep=[3])])

    kept = tmp_path / "00000003.ckpt"
    fit(again, 7, callbacks=[Checkpoints(tmp_path / "b" / "last.ckpt", 5, ORIGIN)], ckpt=kept)

    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, again.state_dict()[name]), name


def test_lightnings_layout_is_kept(tmp_path):
    module = tiny_gan()
    fit(module, 2, callbacks=[Checkpoints(tmp_path / "last.ckpt", 2, ORIGIN)])

    checkpoint = torch.load(tmp_path / "last.ckpt", weights_only=True)

    assert set(checkpoint["state_dict"]) == set(module.state_dict())
    assert {"optimizer_states", "callbacks", "pytorch-lightning_version"} <= set(checkpoint)


def test_weights_that_are_not_numbers_never_replace_good_ones(tmp_path):
    module = tiny_gan()
    training_step = module.training_step

    def poisoned(batches, batch_idx):
        if module.iteration >= 2:
            batches = {"data": [Batch(real.images * float("nan")) for real in batches["data"]]}
        training_step(batches, batch_idx)

    module.training_step = poisoned

    with pytest.raises(TrainingError, match="not finite in iteration 3"):
        fit(module, 6, callbacks=[Checkpoints(tmp_path / "last.ckpt", 2, ORIGIN)])

    assert iterations_in(tmp_path) == {"last.ckpt": 2}
    state = read_checkpoint(tmp_path / "last.ckpt")["state_dict"]
    assert all(torch.isfinite(tensor).all() for tensor in state.values())


def test_loading_leaves_lightnings_loop_counters_behind(tmp_path):
    fit(tiny_gan(), 2, callbacks=[Checkpoints(tmp_path / "last.ckpt", 2, ORIGIN)])
    plugin = DurableCheckpointIO()

    loaded = plugin.load_checkpoint(str(tmp_path / "last.ckpt"))
    plugin.remove_checkpoint(str(tmp_path / "last.ckpt"))

    assert "loops" not in loaded
    assert not (tmp_path / "last.ckpt").exists()


def test_another_number_of_threads_is_told_because_the_last_digits_depend_on_it(
    tmp_path, monkeypatch
):
    path = tmp_path / "last.ckpt"
    fit(tiny_gan(), 2, callbacks=[Checkpoints(path, 2, ORIGIN)])
    fit(tiny_gan(), 3, callbacks=[Checkpoints(path, 2, ORIGIN)], ckpt=path)  # says nothing

    threads = torch.get_num_threads()
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads + 1)
    with pytest.warns(UserWarning, match=f"OMP_NUM_THREADS={threads} gives the same"):
        fit(tiny_gan(), 4, callbacks=[Checkpoints(path, 2, ORIGIN)], ckpt=path)
