"""The fields of an audit as a list of lines, and what a change of them means for `schema_version`.

Owns the stored lists (`audit_fields/VERSION.txt`, one for each version there was). Refuses to write over one.

    python tests/report/audit_fields.py     writes the list of the version that `audit.results` names
"""

import dataclasses
import re
import sys
import typing
from pathlib import Path
from types import ModuleType

from primum.audit import results

FOLDER = Path(__file__).with_name("audit_fields")


def lines_of(module: ModuleType = results, top: str = "AuditResult") -> list[str]:
    """`Record.field: type`, sorted, for every record that can be reached from the top one."""
    found: dict[str, list[str]] = {}
    waiting = [getattr(module, top)]
    while waiting:
        record = waiting.pop()
        if record.__name__ in found:
            continue
        kinds = typing.get_type_hints(record)
        named = [(f.name, kinds[f.name]) for f in dataclasses.fields(record)]
        found[record.__name__] = [f"{record.__name__}.{name}: {_text(kind)}" for name, kind in named]
        waiting += [r for _, kind in named for r in _records(kind)]
    return sorted(line for lines in found.values() for line in lines)


def _records(kind: object) -> list[type]:
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return [kind]
    return [r for part in typing.get_args(kind) for r in _records(part)]


def _text(kind: object) -> str:
    if isinstance(kind, type) and not typing.get_args(kind):
        return kind.__name__
    return re.sub(r"[\w.]+\.(?=\w)", "", str(kind))


def stored(version: str) -> list[str]:
    """The lines of a version."""
    return (FOLDER / f"{version}.txt").read_text(encoding="utf-8").splitlines()


def versions() -> list[str]:
    """All versions of which a list is stored, oldest first."""
    return sorted((p.stem for p in FOLDER.glob("*.txt")), key=number_of)


def number_of(version: str) -> tuple[int, int]:
    """Major and minor number."""
    major, minor = version.split(".")
    return int(major), int(minor)


def least_after(version: str, before: list[str], after: list[str]) -> str:
    """The version that a change of the lines asks for: the same, the next minor, or the next major one."""
    major, minor = number_of(version)
    if set(before) - set(after):
        return f"{major + 1}.0"
    return f"{major}.{minor + 1}" if set(after) - set(before) else version


def main() -> None:
    """Write the list of the present version."""
    path = FOLDER / f"{results.SCHEMA_VERSION}.txt"
    if path.exists():
        sys.exit(f"{path} is there: raise SCHEMA_VERSION in primum.audit.results first, to what the test asks for.")
    FOLDER.mkdir(exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines_of()), encoding="utf-8")
    print(f"Wrote {path}")


if __name__ == "__main__":
    main()
