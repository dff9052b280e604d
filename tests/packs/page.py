"""The packs as a page: docs/packs.md, written from the packs themselves.

python -m packs.page        (with tests/ on the path) writes the page; a test holds it equal
"""

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

from primum.strategy.packs import Pack, known_packs, read_pack

PAGE = Path(__file__).parents[2] / "docs" / "packs.md"
INTRODUCTION = """\
    # Packs: rules that come with Primum

    ```yaml
    use: [common-decency, uk-pecr]                    # packs, by name
    rules:
      decency.survey: {says: One survey a quarter., to: {purpose: survey}, at_most: 1, within: a quarter}
    ```

    - **None of this is legal advice.** A pack is a reading of public texts. Each rule names its source, each pack the
      day it was reviewed and the day by which it must be reviewed again; `primum check` warns from the day after.
    - **Your own rule wins**: one of the same name stands in the place of the pack's, as `decency.survey` above, and
      `primum check` shows which do. To see what a rule would do before it does, write it anew with `mode: shadow`; to
      leave it to some customers, write one with `instead_of` and its name. A calendar of the same name wins likewise.
    - **Whom a pack governs** stands in its first lines: customers of a country, and what is named there. Who has no
      country is governed by no pack of a country: nothing is concluded from what is not known. Where all your customers
      are meant, or others, say so: `use: [{pack: uk-pecr, for: {}}]`, `use: [{pack: uk-pecr, for: {brand: north}}]`.
    - **What a pack asks for** (states, segments, attributes such as `account`) must come from your sources under these
      names. `primum check` tells what nobody gives. Calls are found under the channels `phone` and `call`.
    - A date in a rule (`starts`) is part of it; `effective since` of a pack is told and holds nothing back, because a
      rule with a date cannot be judged for customers without a time zone.
    - The version of a strategy rests on the content of its packs: a pack that changes makes another version.

    This page is written from the packs; `tests/packs/` runs every rule against the cases that hold it.
    """


def page() -> str:
    """The whole page."""
    parts = [dedent(INTRODUCTION).strip()]
    for name in known_packs():
        parts += _pack(read_pack(name))
    return "\n\n".join(parts) + "\n"


def _pack(pack: Pack) -> Iterator[str]:
    yield f"## {pack.name}: {pack.title}"
    yield f"{pack.about} {pack.disclaimer}"
    since = f"Effective since {pack.effective['from']}" + (
        f" until {pack.effective['until']}." if "until" in pack.effective else "."
    )
    yield f"{_whom(pack)}{since} Reviewed {pack.reviewed}, to be reviewed by {pack.review_by}."
    yield "\n".join(
        ["| rule | says | severity | source | held by |", "|---|---|---|---|---|"]
        + [
            f"| `{rule.name}` | {rule.keys['says']} | {rule.keys['severity']} | {rule.keys['source']} | "
            f"{', '.join(_case(entry, rule.name) for entry in rule.held_by)} |"
            for rule in pack.rules.values()
        ]
    )
    yield "Left out:"
    yield "\n".join(f"- *{what}*: {why}" for what, why in pack.left_out.items())


def _whom(pack: Pack) -> str:
    scope = next(iter(pack.rules.values())).of_pack
    said = [f"customers with `{key}` {value}" for key, value in scope.who.items()]
    return f"Governs {', '.join(said)}. " if said else ""


def _case(entry: str, name: str) -> str:
    return "its table" if entry == name else entry


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
