"""The card for people: what hubs and strangers read of it, and what cannot get out of it."""

import pytest
import yaml

from gan_lab.assembly.card_page import readme_of

CARD = {
    "file": "model.safetensors", "format": "safetensors", "license": "mit", "algorithm": "GAN",
    "translates": False, "iteration": 5000, "seed": 3, "weights": "ema",
    "command": "python -m gan_lab data=mnist", "data": {"name": "MNIST", "sha256": {"data": "ab"}},
    "classes": [], "words": [], "image_shape": [1, 28, 28], "value_range": [-1.0, 1.0],
    "inputs": [], "evaluation": None, "versions": {"gan_lab": "0.1.0", "torch": "2.13.0"},
    "parity": {"of": "64 images", "largest_difference": 1e-6},
}  # fmt: skip
SCORED = {
    "metrics": {f"m{place}": float(place) for place in range(15)} | {"m1": None},
    "protocol": {"n_fake": 10000, "n_real": 60000, "data": "MNIST", "split": "train", "seed": 0,
                 "extractors": {"inception": {}, "pixels": {}}},
}  # fmt: skip


def front_matter(page):
    _, front, text = page.split("---\n", 2)
    return yaml.safe_load(front), text


def test_hubs_read_what_it_is_of():
    front, _ = front_matter(readme_of(CARD, has_picture=True))

    assert front == {
        "license": "mit",
        "library_name": "gan_lab",
        "pipeline_tag": "unconditional-image-generation",
        "tags": ["gan_lab", "image-generation", "gan"],
    }


@pytest.mark.parametrize(
    ("said", "front"),
    [
        (None, {}),
        ("cc-by-4.0", {"license": "cc-by-4.0"}),
        ('My "own": terms\nof 2026', {"license": "other", "license_name": "my-own-terms-of-2026"}),
        ("???", {"license": "other", "license_name": "other"}),
    ],
)
def test_a_licence_is_one_that_hubs_know_or_has_a_name(said, front):
    found, _ = front_matter(readme_of(CARD | {"license": said}, has_picture=False))

    assert {key: value for key, value in found.items() if key.startswith("license")} == front


def test_a_stranger_sees_samples_use_numbers_and_origin_in_this_order():
    page = readme_of(CARD | {"evaluation": SCORED}, has_picture=True, repo="user/name")

    parts = [
        "# GAN of MNIST", "Makes grey images of 28x28 pixels", "![Samples](samples.png)",
        'model = gan_lab.from_pretrained("user/name")', "uint8 (64, 28, 28, 1)",
        "10,000 generated images against 60,000 of MNIST (train), features of inception, pixels, "
        "seed 0", "| m0 | 0 |", "| m1 | infinite |", "3 more stand in `card.json`",
        "GAN, 5,000 iterations", "| Seed | 3 |", "| Licence | mit |", "-1 (black) to 1 (white)",
        "python -m gan_lab data=mnist",
    ]  # fmt: skip
    places = [page.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    code = page.split("```python\n")[1].split("```")[0]
    assert len(code.strip().splitlines()) <= 5


def test_a_model_that_is_told_of_classes_says_how_to_ask():
    card = CARD | {"classes": ["cat", "dog", "fox", "owl", "yak"]}

    page = readme_of(card, has_picture=False)

    assert 'model.sample(8, condition="cat")  # of one class: cat, dog, fox, owl, ...' in page
    assert "of any of 5 classes" in page
    assert "samples.png" not in page


def test_words_of_a_stranger_stay_in_their_places():
    bad = "x\n```\n<script>|`![picture](http://elsewhere)"
    card = CARD | {
        "command": f"python {bad}", "classes": [bad, "b"], "seed": bad,
        "data": {"name": "MNIST", "sha256": bad},
        "evaluation": {"metrics": {bad: 1.0}, "protocol": {"data": bad, "extractors": 3}},
    }  # fmt: skip

    page = readme_of(card, has_picture=False)

    assert "<script>" not in page
    assert "](" not in page
    assert page.count("```") == 4
    assert not [line for line in page.splitlines() if line.startswith("x")]
