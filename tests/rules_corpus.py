"""Every case that holds the law: the vectors, and the tables of docs/rules.md."""

from pathlib import Path

from primum.app.decide import cases_in
from spec.manual import paragraphs, tables
from spec.table import case_of

VECTORS = Path(__file__).parent / "vectors"
VECTORS_READ = [
    case for path in sorted(VECTORS.glob("*.yaml")) for case in cases_in(path.read_text("utf-8"), path.name)
]
TABLES = [case_of(table) for _, function in paragraphs() for table in tables(function)]
