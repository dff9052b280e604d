"""Primum: contact strategy as code. First, do no harm.

    import primum
    result = primum.open("brightwater").audit()
    result.headline.sentences

Owns the public names. Everything else may move.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from primum.app.workspace import Workspace
    from primum.app.workspace import open_workspace as open

__all__ = ["Workspace", "open"]


def __getattr__(name: str) -> Any:
    """The public names, imported when first used: a part of Primum does not pay for the whole."""
    if name in __all__:
        from primum.app import workspace

        return workspace.open_workspace if name == "open" else workspace.Workspace
    raise AttributeError(f"module 'primum' has no attribute '{name}'")
