"""Random numbers by address."""

import hashlib

import pytest
import torch

from gan_lab.seeding import generator, key, seed_global, uniform_at


def test_key_is_the_same_hash_in_every_process_and_version_so_that_old_runs_can_be_resumed():
    digest = hashlib.blake2b(b"(7, 'latents', 12)", digest_size=8).digest()

    assert key(7, "latents", 12) == int.from_bytes(digest, "big") // 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((1,), ("1",)),
        ((1, 2), (12,)),
        ((1, 2), (2, 1)),
        (("a", "b"), ("a, b",)),
        (("a", "b"), ("ab",)),
        ((0, "latents", 1), (0, "latents", 2)),
        ((0, "latents", 1), (1, "latents", 1)),
        ((0, "latents", 1), (0, "flip", 1)),
        ((0,), (0, 0)),
    ],
)
def test_unequal_addresses_have_unequal_keys(one, other):
    assert key(*one) != key(*other)


def test_keys_fill_63_bits_evenly():
    keys = [key("evenness", i) for i in range(2000)]

    shares = [sum(number >> bit & 1 for number in keys) / len(keys) for bit in range(64)]

    assert shares[63] == 0
    assert all(0.44 < share < 0.56 for share in shares[:63])  # 5 standard deviations


def test_the_same_address_gives_the_same_numbers_whatever_was_drawn_before():
    expected = torch.rand(5, generator=generator("cpu", 3, "latents", 8))
    torch.rand(1000)
    torch.rand(1000, generator=generator("cpu", 3, "latents", 7))

    again = torch.rand(5, generator=generator("cpu", 3, "latents", 8))

    assert torch.equal(again, expected)


def test_neighbouring_addresses_give_uncorrelated_numbers():
    one = torch.randn(10_000, generator=generator("cpu", 0, "latents", 1))
    other = torch.randn(10_000, generator=generator("cpu", 0, "latents", 2))

    correlation = torch.corrcoef(torch.stack([one, other]))[0, 1]

    assert abs(correlation) < 0.05  # 5 standard deviations


def test_a_generator_leaves_torchs_own_state_alone():
    before = torch.get_rng_state()

    torch.rand(10, generator=generator("cpu", 0, "latents"))

    assert torch.equal(torch.get_rng_state(), before)


def test_seed_global_decides_what_dropout_drops():
    ones = torch.ones(1000)
    dropped = []

    with torch.random.fork_rng():
        for address in ((0, "layers", 5), (0, "layers", 6), (0, "layers", 5)):
            seed_global(*address)
            dropped.append(torch.nn.functional.dropout(ones, 0.5))

    assert torch.equal(dropped[0], dropped[2])
    assert not torch.equal(dropped[0], dropped[1])


def test_seed_global_leaves_nothing_behind_for_gpus_that_are_not_in_use():
    if torch.cuda.is_initialized():
        pytest.skip("a GPU is in use")
    waiting = len(torch.cuda._queued_calls)

    with torch.random.fork_rng():
        seed_global(0, "layers", 5)

    assert len(torch.cuda._queued_calls) == waiting


def test_uniform_numbers_of_a_position_depend_on_it_and_the_address_alone():
    some = uniform_at(torch.tensor([5, 2]), (3, 4), 0, "pixels")

    assert some.shape == (2, 3, 4)
    assert torch.equal(uniform_at(torch.tensor([2]), (3, 4), 0, "pixels")[0], some[1])
    assert not torch.equal(some[0], some[1])
    assert not torch.equal(uniform_at(torch.tensor([5]), (3, 4), 1, "pixels")[0], some[0])
