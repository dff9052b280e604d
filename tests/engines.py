"""The engines that every vector, every table of the law and every claim is held against."""

ENGINES_NOW = ("reference",)
"""The kernel joins by adding its name."""
