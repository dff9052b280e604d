"""The log of who had identifiers shown, when and why.

Owns `.primum/identity/access.log`: one JSON object a line, appended, never rewritten by Primum, with no personal data
of customers in it. Refuses to show identifiers to who gives no reason.
"""

import getpass
import json
import os
from datetime import datetime
from pathlib import Path

from primum.audit.results import Disclosure
from primum.words.errors import HistoryError, UsageError
from primum.words.masking import masked_text

LOG = "access.log"
LONGEST = 300


def reason(why: str | None, *, reveal: bool) -> str | None:
    """The reason given for revealing, on one line; None where nothing is revealed.

    Raises: UsageError where a reason is missing, or given for nothing.
    """
    stated = " ".join((why or "").split())
    if reveal and not stated:
        raise UsageError(
            "--reveal shows who your customers are, so it asks why: add --why TEXT, for example "
            "--why 'complaint 4711: find what was sent'. Who, when and why is noted in .primum/identity/access.log."
        )
    if not reveal:
        if stated:
            raise UsageError(
                "--why belongs to --reveal: without it nothing is revealed. Add --reveal, or leave it out."
            )
        return None
    return masked_text(stated)[:LONGEST]


def log_access(folder: Path, what: str, why: str, at: datetime) -> Disclosure:
    """Append one line; returns what was noted.

    Args:
        folder: `.primum/identity`.
        what: the command.
        why: the reason, from `reason`.
        at: now, UTC.

    Raises: HistoryError where it cannot be written: then nothing is shown.
    """
    found = Disclosure(_user(), at.isoformat(timespec="seconds").replace("+00:00", "Z"), why)
    line = json.dumps({"at": found.at, "who": found.who, "what": what, "why": why}, ensure_ascii=False) + "\n"
    try:
        handle = os.open(folder / LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(line)
    except OSError as error:
        raise HistoryError(
            f"{folder / LOG} cannot be written ({error.strerror or error}), so nothing is revealed: what is shown "
            "must be noted."
        ) from None
    return found


def _user() -> str:
    """The operating system's name of who runs this."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"user {os.getuid()}"
