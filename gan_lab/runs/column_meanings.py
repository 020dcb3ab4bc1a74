"""What each column of metrics.csv is, in a sentence or two; docs/metrics.md says more.

Pages print them, so that a reader needs no other file.
"""

import re
from collections.abc import Iterable

OF = r"(_\w+)?"  # a feature space other than the first
FEATURES = r"(fid|fd_\w+?)"

# The first pattern that a whole name matches, or else all of it behind the name of a view.
MEANINGS: dict[str, str] = {
    r"fd_within_\w+_bias": (
        "What fd_within would be for perfect samples, as there are few of each class."
    ),
    r"fd_within_\w+": (
        "Fréchet distance between the real images of a class and the samples asked to be of "
        "it, mean over classes."
    ),
    rf"{FEATURES}_bias": (
        "What the Fréchet distance would be for perfect samples: its mean for two finite "
        "samples of one Gaussian."
    ),
    r"fid": (
        "Fréchet Inception Distance: the Fréchet distance in the features of the Inception "
        "network of 2015. It falls with the number of images, so compare equal numbers alone."
    ),
    r"fd_\w+": (
        "Fréchet distance between Gaussians fitted to the features of real and of generated "
        "images, by the network in its name. It falls with the number of images, so compare "
        "equal numbers alone."
    ),
    r"inception_score": (
        "How sure Inception is of each sample's class, and how evenly all classes occur: from"
        " 1 to 1,008. Real images are not looked at."
    ),
    r"inception_score_std": "Standard deviation of the Inception Score over parts of the samples.",
    r"inception_score_real": "The Inception Score of the real images.",
    r"kid_\w+_std": "Standard deviation of the kernel distance from 1,000 images of each kind.",
    r"kid_\w+": (
        "Kernel Inception Distance: squared distance of the mean features under a cubic "
        "kernel. Unbiased, so perfect samples get 0 on average, and sometimes less."
    ),
    rf"precision{OF}": (
        "Share of samples that lie among real images: in the ball of any, which reaches to "
        "its fifth neighbour."
    ),
    rf"recall{OF}": (
        "Share of real images that lie among samples: in the ball of any, which reaches to "
        "its fifth neighbour."
    ),
    rf"density{OF}": (
        "How many balls of real images hold a sample, on average, divided by 5. Above 1 "
        "samples crowd where real images are dense."
    ),
    rf"coverage_null{OF}": "The coverage of perfect samples.",
    rf"coverage{OF}": (
        "Share of real images whose ball, which reaches to their fifth neighbour, holds any "
        "sample."
    ),
    rf"ndb_null{OF}": "How many bins of perfect samples differ by chance.",
    rf"ndb_js_floor{OF}": (
        "The divergence of the bins' shares for perfect samples, as there are finitely many."
    ),
    rf"ndb_js_pixels{OF}": (
        "Jensen-Shannon divergence between the shares of 100 clusters of pixels."
    ),
    rf"ndb_pixels{OF}": (
        "Of 100 clusters of the real images' pixels, those whose share of the samples differs"
        " by more than chance."
    ),
    rf"ndb_js{OF}": (
        "Jensen-Shannon divergence between real and generated shares of 100 clusters of the "
        "real images."
    ),
    rf"ndb{OF}": (
        "Number of statistically different bins: of 100 clusters of the real images, those "
        "whose share of the samples differs by more than chance."
    ),
    rf"modes/covered_robust{OF}": (
        "Classes of which samples are, surely, at least a fifth of their even share."
    ),
    rf"modes/covered{OF}": (
        "Classes of which there is any sample, as the classifier sees it. One that errs "
        "counts too many: see covered_robust."
    ),
    rf"modes/total{OF}": "Classes that there are.",
    rf"modes/kl_uniform{OF}": "Divergence of the classes' shares of the samples from even ones.",
    rf"modes/kl_data{OF}": (
        "Divergence of the classes' shares of the samples from those of the real images."
    ),
    rf"modes/kl_floor{OF}": (
        "The divergence from even shares that as many perfectly even samples have by chance."
    ),
    rf"modes/effective{OF}": "How many evenly used classes would be as varied.",
    rf"modes/mean_confidence{OF}": (
        "How sure the classifier is of the samples' classes, on average."
    ),
    rf"modes/high_quality{OF}": (
        "Share of samples that are near a mode: within three standard deviations."
    ),
    rf"duplicates{OF}": (
        "Share of samples with another one nearer than 99% of real images have. More are "
        "repetitions."
    ),
    r"agreement_real": (
        "Share of real images that the classifier puts into their class: what perfect samples"
        " would agree."
    ),
    rf"agreement{OF}": (
        "Share of samples that the classifier puts into the class that they were asked for."
    ),
    r"r_precision": (
        "Share of images to which, of many captions, their own is the nearest, as a matcher "
        "of real pairs sees it."
    ),
    r"r_precision_real": "The R-precision of real images.",
    r"\w+_agreement": (
        "Share of images that are as their caption says in this respect, as far as it can be "
        "measured."
    ),
    r"test_error": "Share of test images that are put into a wrong class.",
    r"code_error": (
        "Share of test images whose code is not that of their class; the model has seen no "
        "label."
    ),
    r"cluster_error": "Share of test images that are not of the class of most of their cluster.",
    r"cluster_error_one_label": (
        "Share of test images that are not of the class of their cluster's likeliest image."
    ),
    r"source_error": "Share of the source's test images that get a wrong class.",
    r"target_error": (
        "Share of the target's test images that get a wrong class; their labels are used for "
        "nothing else."
    ),
    r"domain_accuracy(_held_out)?": (
        "Share of images whose domain the second head tells, each domain counting half: 1/2 "
        "is a guess."
    ),
    r"proxy_a_distance": (
        "How well a linear classifier tells the domains apart by their features: 0 by "
        "guessing, 2 always."
    ),
    r"nll": (
        "Negative log-likelihood of test images, per image; a bound of it where the model has"
        " no more."
    ),
    r"bits_per_dimension": (
        "The negative log-likelihood in bits, divided by the numbers of an image."
    ),
    r"reconstruction_mse_pca": (
        "The squared error of as many principal components as a code has numbers: that of the"
        " best linear autoencoder."
    ),
    r"reconstruction_mse": (
        "Mean squared error of the pixels of test images that are decoded from their codes; "
        "black is 0, white 1."
    ),
    r"mask_iou": (
        "Overlap of the masks that the model makes with the patches' true places: "
        "intersection over union."
    ),
    r"mask_iou_(random|mean)": (
        "The overlap of masks that know nothing of the patches: random ones, or the mean of all."
    ),
    r"patch_error": "Mean difference between the patches and what the image shows at their places.",
    r"class_kept": (
        "Share of assembled images that the classifier puts into the class of the original."
    ),
    r"cycle_error": "Mean difference between an original and its translation translated back.",
    r"cycle_exact": "Share of steps that come back as they were, there and back again.",
    r"cycle_overlap": (
        "Overlap of what sounds in an original and in its translation translated back."
    ),
    r"content_kept": (
        "Share of translations that still show what their original shows, by a classifier."
    ),
    r"strength": (
        "By how much translations are taken for the other genre more than their originals "
        "are."
    ),
    r"strength_(one_voice|octaves)": (
        "The strength of those who cannot translate: they leave one voice, or double it an octave "
        "below."
    ),
    r"p_source(_translated|_back)?": (
        "How probable the classifier finds the originals' genre: of originals, of translations, of "
        "what comes back."
    ),
    r"genre_accuracy": "Share of real phrases of which the classifier tells the genre.",
    r"l1": "Mean difference between translations and their true counterparts.",
    r"ssim": "Structural similarity of translations to their true counterparts.",
    r"retrieval": "Share of translations that are nearest to their true counterpart.",
    r"retrieval_rank": (
        "At which place a translation's true counterpart is among all, by distance; mean."
    ),
    r"(notes_per_bar|voices|silence|pitch_range|in_key)(_before)?": (
        "What can be counted in music: translations should come near to originals of the "
        "other set."
    ),
    r"outside_range": (
        "Share of numbers beyond black or white, which are clipped for pictures and metrics."
    ),
    r"swd(/\d+)?": "Sliced Wasserstein distance of patches of each size, times 1,000.",
    r"parzen_\w+": (
        "Log-likelihood of real images under a Gaussian window around every sample, in nats."
    ),
    r"collapses": "Falls that the collapse monitor has found so far.",
    r"rollbacks": "How often training went back to its best networks after a collapse.",
    r"value": (
        "Value of the game, V(D, G), on the minibatches: -log 4 = -1.386 at the optimum of "
        "2014."
    ),
    r"d_real": "What D says of real images, D(x), mean over the minibatches.",
    r"d_fake": "What D says of generated images, D(G(z)), mean over the minibatches.",
    r"d_difference": "By how much D prefers real images, mean over the pairs of the minibatches.",
    r"elbo": "Evidence lower bound of the minibatches' log-likelihood.",
    r"mutual_information/.+": "Lower bound of what an image tells of this part of its latents.",
    r"gradient_norm/.+": "Norm of the gradient of this player's weights, before it is clipped.",
    r"lr/.+": "Learning rate.",
    r"loss/.+": (
        "Loss that is minimised, or a part of it, mean over the minibatches since the row "
        "before."
    ),
    r"images_per_second": "Real images that training sees per second, without evaluations.",
    r"sampling_seconds": "Seconds that one device takes to make 1,000 samples.",
}  # fmt: skip


def meaning(column: str) -> str:
    """Return what a column is; empty of one that is not known here, as a plug-in's."""
    for prefix in ("", ".+/"):
        for pattern, says in MEANINGS.items():
            if re.fullmatch(f"{prefix}{pattern}", column):
                return says
    return ""


def meanings(columns: Iterable[str]) -> dict[str, list[str]]:
    """Return what columns are, each sentence with the columns that it is of."""
    found: dict[str, list[str]] = {}
    for column in columns:
        if says := meaning(column):
            found.setdefault(says, []).append(column)
    return found
