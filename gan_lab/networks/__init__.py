"""Generators and discriminators: plain modules, built for an image shape."""
