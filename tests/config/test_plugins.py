"""Plug-ins and folders of options as the command line names them."""

import sys

import pytest

from gan_lab.config import plugins
from gan_lab.config.options import add_folders, added_folders
from gan_lab.errors import ConfigError


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]
    add_folders([])


@pytest.fixture
def package(here):
    (here / "my_lab" / "conf").mkdir(parents=True)
    (here / "my_lab" / "inner").mkdir()
    (here / "my_lab" / "__init__.py").touch()
    (here / "my_lab" / "inner" / "__init__.py").touch()
    return here / "my_lab"


@pytest.mark.parametrize(
    "word",
    ["plugins=[my_lab]", "plugins=my_lab", "+plugins=['my_lab']", "plugins=[my_lab, my_lab]"],
)
def test_a_package_in_the_current_folder_is_found_with_its_options_and_not_imported(word, package):
    plugins.use(["seed=1", word])

    assert plugins.names() == ("my_lab",)
    assert added_folders() == (package / "conf",)
    assert "my_lab" not in sys.modules
    plugins.import_typed()
    assert "my_lab" in sys.modules


def test_the_options_of_a_module_are_beside_it(here):
    (here / "alone.py").touch()
    (here / "conf").mkdir()

    plugins.use(["plugins=[alone]"])

    assert added_folders() == (here / "conf",)


def test_a_part_belongs_to_the_plug_in_that_is_named_and_to_no_other_of_a_similar_name(package):
    plugins.use(["plugins=[my_lab.inner]"])

    assert plugins.plugin_of("my_lab.inner.losses.Mine") == "my_lab.inner"
    assert plugins.plugin_of("my_lab.losses.Mine") is None
    assert plugins.plugin_of("my_lab.inner_too.Mine") is None


@pytest.mark.parametrize("word", ["plugins=[]", "plugins=null", "seed=1", ""])
def test_the_last_word_holds_and_may_name_none(word, package):
    plugins.use(["plugins=[my_lab]"])
    plugins.use(["plugins=[my_lab]", word] if "plugins" in word else [word] if word else [])

    assert plugins.typed() == ()
    assert added_folders() == ()


@pytest.mark.parametrize(
    ("word", "message"),
    [
        (
            "plugins=[nowhere]",
            "there is no module nowhere. It must be installed, or a",
        ),
        ("plugins=[my_lab.nowhere]", "there is no module my_lab.nowhere"),
        ("plugins=[my-lab]", "is not the name of a module: type it as Python imports it"),
        ("plugins=[../my_lab]", "is not the name of a module"),
        ("plugins=my_lab,other", r"a list stands in brackets, plugins=\[my_lab,other\]"),
        (
            "plugins=[broken.inner]",
            r"=\[broken.inner\] cannot be imported: OSError: no disk",
        ),
    ],
)
def test_what_is_no_plug_in_gets_one_sentence(word, message, package, here):
    (here / "broken").mkdir()
    (here / "broken" / "__init__.py").write_text("raise OSError('no\\n disk')")

    with pytest.raises(ConfigError, match=message) as caught:
        plugins.use([word])

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("1 +", r"plugins=\[faulty\] cannot be imported: SyntaxError: invalid syntax \(faulty.py"),
        (
            "import nowhere_at_all",
            "cannot be imported: ModuleNotFoundError: No module named",
        ),
        ("1 / 0", "cannot be imported: ZeroDivisionError: division by zero"),
    ],
)
def test_a_plug_in_that_does_not_import_says_why(code, message, here):
    (here / "faulty.py").write_text(code)
    plugins.use(["plugins=[faulty]"])

    with pytest.raises(ConfigError, match=message):
        plugins.import_typed()


@pytest.mark.parametrize(
    "words",
    [
        ["--config-dir", "a b"],
        ["--config-dir=a b"],
        ["-cd", "a b"],
        ["hydra.searchpath=['a b']"],
        ["hydra.searchpath=[file://a b]"],
        ["--config-dir", "a b", "hydra.searchpath=[a b,a b]"],
    ],
)
def test_folders_of_options_are_absolute_whoever_names_them(words, here):
    (here / "a b").mkdir()

    assert set(plugins.use(words)) == {here / "a b"}
    assert added_folders() == (here / "a b",)


def test_a_package_of_options_is_a_folder(package):
    (package / "conf" / "__init__.py").touch()
    sys.path.insert(0, str(package.parent))

    assert plugins.use(["hydra.searchpath=[pkg://my_lab.conf]"]) == [package / "conf"]


def test_a_folder_elsewhere_is_refused():
    with pytest.raises(ConfigError, match="name a folder"):
        plugins.use(["hydra.searchpath=[s3://bucket]"])
