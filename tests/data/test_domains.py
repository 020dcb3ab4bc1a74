"""Domains by name: a list, in its order, without mistakes."""

import pytest

from gan_lab.data.domains import checked_domains
from gan_lab.errors import ConfigError

KNOWN = ("google", "twitter", "apple")


def test_they_come_in_the_order_that_was_asked_for():
    assert checked_domains("data.domains", ["twitter", "google"], KNOWN) == ("twitter", "google")


@pytest.mark.parametrize(
    ("domains", "message"),
    [
        ([], r"data\.domains=\[\] must be a list of one or more of google, twitter, apple, such"),
        ("google", r"data\.domains=google must be a list .*data\.domains=\[google,twitter\]"),
        (None, r"data\.domains=None must be a list"),
        (["gogle"], r"data\.domains names gogle, which is not there\. Did you mean 'google'"),
        (["apple", "google", "apple"], r"\[apple,google,apple\] names apple twice; name it once"),
        ([3], r"names 3, which is not there"),
    ],
)
def test_a_mistake_names_key_value_and_remedy(domains, message):
    with pytest.raises(ConfigError, match=message):
        checked_domains("data.domains", domains, KNOWN)
