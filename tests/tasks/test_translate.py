"""What the translations of pictures are called, and which way leads to a set."""

from types import SimpleNamespace

import pytest
from omegaconf import OmegaConf

from gan_lab.data.mixtures import Ring
from gan_lab.errors import ConfigError
from gan_lab.tasks import translate
from gan_lab.tasks.translate import Way, file_names, way_to


class Both:
    directions = {"there": ("horses", "zebras"), "back": ("zebras", "horses")}  # noqa: RUF012


class OneWay:
    directions = {"there": ("maps", "photos")}  # noqa: RUF012


@pytest.mark.parametrize(
    ("names", "files"),
    [
        (["cat.jpg", "in/dog.PNG"], ["cat.png", "in/dog.png"]),
        (["cat.jpg", "cat.png", "Cat.gif"], ["cat.jpg.png", "cat.png.png", "Cat.gif.png"]),
        (["cat.jpg", "cat.png", "cat.jpg.bmp"], ["cat.jpg.png", "cat.png.png", "cat.jpg.bmp.png"]),
        (["a.b.jpg", "in/cat.jpg", "cat.jpg"], ["a.b.png", "in/cat.png", "cat.png"]),
        (
            ["Translations.jpg", "in/translations.png"],
            ["Translations.jpg.png", "in/translations.png"],
        ),
        (["images[0]", "images[1]"], ["00000.png", "00001.png"]),
    ],
)
def test_each_file_is_called_like_its_picture(names, files):
    assert file_names(names) == files


def test_no_two_files_are_the_same_whatever_the_names():
    names = ["cat.jpg", "cat.png", "cat.jpg.png", "CAT.JPG.png", "cat.png.png", "cat.jpg-2.png"]

    files = file_names(names)

    assert len({file.lower() for file in files}) == len(names)


def test_a_way_knows_the_way_back_where_there_is_one():
    assert way_to("horses", Both()) == Way("zebras", "horses", "back", "there")
    assert way_to("photos", OneWay()) == Way("maps", "photos", "there", None)


def test_a_set_that_nothing_leads_to_is_refused_with_those_that_are_there():
    with pytest.raises(ConfigError, match=r"^to=x is no set .* Known here: horses, zebras\.$"):
        way_to("x", Both())
    with pytest.raises(ConfigError, match=r"^to=maps .* Known here: photos\.$"):
        way_to("maps", OneWay())


def test_what_is_no_picture_is_refused(monkeypatch):
    trained = SimpleNamespace(
        module=Both(), dataset=SimpleNamespace(sources={"horses": Ring(), "zebras": Ring()})
    )
    monkeypatch.setattr(translate, "open_model", lambda *_, **__: trained)
    config = OmegaConf.create({"task": "translate", "to": "zebras"})

    said = r"^task=translate needs images, and Ring has points .* task=sample shows its trans"
    with pytest.raises(ConfigError, match=said):
        translate.run(config)
