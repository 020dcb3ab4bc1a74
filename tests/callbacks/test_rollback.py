"""A collapse that is answered by going back to the best networks."""

import os
import shutil

import pytest
import torch

from gan_lab.errors import CheckpointError
from gan_lab.runs.checkpoints import read_checkpoint
from gan_lab.runs.metrics_file import read_metrics
from gan_lab.training.ddp_strategy import PerPlayerDDPStrategy
from tests.augmentation.conftest import ada
from tests.callbacks.test_dashboards import Notes
from tests.callbacks.test_evaluation import callbacks_in
from tests.end_to_end.campaign import free_port
from tests.processes import together
from tests.training.conftest import fit, tiny_gan

COVERAGE = {1: 0.5, 2: 0.9, 3: 0.8, 4: 0.2, 5: 0.85, 6: 0.1, 7: 0.9, 8: 0.1, 9: 0.9, 10: 0.9}
DISTANCE = {1: 9, 2: 4, 3: 5, 4: 1, 5: 3, 6: 8, 7: 7, 8: 7, 9: 7, 10: 7}


def made(folder, iterations, action="rollback"):
    """Return callbacks of a run whose coverage collapses at iterations 4, 6 and 8."""
    callbacks = callbacks_in(
        folder, every=1, iterations=iterations, action=action, checkpoint_every=3
    )
    evaluate, *_, checkpoints = callbacks
    checkpoints.keep = [2, 3]
    run = evaluate.evaluation.run

    def collapsing(images_at, advance=None, view=None):
        result, now = run(images_at), len(evaluate.history) + 1
        scores = {"coverage": COVERAGE[now], "fd_flat": float(DISTANCE[now])}
        return type(result)({**result.metrics, **scores}, result.histogram)

    evaluate.evaluation.run = collapsing
    return callbacks


def trained(folder, until=10, *, action="rollback", iterations=10, augmentation=None, **options):
    """Train up to `until`, as far as a run of `iterations` comes that is ended there."""
    module, callbacks = tiny_gan(augmentation=augmentation), made(folder, iterations, action)
    fit(module, until, callbacks=callbacks, log_every_n_steps=1, **options)
    return module, callbacks[1]


def weights_of(checkpoint):
    return checkpoint["state_dict"]


def assert_same(one, other):
    assert one.keys() == other.keys()
    for name, tensor in one.items():
        assert torch.equal(tensor, other[name]), name


def test_the_run_goes_on_with_the_best_networks_and_half_the_learning_rates(tmp_path):
    module, monitor = trained(tmp_path, 4)
    best, last = (read_checkpoint(tmp_path / f"{name}.ckpt") for name in ("best", "last"))

    assert monitor.rolled_back == {4: 2}
    assert best["clock"]["iteration"] == 2  # 4 is nearer, but collapsed
    assert last["clock"]["iteration"] == 4
    assert_same(weights_of(last), weights_of(best))
    for saved, now in zip(best["optimizer_states"], last["optimizer_states"], strict=True):
        assert saved["state"].keys() == now["state"].keys()
        for weight, state in saved["state"].items():
            assert_same(state, now["state"][weight])
    assert module.changing.rate_share == 0.5


def test_rates_fall_by_half_each_time_and_no_more_often_than_allowed(tmp_path):
    _, monitor = trained(tmp_path)
    rows = read_metrics(tmp_path / "metrics.csv")

    assert monitor.rolled_back == {4: 2, 6: 5}
    assert [row["rollbacks"] for row in rows] == [0, 0, 0, 1, 1, 2, 2, 2, 2, 2]
    assert [row["collapses"] for row in rows] == [0, 0, 0, 1, 1, 2, 2, 3, 3, 3]
    rates = [row["lr/generator"] / rows[1]["lr/generator"] for row in rows if "lr/generator" in row]
    assert rates == [1, 1, 0.5, 0.25, 0.25]
    assert [found["rolled_back_to"] for found in monitor.record()] == [2, 5, None]


def test_averages_and_a_controlled_augmentation_go_back_too(tmp_path):
    augmentation = ada((1, 4, 4), p=None, target=-0.99, ramp_images=100, flip=1.0)

    trained(tmp_path / "on", 5, augmentation=augmentation, action="log")
    module, _ = trained(tmp_path / "back", 4, augmentation=augmentation)

    best, last = (
        read_checkpoint(tmp_path / "back" / f"{name}.ckpt")["state_dict"]
        for name in ("best", "last")
    )
    on = read_checkpoint(tmp_path / "on" / "best.ckpt")["state_dict"]  # of iteration 4
    changed = {name for name in last if not torch.equal(on[name], best[name])}
    for part in ("averages.", "augmenting.signs"):
        assert any(name.startswith(part) for name in changed), part
    assert_same(last, best)
    assert module.changing.rate_share == 0.5


