"""How good and how varied samples are: feature extractors, metrics, and the one pass over them."""
