"""Routes are tried in order, and a failure tells all of them."""

import pytest

from gan_lab.data.routes import UnavailableError, first_that_works
from gan_lab.errors import DataError


def closed(reason):
    def route():
        raise UnavailableError(reason)

    return route


def test_the_first_open_route_is_taken():
    routes = [closed("no file"), lambda: "second", lambda: pytest.fail("third was tried")]
    assert first_that_works("MNIST", routes, "") == "second"


def test_when_all_are_closed_the_message_tells_each_reason_and_the_remedy():
    routes = [closed("no file"), closed("no web"), closed("no pip")]
    with pytest.raises(DataError) as caught:
        first_that_works("MNIST", routes, "Put files there.")
    assert str(caught.value) == (
        "MNIST cannot be obtained: no file; no web; no pip.\nPut files there."
    )


def test_a_damaged_file_of_the_users_own_ends_the_search():
    def damaged():
        raise DataError("file x is truncated")

    with pytest.raises(DataError, match="file x"):
        first_that_works("MNIST", [damaged, lambda: pytest.fail("tried on")], "")


def test_nothing_is_written_to_stdout(capsys):
    first_that_works("MNIST", [closed("no file"), closed("no web"), lambda: 1], "")
    output = capsys.readouterr()
    assert output.out == ""
    assert "no web" in output.err
