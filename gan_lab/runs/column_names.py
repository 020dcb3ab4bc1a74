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
    "modes/covered": "covered classes",
    "outside_range": "pixels outside the value range",
    "agreement": "agreement with the labels",
    "test_error": "error as a classifier",
    "code_error": "error of the codes as a classifier",
    "elbo": "ELBO",
    "nll": "negative log-likelihood of test images",
    "reconstruction_mse": "squared error of reconstructions",
    "ndb": "different bins (NDB)",
}


def called(column: str) -> str:
    """Return the name that a person reads: of a column that is not known, its own."""
    return NAMES.get(column, column)
