"""The help page, which is read off the YAML files."""

from gan_lab.config.help_page import GROUPS, help_page
from gan_lab.config.options import find_conf, options_of

NOT_FOR_NEWCOMERS = {"callbacks", "evaluation/metrics", "hydra/launcher", "task"}


def groups():
    conf = find_conf()
    folders = {path.parent.relative_to(conf).as_posix() for path in conf.rglob("*.yaml")}
    return folders - {"."} - NOT_FOR_NEWCOMERS


def test_every_group_is_on_the_page_with_all_its_options():
    page = " ".join(help_page().split("Groups and")[1].split())

    assert set(GROUPS) == groups()
    for group in GROUPS:
        shown = page.split(f" {group}= ")[1].split("= ")[0]
        assert all(option in shown for option in options_of(group)), group


def test_the_default_of_a_group_comes_first():
    lines = {line.split()[0]: line.split()[1:] for line in help_page().splitlines() if "= " in line}

    assert lines["data="][0] == "mnist,"
    assert lines["loss="][0] == "non_saturating,"
    assert lines["optimizer/schedule="][0] == "constant,"


def test_tasks_and_keys_carry_what_their_files_say_of_them():
    page = help_page()

    assert "task=sample" in page
    assert "Keys: n, out, format, condition, truncation." in " ".join(page.split())
    assert "Draw images from the generator of the checkpoint named by ckpt." in page
    assert "batch_size=64              real images per minibatch, over all devices" in page
    assert max(map(len, page.splitlines())) <= 100
