"""The engines that every vector, every table of the law and every claim is held against."""

ENGINES_NOW = ("reference", "kernel")
