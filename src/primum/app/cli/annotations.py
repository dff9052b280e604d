"""Remarks as lines for machines: one a line, so that a change of the strategy is reviewed like code.

Owns the two forms. Refuses colours and wrapping.
"""

from typing import Literal

from primum.review.results import Remark
from primum.words.errors import Complaint

Form = Literal["plain", "github"]


def annotation(remark: Remark, form: Form) -> str:
    """A remark as `file:line:column: error: ... [code]`, or as a command of GitHub's workflows.

    The escapes are those of "Workflow commands for GitHub Actions" (docs.github.com), as its toolkit writes them.
    """
    c = remark.complaint
    words = " ".join(part for part in (c.what, remark.why, c.cure) if part)
    if form == "plain":
        return f"{c.where}: {remark.level}: {_one_line(words)} [{remark.code}]"
    place = [f"file={_property(c.file)}"]
    place += [f"line={c.line}"] if c.line else []
    place += [f"col={c.column}"] if c.line and c.column else []
    return f"::{remark.level} {','.join([*place, f'title={_property(remark.code)}'])}::{_data(words)}"


def of_complaint(complaint: Complaint) -> Remark:
    """A complaint about what cannot be read, as a remark."""
    return Remark(complaint, "unreadable", "error", "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
