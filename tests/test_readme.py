"""What README.md promises at a glance."""

import ast

import gan_lab
from tests.documents import PAGES, blocks, commands


def test_it_is_short_and_shows_the_users_own_example():
    assert len(PAGES["README.md"].splitlines()) <= 150
    assert "python -m gan_lab model=dcgan loss=lsgan trainer.devices=2" in commands("README.md")


def test_its_python_uses_names_that_there_are():
    (code,) = (text for language, text in blocks("README.md") if language == "python")
    used = {
        node.attr
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "gan_lab"
    }

    assert {"load", "evaluate", "save_pretrained"} == used <= set(gan_lab.__all__)
