"""What a person calls the columns of metrics.csv."""

NAMES = {
    "d_real": "D(x)",
    "d_fake": "D(G(z))",
    "d_difference": "D(x) - D(G(z))",
    "augment/p": "probability of augmentation, p",
    "augment/std": "noise on what the discriminator sees, standard deviation",
    "augment/overfitting": "mean sign of the discriminator's answers on real images",
    "value": "value of the game, V(D, G)",
    "images_per_second": "speed",
    "sampling_seconds": "time for 1,000 samples",
    "modes/covered": "covered classes",
    "modes/covered_robust": "robustly covered classes",
    "outside_range": "pixels outside the value range",
    "agreement": "agreement with the labels",
    "test_error": "error as a classifier",
    "code_error": "error of the codes as a classifier",
    "cluster_error": "error of the clusters as a classifier",
    "cluster_error_one_label": "the same with one label per cluster",
    "elbo": "ELBO",
    "nll": "negative log-likelihood of test images",
    "reconstruction_mse": "squared error of reconstructions",
    "source_error": "error on the source",
    "target_error": "error on the target",
    "domain_accuracy": "domain accuracy",
    "domain_accuracy_held_out": "domain accuracy on images held out",
    "proxy_a_distance": "proxy A-distance of the domains",
    "r_precision": "R-precision: own caption nearest",
    "digit_agreement": "digits that are as the captions say",
    "mask_iou": "intersection over union of masks",
    "patch_error": "error within the patches",
    "class_kept": "images whose class is kept",
    "mask_difference": "difference of the masks",
    "patch_difference": "difference within the masks",
    "ndb": "different bins (NDB)",
}


def called(column: str) -> str:
    """Return the name that a person reads: of a column that is not known, its own."""
    return NAMES.get(column, column)
