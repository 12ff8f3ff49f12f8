"""The version of this package, and of the broker in it."""

__version__ = "0.1.0"
