"""Every metric on a share of the images: what a process of several does in an evaluation."""

import torch
from torch import distributed

from gan_lab.data.base import Images
from gan_lab.evaluation.duplicates import Duplicates
from gan_lab.evaluation.frechet import FrechetDistance
from gan_lab.evaluation.kernel import KernelDistance
from gan_lab.evaluation.modes import Modes
from gan_lab.evaluation.ndb import NDB
from gan_lab.evaluation.parzen import ParzenWindow
from gan_lab.evaluation.prdc import PRDC
from tests.evaluation.draws import Classifier, blocks, gaussian, part, samples

EPOCHS = 3


def images(n, seed):
    generator = torch.Generator().manual_seed(seed)
    pixels = torch.randint(0, 256, (n, 1, 4, 4), dtype=torch.uint8, generator=generator)
    features = gaussian(n, 16, seed).float()
    return samples(features, logits=features[:, :10] * 3, pixels=pixels)


def unfitted():
    made = [
        FrechetDistance("c"),
        KernelDistance("c", subset_size=100),
        PRDC("c", limit=400),
        NDB("c", bins=20),
        Modes("c"),
        Duplicates("c", limit=300),
        ParzenWindow("c"),
    ]
    for metric in made:
        metric.attach(Classifier(10))
        for split in metric.other_splits:
            metric.attach_split(split, Images(images(200, seed=len(split)).pixels))
    return made


def metrics():
    made = unfitted()
    for metric in made:
        metric.fit(images(600, seed=0))
    return made


def scores(sizes, rank=0):
    """Return all numbers of each epoch; `sizes[rank]` of the generated images are of this rank."""
    made = metrics()
    found = []
    start = sum(sizes[:rank])
    mine = torch.arange(start, start + sizes[rank])
    for epoch in range(EPOCHS):
        share = part(images(sum(sizes), seed=epoch + 1), mine)
        numbers = {}
        for metric in made:
            for block in blocks(share, [len(share) // 3, len(share) - len(share) // 3]):
                metric.update(block)
            numbers |= metric.compute()
            metric.reset()
        counts = next(made for made in (metric.histogram() for metric in made) if made is not None)
        found.append(
            {**numbers, **{f"class {n}": count for n, count in enumerate(counts.tolist())}}
        )
    return found


def work(rank, folder, splits):
    torch.set_num_threads(1)
    distributed.init_process_group(
        "gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=len(splits[0])
    )
    torch.save([scores(sizes, rank) for sizes in splits], folder / f"{rank}.pt")
    distributed.destroy_process_group()
