"""How the figures were made: what words mean here, and the versions that made them.

Owns this section. Refuses nothing: whoever doubts a figure starts here.
"""

from primum.audit.results import AuditResult
from primum.report.blocks import Heading, Section, Terms
from primum.report.names import Names
from primum.report.phrases import clean, number

_WORDS = (
    ("Contact", "An attempt to reach a customer: reserved, sent, delivered, bounced or failed."),
    ("Received", "A contact that neither bounced nor failed."),
    ("Pushed", "A received contact that the company started; what the customer asked for is told apart."),
    ("Message class", "What a contact is for: marketing, sales, survey, service, transactional, security, collections"
                      " or regulatory."),
    ("At least", "A lower bound: some customers cannot be recognised in every department's data, so what two"
                 " departments say to one of them can stay unseen."),
)  # fmt: skip
_SHADES = (
    ("Checked, none found", "The audit looked, and there was nothing."),
    ("Not checkable", "The audit could not look; the reason stands beside it."),
)


def build(result: AuditResult, names: Names) -> Section:
    """The section."""
    m = result.method
    given = {term.casefold() for term, _ in m.definitions}
    words = tuple((term, meaning) for term, meaning in _WORDS if term.casefold() not in given)
    definitions = tuple((clean(term, 80), clean(meaning, 600)) for term, meaning in m.definitions)
    versions = (
        ("Primum", clean(m.primum_version, 40)),
        ("Strategy file", clean(m.strategy_version, 80)),
        ("As of", clean(m.as_of, 40)),
        ("Time zone of days", clean(result.company.zone, 60)),
        ("DuckDB", clean(m.duckdb_version, 40)),
        ("Time zone data", clean(m.tzdata_version, 40)),
        ("Buckets", number(m.buckets)),
        ("Result schema", clean(result.schema_version, 20)),
    )
    privacy = _privacy(result)
    blocks = (
        Heading("What words mean here"),
        Terms(words + definitions + _SHADES),
        Heading("Personal data"),
        Terms(privacy),
        Heading("Versions"),
        Terms(versions),
    )
    lead = "The same strategy file, sources and date give the same figures again."
    return Section("method", "Method", "Method", lead, blocks)


def _privacy(result: AuditResult) -> tuple[tuple[str, str], ...]:
    """Who may read this, and whether and why identifiers are shown."""
    d = result.disclosure
    shown = (
        f"Revealed by {clean(d.who, 80)} on {clean(d.at, 40)} because: {clean(d.why, 300)}"
        if d
        else "Masked: customers are numbered in the order in which the report mentions them; e-mail addresses,"
        " phone-like and long numbers are left out of texts. Names written out in subjects are not recognised."
    )
    found = [("Identifiers", "Shown in full." if result.revealed and d is None else shown)]
    if result.classification:
        found.append(("Classification", clean(result.classification, 120)))
    if result.edition:
        found.append(
            (
                "Edition",
                f"For {clean(result.edition, 120)}: its own contacts in full, those of others as totals. Customers whom"
                " several other departments reached cannot be added up, so a dash stands there; where pairs of"
                " departments are summed, a day counts once for each pair.",
            )
        )
    return tuple(found)
