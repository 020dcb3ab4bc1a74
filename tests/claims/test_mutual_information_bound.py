"""The bound on the mutual information, and what would break it."""

import math
from dataclasses import dataclass

import pytest

from gan_lab.claims.mutual_information_bound import CODE, check, information, joint_of
from gan_lab.losses.mutual_information import MutualInformation


def test_the_claim_holds():
    outcome = check()

    assert outcome.holds
    assert 0 < outcome.numbers["I(c; x)"] < math.log(4)
    assert outcome.numbers["L_I of a Q that knows nothing"] == pytest.approx(0, abs=1e-9)


def test_images_without_noise_tell_all_of_the_code_and_noise_alone_nothing():
    assert information(joint_of(0.05)).item() == pytest.approx(math.log(4), abs=1e-6)
    assert information(joint_of(1000.0)).item() == pytest.approx(0, abs=1e-5)


@dataclass(frozen=True)
class Wrong:
    """The code with a mistake that others made."""

    entropy: float
    sign: int = 1

    @property
    def entropies(self):
        return {"c": self.entropy}

    def log_likelihoods(self, latents, head, std):
        found = CODE.log_likelihoods(latents, head, std)
        return {name: self.sign * value for name, value in found.items()}


@pytest.mark.parametrize("code", [Wrong(0.0), Wrong(math.log(4), -1), Wrong(math.log(10))])
def test_it_fails_without_the_entropy_with_another_one_or_with_the_wrong_sign(code):
    assert not check(MutualInformation(weight=1.0, code=code)).holds
