"""Signals end a run at an iteration boundary."""

import os
import signal
import time

import pytest

from gan_lab.callbacks.checkpoints import Checkpoints
from gan_lab.callbacks.graceful_stop import GracefulStop
from gan_lab.runs.checkpoints import read_manifest
from tests.training.conftest import fit, tiny_gan


def interrupted_in_iteration(module, number, *, times=1, iteration=3):
    training_step = module.training_step

    def step(minibatches, batch_idx):
        if module.iteration == iteration - 1:
            for _ in range(times):
                os.kill(os.getpid(), number)
                time.sleep(0.05)  # another thread may take the signal: let Python notice it
        training_step(minibatches, batch_idx)

    module.training_step = step


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_lets_the_iteration_end_and_saves_it(tmp_path, number):
    module, stop = tiny_gan(), GracefulStop()
    interrupted_in_iteration(module, number)
    before = signal.getsignal(number)

    with stop:
        fit(module, 9, callbacks=[stop, Checkpoints(tmp_path / "last.ckpt", 100, {"config": {}})])

    assert stop.signal == number
    assert module.iteration == 3
    assert read_manifest(tmp_path)["last.ckpt"]["iteration"] == 3
    assert signal.getsignal(number) == before


def test_a_second_ctrl_c_acts_at_once(tmp_path):
    module = tiny_gan()
    interrupted_in_iteration(module, signal.SIGINT, times=2)
    before = signal.getsignal(signal.SIGINT)

    try:
        with pytest.raises(SystemExit), GracefulStop() as stop:
            fit(module, 9, callbacks=[stop])
    finally:
        signal.signal(signal.SIGINT, before)

    assert module.iteration == 2


def test_a_connection_that_breaks_may_be_told_again_and_again(tmp_path):
    module = tiny_gan()
    interrupted_in_iteration(module, signal.SIGHUP, times=3)
    before = signal.getsignal(signal.SIGHUP)

    with GracefulStop() as stop:
        fit(module, 9, callbacks=[stop, Checkpoints(tmp_path / "last.ckpt", 100, {"config": {}})])
        os.kill(os.getpid(), signal.SIGHUP)  # while the run is recorded

    assert (stop.signal, module.iteration) == (signal.SIGHUP, 3)
    assert signal.getsignal(signal.SIGHUP) == before


def test_under_nohup_a_broken_connection_stops_nothing():
    module = tiny_gan()
    interrupted_in_iteration(module, signal.SIGHUP)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)

    try:
        with GracefulStop() as stop:
            fit(module, 9, callbacks=[stop])
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)

    assert (stop.signal, module.iteration) == (None, 9)


def test_without_a_signal_nothing_is_stopped():
    module, stop = tiny_gan(), GracefulStop()

    with stop:
        fit(module, 4, callbacks=[stop])

    assert (module.iteration, stop.signal) == (4, None)
