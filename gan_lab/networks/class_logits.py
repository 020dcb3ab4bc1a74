"""A discriminator that is a classifier: whether an image is real follows from its classes.

Shape legend: N = images, K = classes, C, H, W = image.
"""

from typing import ClassVar, final

from torch import Tensor, nn

from gan_lab.networks.features import Answers


@final
class ClassLogits(nn.Module):
    """Let a logit per class say both: which class, and whether the image is of any.

    Salimans et al., 2016, arXiv:1606.03498, section 5: of K + 1 logits that of "generated" is 0, so
    that D(x) = Z / (Z + 1), Z the sum of the exponentials of the others, and its logit is log Z.
    With a learned one it is the softmax of Odena, 2016, arXiv:1606.01583.

    Args:
        discriminator: whose features are classified; what it makes of them itself is not used.
        n_classes: K.
        learns_fake: whether the logit of "generated" is learned.

    Attributes:
        classes: which numbers of the head are logits of classes.
    """

    classes: ClassVar = slice(None)

    def __init__(self, discriminator: nn.Module, n_classes: int, *, learns_fake: bool) -> None:
        super().__init__()
        self.discriminator = discriminator
        self.n_features = discriminator.n_features
        self.n_classes = n_classes
        self.class_logits = nn.Linear(self.n_features, n_classes + learns_fake)

    def forward(self, images_NCHW: Tensor, with_features: bool = False) -> Tensor | Answers:
        """Return logits `(N,)`; with features and a logit per class `(N, K)` if asked for."""
        features = self.discriminator(images_NCHW, with_features=True).features
        outputs = self.class_logits(features)
        answers = answers_of(outputs, features, self.n_classes)
        return answers if with_features else answers.logits


def answers_of(outputs: Tensor, features: Tensor, n_classes: int) -> Answers:
    """Return what the logits of K classes, and of "generated" if there is one more, say."""
    of_classes = outputs[:, :n_classes]
    logits = of_classes.logsumexp(dim=1)
    if outputs.shape[1] > n_classes:
        logits = logits - outputs[:, n_classes]
    return Answers(logits, features, of_classes)
