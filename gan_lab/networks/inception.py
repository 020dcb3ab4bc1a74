"""Inception-v3 as in the graph of 2015-12-05 that the FID was defined with, up to its features.

Szegedy et al., 2016, arXiv:1512.00567; Heusel et al., 2017, arXiv:1706.08500 for the FID. Layers
have the names that torchvision gave them, but three things differ from torchvision's network:

- average pooling does not count the padding;
- in Mixed_7c the pooling branch takes the maximum, not the average;
- the auxiliary and the final classifier are left out.

Shapes in the comments are those of an image of 299x299.
"""

from typing import final

import torch
from torch import Tensor, nn
from torch.nn import functional


@final
class InceptionV3(nn.Module):
    """Map images to 2048 features each: the activations before the classifier, averaged in space.

    It comes with random weights; see `gan_lab.evaluation.inception_weights` for the trained ones.
    """

    def __init__(self) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = Convolution(3, 32, 3, stride=2)
        self.Conv2d_2a_3x3 = Convolution(32, 32, 3)
        self.Conv2d_2b_3x3 = Convolution(32, 64, 3, padding=1)
        self.Conv2d_3b_1x1 = Convolution(64, 80, 1)
        self.Conv2d_4a_3x3 = Convolution(80, 192, 3)
        self.Mixed_5b = MixedA(192, pooled=32)
        self.Mixed_5c = MixedA(256, pooled=64)
        self.Mixed_5d = MixedA(288, pooled=64)
        self.Mixed_6a = MixedB(288)
        self.Mixed_6b = MixedC(768, width=128)
        self.Mixed_6c = MixedC(768, width=160)
        self.Mixed_6d = MixedC(768, width=160)
        self.Mixed_6e = MixedC(768, width=192)
        self.Mixed_7a = MixedD(768)
        self.Mixed_7b = MixedE(1280, maximum=False)
        self.Mixed_7c = MixedE(2048, maximum=True)

    def forward(self, images_NCHW: Tensor) -> Tensor:
        """Map images `(N, 3, 299, 299)` from -1 to 1 to features `(N, 2048)`, none negative."""
        maps = self.Conv2d_1a_3x3(images_NCHW)  # 32 maps of 149x149
        maps = self.Conv2d_2a_3x3(maps)
        maps = self.Conv2d_2b_3x3(maps)  # 64 of 147x147
        maps = functional.max_pool2d(maps, 3, stride=2)
        maps = self.Conv2d_3b_1x1(maps)
        maps = self.Conv2d_4a_3x3(maps)  # 192 of 71x71
        maps = functional.max_pool2d(maps, 3, stride=2)
        maps = self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(maps)))  # 288 of 35x35
        maps = self.Mixed_6a(maps)  # 768 of 17x17
        maps = self.Mixed_6e(self.Mixed_6d(self.Mixed_6c(self.Mixed_6b(maps))))
        maps = self.Mixed_7a(maps)  # 1280 of 8x8
        maps = self.Mixed_7c(self.Mixed_7b(maps))  # 2048
        return maps.mean(dim=(2, 3))


