"""Wiring only: the workspace, the pipeline and the commands.

Owns the clock, the folders and the progress bars. Refuses domain logic: each command loads, calls one function and
renders.
"""
