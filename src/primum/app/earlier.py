"""An earlier audit, read from its JSON file.

Owns what is said where it cannot be read or compared. Refuses one department's edition: it holds totals only.
"""

from pathlib import Path

from primum.audit.results import AuditResult
from primum.report.as_json import from_json
from primum.words.errors import PrimumError, UsageError


def read_audit(path: Path) -> AuditResult:
    """The audit in a file.

    Raises: UsageError where it is none, or one department's edition.
    """
    try:
        found = from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}). Name the audit.json of an earlier run.") from error
    except (PrimumError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error
    if found.edition is not None:
        raise UsageError(f"{path} is the edition of {found.edition}: compare with a whole audit.")
    return found
