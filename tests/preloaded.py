"""What the process that commands are forked from does beforehand: imports, and composing.

Importing it is what counts.
"""

import sklearn.datasets  # noqa: F401

import gan_lab.command_line
import gan_lab.data.digits
import gan_lab.data.pictures
import gan_lab.evaluation.frechet
import gan_lab.evaluation.kernel
import gan_lab.evaluation.modes
import gan_lab.evaluation.ndb
import gan_lab.evaluation.prdc
import gan_lab.losses.adversarial
import gan_lab.networks.dcgan
import gan_lab.networks.mlp
import gan_lab.pages.run_page
import gan_lab.tasks.train
import gan_lab.training.gan  # noqa: F401
from gan_lab.config.check import defaults_of_choices
from gan_lab.config.composition import composition
from tests import faster_hydra  # noqa: F401
from tests.end_to_end.campaign import DCGAN, MLP, WORDS

for words in ([], [*WORDS, *DCGAN], [*WORDS, *MLP]):
    composition(words)
    defaults_of_choices(words)
