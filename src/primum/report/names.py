"""How departments, channels, message classes and communications are called on a page, and in which colour.

Owns labels, colours and the look-up of match rates by pair. Refuses to invent a name: what is missing is "not
recorded".
"""

from primum.audit.results import AuditResult, PairRecognition
from primum.report import palette
from primum.report.blocks import Cell
from primum.report.phrases import NOT_RECORDED, day, name, number, percent, portion

Pair = tuple[str | None, str | None]


class Names:
    """The names of one audit."""

    def __init__(self, result: AuditResult):
        self.at_least = result.headline.at_least
        self.currency = result.company.currency
        known = [d.department for d in result.departments if d.department is not None]
        self._slots = {d: palette.slot(i) for i, d in enumerate(known)}
        self._ranks = {d: i for i, d in enumerate(known)}
        self._titles = {d.department: d.title for d in result.departments if d.department and d.title}
        self._communications = {c.communication: c.title for c in result.communications if c.title}
        self._pairs: dict[Pair, PairRecognition] = {(p.a, p.b): p for p in result.silos.pairs}
        self.several_departments = len(known) > 1
        common = result.coverage.common
        self.common = common if common and common.outside and self.several_departments else None
        """The days that figures across departments are restricted to; None where they are all days."""

    def department(self, department: str | None) -> str:
        """The department's title."""
        return NOT_RECORDED if department is None else name(self._titles.get(department) or department)

    @property
    def span(self) -> str:
        """`1 Mar 2026 to 31 Aug 2026`; empty where figures across departments count all days."""
        return f"{day(self.common.first)} to {day(self.common.last)}" if self.common else ""

    @property
    def everyone(self) -> str:
        """`all 5 departments'`."""
        return f"all {number(len(self.common.departments))} departments'" if self.common else "all departments'"

    def titled(self, title: str) -> str:
        """A section's title, with the days that it counts where these are not all."""
        return f"{title}, {self.span}" if self.common else title

    def counts(self, what: str) -> str:
        """A sentence on the days that figures across departments count; empty where they are all."""
        return f" {what} of {self.span}, when {self.everyone} data are here." if self.common else ""

    def slot(self, department: str | None) -> str:
        """The department's style class."""
        return "d0" if department is None else self._slots.get(department, "dx")

    def rank(self, department: str | None) -> int:
        """The department's place: most contacts first."""
        return self._ranks.get(department or "", len(self._ranks))

    def plain(self, value: str | None) -> str:
        """A channel or message class."""
        return NOT_RECORDED if value is None else name(value)

    def communication(self, communication: str | None) -> str:
        """The communication's title, or its id."""
        return NOT_RECORDED if communication is None else name(self._communications.get(communication) or communication)

    def department_cell(self, department: str | None) -> Cell:
        """The department with its colour."""
        return Cell(
            self.department(department), swatch=self.slot(department), tone="missing" if department is None else ""
        )

    def plain_cell(self, value: str | None) -> Cell:
        """A channel or message class."""
        return Cell(self.plain(value), tone="missing" if value is None else "")

    def match_rates(self, a: str | None, b: str | None) -> tuple[Cell, Cell]:
        """Of a's customers how many b's data can recognise, and of b's customers how many a's data can."""
        pair = self._pairs.get((a, b))
        if pair is not None:
            return _rate(pair.a_recognisable, pair.a_customers), _rate(pair.b_recognisable, pair.b_customers)
        pair = self._pairs.get((b, a))
        if pair is not None:
            return _rate(pair.b_recognisable, pair.b_customers), _rate(pair.a_recognisable, pair.a_customers)
        return (_SAME, _SAME) if a == b else (_UNKNOWN, _UNKNOWN)

    def match_text(self, a: str | None, b: str | None) -> str:
        """The match rates of a pair in a few words; empty where there are none."""
        first, second = self.match_rates(a, b)
        if a == b or first is _UNKNOWN:
            return ""
        return f"recognisable: {first.text} of {self.department(a)}, {second.text} of {self.department(b)}"


_SAME = Cell("same department", sort=2.0, tone="missing")
_UNKNOWN = Cell("not known", sort=-1.0, tone="missing")


def _rate(part: int, whole: int) -> Cell:
    share = portion(part, whole)
    return _UNKNOWN if share is None else Cell(percent(share), sort=share, tone="warn" if share < 0.5 else "")