def one_of_two(rank, folder, port):
    address = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "NODE_RANK": "0"}
    os.environ |= address | {"WORLD_SIZE": "2", "LOCAL_RANK": str(rank)}
    module, monitor = trained(folder, 5, devices=2, strategy=PerPlayerDDPStrategy())
    weights = {name: weight.detach() for name, weight in module.named_parameters()}
    torch.save({"weights": weights, "back": monitor.rolled_back}, folder / f"{rank}.pt")


@pytest.mark.slow
def test_two_processes_go_back_together(tmp_path):
    together(2, one_of_two, tmp_path, free_port())

    first, second = (torch.load(tmp_path / f"{rank}.pt") for rank in range(2))
    assert first["back"] == second["back"] == {4: 2}
    assert_same(first["weights"], second["weights"])


def test_a_collapse_at_the_end_is_left_as_it_is(tmp_path):
    module, monitor = trained(tmp_path, 4, iterations=4)

    assert [found.iteration for found in monitor.collapses] == [4]
    assert monitor.rolled_back == {}
    assert module.changing.rate_share == 1


def test_dashboards_are_not_told_that_networks_that_were_given_up_are_the_best(tmp_path):
    notes = Notes()

    trained(tmp_path, 5, logger=[notes])

    told = [told[1]["fd_flat"] for told in notes.told if told[0] == "best"]
    assert told == [9, 4, 4, 4, 3]


def test_without_it_the_same_run_keeps_its_networks(tmp_path):
    module, monitor = trained(tmp_path, 4, action="log")

    assert monitor.rolled_back == {}
    assert module.changing.rate_share == 1
    assert read_checkpoint(tmp_path / "best.ckpt")["clock"]["iteration"] == 4


@pytest.mark.parametrize("killed_after", [2, 3, 4, 5, 7])
def test_a_run_that_goes_on_equals_one_that_was_never_interrupted(tmp_path, killed_after):
    whole, _ = trained(tmp_path / "whole")
    trained(tmp_path / "halves", killed_after)

    again, monitor = trained(tmp_path / "halves", ckpt=tmp_path / "halves" / "last.ckpt")

    assert monitor.rolled_back == {4: 2, 6: 5}
    assert again.changing.rate_share == 0.25
    assert_same(again.state_dict(), whole.state_dict())


def test_a_best_of_later_is_not_known_to_a_run_that_goes_back_to_before_it(tmp_path):
    """A kill between a new best checkpoint and the next last one must not change a rollback."""
    whole, _ = trained(tmp_path / "whole")
    trained(tmp_path / "killed", 5)
    # As a kill leaves it that comes when the best of iteration 5 is in place, and its last is not.
    shutil.copy(tmp_path / "killed" / "previous.ckpt", tmp_path / "killed" / "last.ckpt")
    last = tmp_path / "killed" / "last.ckpt"
    assert torch.load(last, weights_only=True)["clock"]["iteration"] == 4

    again, _ = trained(tmp_path / "killed", ckpt=last)

    assert_same(again.state_dict(), whole.state_dict())


def test_a_best_of_a_future_that_was_left_is_not_gone_back_to(tmp_path):
    trained(tmp_path, 4, action="log")
    assert read_checkpoint(tmp_path / "best.ckpt")["clock"]["iteration"] == 4

    module, monitor = trained(tmp_path, 5, ckpt=tmp_path / "00000003.ckpt")

    assert [found.iteration for found in monitor.collapses] == [4]
    assert monitor.rolled_back == {}
    assert read_checkpoint(tmp_path / "best.ckpt")["clock"]["iteration"] == 4
    assert module.iteration == 5


def test_the_first_evaluation_after_a_best_of_a_left_future_is_the_best_there_is(tmp_path):
    trained(tmp_path, 4, action="log")

    trained(tmp_path, 3, ckpt=tmp_path / "00000002.ckpt", action="log")

    assert read_checkpoint(tmp_path / "best.ckpt")["clock"]["iteration"] == 3


def test_a_damaged_best_does_not_keep_a_run_from_going_on(tmp_path):
    trained(tmp_path, 3)
    (tmp_path / "best.ckpt").write_bytes(b"damaged")

    _, monitor = trained(tmp_path, 5, ckpt=tmp_path / "last.ckpt")

    assert monitor.rolled_back == {}
    assert read_checkpoint(tmp_path / "best.ckpt")["clock"]["iteration"] == 4


def test_in_another_directory_a_run_goes_on_where_there_is_nothing_to_go_back_to_yet(tmp_path):
    trained(tmp_path / "one", 3)

    module, monitor = trained(tmp_path / "other", 5, ckpt=tmp_path / "one" / "last.ckpt")

    assert module.iteration == 5
    assert [found.iteration for found in monitor.collapses] == [4]
    assert monitor.rolled_back == {}


@pytest.mark.parametrize("state", [{}, {"rolled_back": [[1]]}, {"rolled_back": [[1, -1]]}, None])
def test_what_is_no_record_of_rollbacks_is_the_checkpoints_fault(state, tmp_path):
    _, monitor, *_ = made(tmp_path, 1)

    with pytest.raises(CheckpointError, match="the state of CollapseMonitor "):
        monitor.load_state_dict(state)
