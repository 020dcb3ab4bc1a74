"""What one iteration would take if only products, or only memory, took time.

python -m benchmarks.limits [OVERRIDES]
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence

import torch
from hydra import compose, initialize_config_dir
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.harness import MEBIBYTE, print_figures
from gan_lab.assembly.labels import classes_of
from gan_lab.assembly.models import build_algorithm
from gan_lab.assembly.trainers import choose_accelerator, choose_precision
from gan_lab.config.build import build
from gan_lab.config.options import find_conf
from gan_lab.training.gan import GAN

SIDE = 3072  # of the square matrices whose product is timed
COPIED_BYTES = 512 * MEBIBYTE
REPEATS = 5
# A weight, its gradient and Adam's two averages: each is read and written once per update.
WEIGHT_TRANSFERS = 8


def main() -> None:
    """Print milliseconds for products and for memory, and what takes room."""
    with initialize_config_dir(str(find_conf()), version_base="1.3"):
        config = compose("config", sys.argv[1:])
        dataset = build(config.data, "data")
        dataset.prepare()
        labels = classes_of(dataset, dataset.load())
        module = build_algorithm(config, dataset, labels)
        accelerator = choose_accelerator(config.trainer.accelerator)
        precision = choose_precision(config.trainer.precision, accelerator)
    kind = torch.bfloat16 if precision == "bf16-mixed" else torch.float32
    device = torch.device(accelerator)
    module.to(device)
    real = torch.zeros(config.batch_size, *dataset.image_shape, device=device)
    latents = module.prior.sample(config.batch_size, torch.Generator(device))
    told = [torch.zeros(len(real), dtype=torch.long, device=device)] if labels else []
    products, written = work_of(module, real, latents, told, kind)
    weights = sum(
        weight.numel()
        for network in (module.generator, module.discriminator)
        for weight in network.parameters()
    )
    print_figures(
        product_ms=1000 * products / product_rate(device, kind),
        memory_ms=1000 * (2 * written + 4 * WEIGHT_TRANSFERS * weights) / copy_rate(device),
        weights_mebibytes=4 * weights / MEBIBYTE,
        outputs_mebibytes=written / MEBIBYTE,
        dataset_mebibytes=dataset.load().pixels.nbytes / MEBIBYTE,
    )


def work_of(
    module: GAN, real: Tensor, latents: Tensor, told: Sequence[Tensor], kind: torch.dtype
) -> tuple[int, int]:
    """Return the operations of both phases' products, and the bytes of all layers' outputs."""
    generator, discriminator = module.generator, module.discriminator
    written = 0

    def note(layer: torch.nn.Module, inputs: object, output: Tensor) -> None:
        nonlocal written
        # An output, and in training its gradient.
        written += output.nbytes * (2 if output.requires_grad else 1)

    leaves = [layer for layer in module.modules() if not list(layer.children())]
    hooks = [layer.register_forward_hook(note) for layer in leaves]
    half = kind != torch.float32
    with (
        FlopCounterMode(display=False) as counter,
        torch.autocast(real.device.type, kind, enabled=half),
    ):
        with torch.no_grad():
            fake = generator(latents, *told)
        loss = module.loss.discriminator(discriminator(real, *told), discriminator(fake, *told))
        sum(loss).backward()
        discriminator.requires_grad_(False)
        beside = [discriminator(real, *told)] if module.loss.compares_pairs else []
        module.loss.generator(discriminator(generator(latents, *told), *told), *beside).backward()
    for hook in hooks:
        hook.remove()
    return counter.get_total_flops(), written


def product_rate(device: torch.device, kind: torch.dtype) -> float:
    """Return floating-point operations per second of a large matrix product."""
    left, right = (torch.randn(SIDE, SIDE, device=device, dtype=kind) for _ in range(2))
    return 2 * SIDE**3 / seconds_of(lambda: left @ right)


def copy_rate(device: torch.device) -> float:
    """Return bytes per second that a large copy reads and writes."""
    source = torch.zeros(COPIED_BYTES, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    return 2 * COPIED_BYTES / seconds_of(lambda: target.copy_(source))


def seconds_of(work: Callable[[], object]) -> float:
    """Return the median seconds of several repetitions; a first one is not counted."""
    seconds = []
    for _ in range(REPEATS + 1):
        started = time.perf_counter()
        work()
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:])


if __name__ == "__main__":
    main()
