"""Hydra, ready to compose the project's own configuration."""

import pytest
from hydra import initialize_config_dir

from gan_lab.config.options import find_conf


@pytest.fixture
def hydra_is_ready():
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        yield