@final
class Convolution(nn.Module):
    """Convolution without bias, batch normalisation, ReLU.

    Args:
        inputs: channels.
        outputs: channels.
        kernel: height and width, or one number for both.
        stride: in both directions.
        padding: height and width, or one number for both.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int | tuple[int, int],
        stride: int = 1,
        padding: int | tuple[int, int] = 0,
    ) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=0.001)

    def forward(self, maps_NCHW: Tensor) -> Tensor:
        """Map `(N, inputs, H, W)` to `(N, outputs, H', W')`."""
        return functional.relu(self.bn(self.conv(maps_NCHW)), inplace=True)


@final
class MixedA(nn.Module):
    """Look at 35x35 maps through 1x1, 5x5, two 3x3 and a pool; gives 224 maps more than `pooled`.

    Args:
        inputs: channels.
        pooled: channels of the pooling branch.
    """

    def __init__(self, inputs: int, pooled: int) -> None:
        super().__init__()
        self.branch1x1 = Convolution(inputs, 64, 1)
        self.branch5x5_1 = Convolution(inputs, 48, 1)
        self.branch5x5_2 = Convolution(48, 64, 5, padding=2)
        self.branch3x3dbl_1 = Convolution(inputs, 64, 1)
        self.branch3x3dbl_2 = Convolution(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = Convolution(96, 96, 3, padding=1)
        self.branch_pool = Convolution(inputs, pooled, 1)

    def forward(self, maps_NCHW: Tensor) -> Tensor:
        """Map `(N, inputs, H, W)` to `(N, 224 + pooled, H, W)`."""
        single = self.branch1x1(maps_NCHW)
        wide = self.branch5x5_2(self.branch5x5_1(maps_NCHW))
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(maps_NCHW)))
        pooled = self.branch_pool(average(maps_NCHW))
        return torch.cat([single, wide, double, pooled], dim=1)


@final
class MixedB(nn.Module):
    """Halve 35x35 maps to 17x17 through 3x3, two 3x3 and a pool.

    Args:
        inputs: channels.
    """

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.branch3x3 = Convolution(inputs, 384, 3, stride=2)
        self.branch3x3dbl_1 = Convolution(inputs, 64, 1)
        self.branch3x3dbl_2 = Convolution(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = Convolution(96, 96, 3, stride=2)

    def forward(self, maps_NCHW: Tensor) -> Tensor:
        """Map `(N, inputs, H, W)` to `(N, 480 + inputs, (H - 1) / 2, (W - 1) / 2)`."""
        single = self.branch3x3(maps_NCHW)
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(maps_NCHW)))
        pooled = functional.max_pool2d(maps_NCHW, 3, stride=2)
        return torch.cat([single, double, pooled], dim=1)


@final
class MixedC(nn.Module):
    """Look at 17x17 maps through 1x1, one and two 7x7, each split into a row and a column.

    Args:
        inputs: channels.
        width: channels inside the 7x7 branches.
    """

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        row = {"kernel": (1, 7), "padding": (0, 3)}
        column = {"kernel": (7, 1), "padding": (3, 0)}
        self.branch1x1 = Convolution(inputs, 192, 1)
        self.branch7x7_1 = Convolution(inputs, width, 1)
        self.branch7x7_2 = Convolution(width, width, **row)
        self.branch7x7_3 = Convolution(width, 192, **column)
        self.branch7x7dbl_1 = Convolution(inputs, width, 1)
        self.branch7x7dbl_2 = Convolution(width, width, **column)
        self.branch7x7dbl_3 = Convolution(width, width, **row)
        self.branch7x7dbl_4 = Convolution(width, width, **column)
        self.branch7x7dbl_5 = Convolution(width, 192, **row)
        self.branch_pool = Convolution(inputs, 192, 1)

    def forward(self, maps_NCHW: Tensor) -> Tensor:
        """Map `(N, inputs, H, W)` to `(N, 768, H, W)`."""
        single = self.branch1x1(maps_NCHW)
        wide = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(maps_NCHW)))
        double = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(maps_NCHW)))
        double = self.branch7x7dbl_5(self.branch7x7dbl_4(double))
        pooled = self.branch_pool(average(maps_NCHW))
        return torch.cat([single, wide, double, pooled], dim=1)


@final
class MixedD(nn.Module):
    """Halve 17x17 maps to 8x8 through 3x3, 7x7 with 3x3, and a pool.

    Args:
        inputs: channels.
    """

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.branch3x3_1 = Convolution(inputs, 192, 1)
        self.branch3x3_2 = Convolution(192, 320, 3, stride=2)
        self.branch7x7x3_1 = Convolution(inputs, 192, 1)
        self.branch7x7x3_2 = Convolution(192, 192, (1, 7), padding=(0, 3))
        self.branch7x7x3_3 = Convolution(192, 192, (7, 1), padding=(3, 0))
        self.branch7x7x3_4 = Convolution(192, 192, 3, stride=2)

    def forward(self, maps_NCHW: Tensor) -> Tensor:
        """Map `(N, inputs, H, W)` to `(N, 512 + inputs, (H - 1) / 2, (W - 1) / 2)`."""
        single = self.branch3x3_2(self.branch3x3_1(maps_NCHW))
        wide = self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(maps_NCHW)))
        wide = self.branch7x7x3_4(wide)
        pooled = functional.max_pool2d(maps_NCHW, 3, stride=2)
        return torch.cat([single, wide, pooled], dim=1)


@final
class MixedE(nn.Module):
    """Look at 8x8 maps through 1x1, 3x3, two 3x3, whose last rows and columns stand side by side.

    Args:
        inputs: channels.
        maximum: pool by the maximum instead of the average.
    """

    def __init__(self, inputs: int, maximum: bool) -> None:
        super().__init__()
        row = {"kernel": (1, 3), "padding": (0, 1)}
        column = {"kernel": (3, 1), "padding": (1, 0)}
        self.branch1x1 = Convolution(inputs, 320, 1)
        self.branch3x3_1 = Convolution(inputs, 384, 1)
        self.branch3x3_2a = Convolution(384, 384, **row)
        self.branch3x3_2b = Convolution(384, 384, **column)
        self.branch3x3dbl_1 = Convolution(inputs, 448, 1)
        self.branch3x3dbl_2 = Convolution(448, 384, 3, padding=1)
        self.branch3x3dbl_3a = Convolution(384, 384, **row)
        self.branch3x3dbl_3b = Convolution(384, 384, **column)
        self.branch_pool = Convolution(inputs, 192, 1)
        self.maximum = maximum

    def forward(self, maps_NCHW: Tensor) -> Tensor:
        """Map `(N, inputs, H, W)` to `(N, 2048, H, W)`."""
        single = self.branch1x1(maps_NCHW)
        wide = self.branch3x3_1(maps_NCHW)
        wide = [self.branch3x3_2a(wide), self.branch3x3_2b(wide)]
        double = self.branch3x3dbl_2(self.branch3x3dbl_1(maps_NCHW))
        double = [self.branch3x3dbl_3a(double), self.branch3x3dbl_3b(double)]
        pool = functional.max_pool2d(maps_NCHW, 3, 1, 1) if self.maximum else average(maps_NCHW)
        return torch.cat([single, *wide, *double, self.branch_pool(pool)], dim=1)


def average(maps_NCHW: Tensor) -> Tensor:
    """Average each 3x3 neighbourhood, at the border only what there is of it."""
    return functional.avg_pool2d(maps_NCHW, 3, stride=1, padding=1, count_include_pad=False)
