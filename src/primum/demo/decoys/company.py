"""Harbour & Finch, made: its exports, its strategy file, and the exact truth about them.

Owns the order of the work and the size of the everyday mailings that fill it up. Refuses sizes at which the planted
facts would not fit.
"""

from pathlib import Path
from random import Random
from typing import Final

from primum.demo.decoys import files, traps
from primum.demo.decoys.goals import goals
from primum.demo.decoys.plan import Plan
from primum.demo.decoys.playbook import strategy_text
from primum.demo.decoys.sayings import ISSUES
from primum.demo.decoys.truth import ControlTruth, Decoys, truth_of

TILE: Final = 10_000
"""Contacts per copy of the planted facts."""
SMALLEST: Final = 12_000
CUT: Final = ((80_000, 65_536), (30_000, 10_000), (0, 5_000))
"""From how many contacts on the largest file has how many rows: only the first is a length at which tools cut."""
LIMIT: Final = 65_536
EQUAL_MONTH, OTHER_MONTH = "2025-02", "2025-04"


def build(folder: Path | str, contacts: int = 40_000, seed: int = 7) -> Decoys:
    """Write `primum.yaml` and `exports/` into the folder.

    Args:
        folder: made if needed; files of an earlier build are overwritten.
        contacts: what an audit holds in the end, asked-for ones and bounces included, at least 12,000.
        seed: the same seed and size give the same exports.

    Returns: the truth.
    """
    if contacts < SMALLEST:
        raise ValueError(f"Harbour & Finch has at least {SMALLEST:,} contacts; {contacts:,} were asked for")
    exports = Path(folder) / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    plan, tiles = Plan(Random(seed)), contacts // TILE
    traps.once(plan)
    for tile in range(tiles):
        goals(plan)
        traps.traps(plan, tile)
    main_rows = next(rows for size, rows in CUT if contacts >= size)
    planted, plan.said = plan.said, []
    _fill(plan, contacts - sum(c.status != "planned" for c in planted))
    plan.said += planted
    counts = files.write_all(exports, plan, main_rows)
    control = _control(plan)
    text = strategy_text({c.month: c.control for c in control})
    (Path(folder) / "primum.yaml").write_text(text, encoding="utf-8")
    cut_off = ("exports/newsletters_main.csv",) if main_rows == LIMIT else ()
    return truth_of(plan, seed, tiles, counts, control, cut_off, main_rows)


def _fill(plan: Plan, contacts: int) -> None:
    """Everyday customers: three in four newsletters each, ten days apart or more; half of them a week later."""
    while contacts > 0:
        person = plan.town.newcomer()
        late = 7 * (person.number % 2)
        issues = [n for n in range(len(ISSUES)) if (n + person.number // 2) % 4][:contacts]
        for n in issues:
            plan.say(person, ISSUES[n], 14 * n + late + plan.random.randrange(5))
        contacts -= len(issues)


def _control(plan: Plan) -> tuple[ControlTruth, ...]:
    """The invoice agrees in one month; in another one it names a twentieth more."""
    held = files.months_of(c for c in plan.said if c.saying.source == "newsletters")
    more = held[OTHER_MONTH] + held[OTHER_MONTH] // 20
    return (
        ControlTruth(EQUAL_MONTH, held[EQUAL_MONTH], held[EQUAL_MONTH]),
        ControlTruth(OTHER_MONTH, more, held[OTHER_MONTH]),
    )
