"""Which files a source means: patterns resolved, formats told from names.

Owns the complaints about files that are not there. Refuses to open one.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from os.path import abspath
from pathlib import Path

from primum.strategy.models import FileSpec, Source
from primum.words.errors import Complaint, SourceError, did_you_mean
from primum.words.vocabulary import FORMATS

SUFFIXES = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xlsb": "excel",
    ".xls": "excel",
    ".ods": "excel",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
}


def file_specs(source: Source) -> list[tuple[str, FileSpec]]:
    """The tables of a source with their names; a source without a query has one, named ''."""
    return list(source.tables.items()) if source.tables else [("", source)]


def source_files(name: str, source: Source, root: Path) -> list[tuple[str, Path]]:
    """Every file of a source as (name shown, path), in order.

    Raises: SourceError with a complaint per pattern that matches nothing.
    """
    found: list[tuple[str, Path]] = []
    complaints: list[Complaint] = []
    for table, spec in file_specs(source):
        for pattern in spec.files:
            paths = matching(root, pattern)
            if not paths:
                complaints.append(_nothing(name, table, pattern, root))
            found += [(shown_name(path, root), path) for path in paths]
    if complaints:
        raise SourceError(complaints)
    return list(dict.fromkeys(found))


def replaced_files(name: str, source: Source, shown: Sequence[str]) -> frozenset[str]:
    """The files (as shown) whose rows are left out, because a corrected file that is there stands for them.

    `replaces` may name files as they are shown, by their last name, or by a pattern of either.

    Raises: SourceError where a corrected file is not there, or replaces itself.
    """
    found: set[str] = set()
    complaints = []
    for corrected, patterns in source.replaces.items():
        own = _named(corrected, shown)
        if not own:
            what = f"source '{name}': `replaces` names the corrected file {corrected}, which is none of its files."
            complaints.append(Complaint(corrected, 0, 0, what, did_you_mean(corrected, shown)))
        replaced = {f for p in patterns for f in _named(p, shown)}
        if replaced & own:
            what = f"source '{name}': `replaces` lets {corrected} replace itself."
            complaints.append(Complaint(corrected, 0, 0, what, "Name only the files that it replaces."))
        found |= replaced
    if complaints:
        raise SourceError(complaints)
    return frozenset(found)


def missing_replaced(source: Source, shown: Sequence[str]) -> tuple[str, ...]:
    """Warnings about files that are to be replaced and are not there: nothing is lost, but a name may be misspelt."""
    return tuple(
        f"{corrected} is to replace {pattern}, which is not there"
        for corrected, patterns in source.replaces.items()
        for pattern in patterns
        if not _named(pattern, shown)
    )


def _named(pattern: str, shown: Sequence[str]) -> set[str]:
    return {f for f in shown if f == pattern or fnmatchcase(f, pattern) or fnmatchcase(Path(f).name, pattern)}


def matching(root: Path, pattern: str) -> list[Path]:
    """The files of one pattern, in the order of their names; relative patterns start at `root`."""
    absolute = Path(pattern)
    if absolute.is_absolute():
        base, rest = Path(absolute.anchor), str(absolute.relative_to(absolute.anchor))
    else:
        base, rest = root, pattern
    exact = base / rest
    if exact.is_file():
        return [exact]
    if not any(c in rest for c in "*?["):
        return []
    try:
        return sorted(p for p in base.glob(rest) if p.is_file())
    except (ValueError, OSError):
        return []


def shown_name(path: Path, root: Path) -> str:
    """A file's name relative to the strategy where it lies below it, also through a link to another folder."""
    spelt, real = (abspath(root), abspath(path)), (root.resolve(), path.resolve())
    for folder, file in (spelt, real):
        if Path(file).is_relative_to(folder):
            return Path(file).relative_to(folder).as_posix()
    return path.as_posix()


def format_of(path: Path, stated: str | None, source: str) -> str:
    """The format of a file: stated, or told from its name.

    Raises: SourceError where it cannot be told.
    """
    if stated:
        return stated
    suffixes = [s.lower() for s in path.suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    found = SUFFIXES.get(suffixes[-1]) if suffixes else None
    if found in ("parquet", "sqlite") and is_gzip(path):
        what = f"source '{source}': a gzipped {found} file cannot be read in place."
        raise SourceError([Complaint(path.name, 0, 0, what, "Unpack it first (gunzip).")])
    if found is None:
        raise SourceError(
            [
                Complaint(
                    path.name,
                    0,
                    0,
                    f"source '{source}': the name does not tell its format.",
                    f"Say `format:` for the source, one of {', '.join(FORMATS)}.",
                )
            ]
        )
    return found


def is_gzip(path: Path) -> bool:
    """Whether a file is compressed, by its name."""
    return path.suffix.lower() == ".gz"


def _nothing(source: str, table: str, pattern: str, root: Path) -> Complaint:
    where = f"source '{source}'" + (f", table '{table}'" if table else "")
    folder = (root / pattern).parent
    if not folder.is_dir():
        cure = f"The folder {shown_name(folder, root)} does not exist."
    else:
        names = sorted(p.name for p in folder.iterdir() if p.is_file())
        near = get_close_matches(Path(pattern).name, names, n=3, cutoff=0.5)
        listed = ", ".join(near or names[:8]) or "nothing"
        cure = f"{'Did you mean' if near else 'The folder holds'}: {listed}."
    return Complaint(pattern, 0, 0, f"{where}: no such file.", cure)
