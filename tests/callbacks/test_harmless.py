"""What fails in a dashboard of another program is said once, and stops nothing."""

import warnings

import pytest

from gan_lab.callbacks.harmless import first_line, harmless


class Dashboard:
    called, after_failure = "Board", "the run is complete without it."

    def __init__(self):
        self.has_failed, self.told = False, []

    @harmless
    def tell(self, error):
        self.told.append(error)
        if error:
            raise error


def test_the_first_failure_is_one_sentence_and_nothing_more_is_told_afterwards():
    board = Dashboard()
    board.tell(None)
    with pytest.warns(UserWarning, match=r"^Board failed \(gone\); the run is complete without it"):
        board.tell(OSError("gone\nand much more"))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        board.tell(OSError("again"))

    assert board.has_failed
    assert len(board.told) == 2


def test_what_stops_a_run_is_not_held_up():
    with pytest.raises(KeyboardInterrupt):
        Dashboard().tell(KeyboardInterrupt())


def test_an_error_without_words_is_called_by_its_kind():
    assert first_line(TimeoutError()) == "TimeoutError"
