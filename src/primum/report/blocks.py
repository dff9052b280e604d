"""What a section of the page is made of: paragraphs, figures, tables, matrices, charts, verdicts, timelines.

Owns these shapes; `templates/blocks/` holds one template for each. Refuses findings: texts arrive formatted, and plain
(the templates escape them).
"""

from dataclasses import dataclass
from typing import ClassVar, Literal


@dataclass(frozen=True)
class Figure:
    """A number with its unit, what it means, and a remark."""

    value: str
    label: str
    remark: str = ""
    at_least: bool = False
    checkable: bool = True
    """False: the value says "not checkable", and the remark why."""


@dataclass(frozen=True)
class Cell:
    """One cell: its text, the key it sorts by (None: the text), a remark, a department's colour, a bar in [0, 1]."""

    text: str
    sort: float | None = None
    remark: str = ""
    swatch: str = ""
    tone: Literal["", "missing", "warn", "strong"] = ""
    bar: float | None = None
    at_least: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table: numbers stand right, texts left."""

    title: str
    numeric: bool = False
    wide: bool = False
    """Holds sentences."""


@dataclass(frozen=True)
class Prose:
    """A paragraph; or small print."""

    template: ClassVar[str] = "prose"
    text: str
    small: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading inside a section."""

    template: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Figures:
    """A row of figures."""

    template: ClassVar[str] = "figures"
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Table:
    """A sortable table. The first column names the row; beyond `shown` rows a button shows the rest."""

    template: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    folded: bool = False
    """Behind a line that opens it."""
    bare: bool = False
    """A heading above says what the caption says: it is kept for those who cannot see the page."""
    shown: int = 15


@dataclass(frozen=True)
class MatrixCell:
    """A shaded number; level None is an empty cell."""

    text: str
    level: int | None
    remark: str = ""
    link: str = ""
    """The anchor of what this cell opens."""


@dataclass(frozen=True)
class MatrixRow:
    """A row of a matrix: its label, the department's colour, its cells."""

    label: str
    swatch: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True)
class Matrix:
    """A heat map with its numbers."""

    template: ClassVar[str] = "matrix"
    caption: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A picture in two widths, with the words that stand in for it and the departments' colours."""

    template: ClassVar[str] = "chart"
    title: str
    describes: str
    wide: str
    narrow: str
    legend: tuple[tuple[str, str], ...] = ()
    """(style class, name)."""
    note: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a check came to when it has nothing to show: these look different."""

    template: ClassVar[str] = "verdict"
    kind: Literal["none found", "not checkable", "found"]
    what: str
    why: str = ""


@dataclass(frozen=True)
class Story:
    """A real example in a few sentences."""

    template: ClassVar[str] = "story"
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """Terms and what they mean."""

    template: ClassVar[str] = "terms"
    terms: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Line:
    """One contact or response on a timeline."""

    time: str
    sender: str
    """Department and channel, as far as they are recorded."""
    swatch: str
    message: str
    subject: str
    tags: tuple[str, ...]
    kind: Literal["pushed", "asked", "response"]
    origin: str
    marks: tuple[tuple[str, str], ...] = ()
    """(kind: never, harm, courtesy, clash, silence; what is wrong with it)."""


@dataclass(frozen=True)
class Day:
    """A day on a timeline."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Timeline:
    """Somebody's days, or the two halves of a repeat."""

    template: ClassVar[str] = "timeline"
    title: str
    summary: str
    figures: tuple[Figure, ...]
    days: tuple[Day, ...]
    note: str = ""
    open: bool = False
    level: int = 3
    """Of its heading."""


@dataclass(frozen=True)
class Specimen:
    """What a communication looks like: a picture (a data URI), lines of text, or a remark why there is neither."""

    template: ClassVar[str] = "specimen"
    title: str
    file: str
    picture: str
    lines: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class TextSide:
    """One of two texts: who says it, and its pieces (True: differs from the other text)."""

    department: str
    swatch: str
    what: str
    pieces: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Comparison:
    """Two texts side by side, with what differs marked."""

    template: ClassVar[str] = "comparison"
    title: str
    both: str
    sides: tuple[TextSide, TextSide]
    open: bool = False


@dataclass(frozen=True)
class Fold:
    """Blocks behind a line that opens them; `anchor` is where a link to it leads, which opens it too."""

    template: ClassVar[str] = "fold"
    title: str
    remark: str
    blocks: "tuple[Block, ...]"
    anchor: str = ""
    open: bool = False


@dataclass(frozen=True)
class Remarked:
    """What a review remarks, why it matters, and how to mend it."""

    template: ClassVar[str] = "remarked"
    what: str
    why: str


@dataclass(frozen=True)
class Signatures:
    """Lines for people to sign on."""

    template: ClassVar[str] = "signatures"
    people: tuple[tuple[str, str], ...]
    """(name, role)."""


Block = (
    Prose
    | Remarked
    | Signatures
    | Heading
    | Figures
    | Table
    | Matrix
    | Chart
    | Verdict
    | Story
    | Terms
    | Timeline
    | Specimen
    | Comparison
    | Fold
)


@dataclass(frozen=True)
class Section:
    """A part of the page: an anchor, a title, the plain-language lead, then blocks."""

    anchor: str
    title: str
    short: str
    """The title in the table of contents."""
    lead: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Cover:
    """The first screen."""

    company: str
    period: str
    promise: str
    facts: tuple[tuple[str, str], ...]
    departments: tuple[tuple[str, str], ...]
    """(style class, name)."""
    opening: str
    sentences: tuple[str, ...]
    figures: Figures
    story: Story | None
    caution: str
    classification: str
    footer: tuple[str, ...]
    kind: str = "contact audit"
    asks: tuple[str, str] = ("What", "says to its customers")
    """The title around the company's name."""
