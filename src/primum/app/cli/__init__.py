"""The commands.

Owns parsing, exit codes and the printing of errors. Refuses domain logic.
"""

from primum.app.cli.main import app, main

__all__ = ["app", "main"]
