"""Data sets, and the minibatches made of them."""
