"""Nothing is timed, at no cost."""

import torch
from lightning import LightningModule, Trainer

from gan_lab.training.unprofiled import Unprofiled


class Silent(LightningModule):
    """Counts its steps, with one of Lightning's own contexts within another."""

    def __init__(self):
        super().__init__()
        self.automatic_optimization = False
        self.weight = torch.nn.Parameter(torch.zeros(1))
        self.steps = 0

    def training_step(self, batch, batch_idx):
        with self.trainer.profiler.profile("outer"), self.trainer.profiler.profile("inner"):
            self.steps += 1

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters())


def test_a_trainer_runs_under_it_and_is_handed_the_same_context_each_time(tmp_path):
    module, profiler = Silent(), Unprofiled()
    Trainer(
        accelerator="cpu", max_epochs=1, profiler=profiler, logger=False,
        enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False,
        default_root_dir=tmp_path,
    ).fit(module, [1, 2, 3])  # fmt: skip

    assert module.steps == 3
    assert profiler.profile("one") is profiler.profile("another")
    assert profiler.summary() == ""
    assert not list(tmp_path.iterdir())
