"""Complete strategies to begin from: a grocery retailer, a bank with collections, a firm that rents out software.

Owns their names, and the workspaces with their data. Refuses to overwrite anything.
"""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Final

from primum.demo import bank, retailer, subscription

EXAMPLES: Final[dict[str, Callable[[Path], None]]] = {
    "retailer": retailer.copy_data,
    "bank": bank.build,
    "subscription": subscription.build,
}
"""Name -> what writes its `exports/` into a folder."""


def strategy_text(name: str) -> str:
    """The whole `primum.yaml` of an example."""
    return files("primum.demo.strategies").joinpath(f"{name}.yaml").read_text("utf-8")


def build(name: str, out: Path) -> None:
    """Write an example's strategy to `out`, and its data beside it.

    Raises:
        ImportError: the real data of the retailer are not installed.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    EXAMPLES[name](out.parent)
    out.write_text(strategy_text(name), encoding="utf-8")
