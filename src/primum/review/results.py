"""What a review comes to, as frozen records: remarks, and the strategy as a document.

Owns these shapes; terminal, JSON, annotations and the document are renderings of them. Refuses to compute.
"""

from dataclasses import dataclass
from typing import Literal

from primum.strategy.completeness import Facet
from primum.strategy.models import Strategy
from primum.words.errors import Complaint

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """A finding with its place, its check's name and the reason why it matters.

    `facet` is the key of the file that it is about ("" for the file as a whole).
    """

    complaint: Complaint
    code: str
    level: Level
    why: str
    facet: str = ""

    def __str__(self) -> str:
        return f"{self.complaint.where} - {self.complaint.what} {self.why} {self.complaint.cure}"


@dataclass(frozen=True, slots=True)
class RuleReading:
    """A rule for people: what it says, what exactly that means, where it comes from and whose it is."""

    name: str
    says: str
    reading: tuple[str, ...]
    origin: str
    owner: str
    severity: str
    source: str
    only_monitors: bool


@dataclass(frozen=True, slots=True)
class Load:
    """Contacts a day that a flow asks of a channel at most, what the channel bears (None: unknown), and the cost a
    month of 30 days (None: unknown), in the strategy's currency."""

    channel: str
    per_day: float
    capacity: float | None
    month_cost: float | None


@dataclass(frozen=True, slots=True)
class FlowFigures:
    """What a flow asks, by channel; empty where it does not say how many are expected. `steps` name their channels."""

    flow: str
    loads: tuple[Load, ...]
    channels: tuple[tuple[str, str], ...]
    month_cost: float | None


@dataclass(frozen=True, slots=True)
class MeasureFigures:
    """How one flow or objective is measured, defaults filled in; `needed` is the sample that its effect takes."""

    kind: Literal["flow", "objective"]
    name: str
    metric: str
    control: float | None
    without_control: str
    expected: float | None
    minimum_effect: float | None
    sample: int | None
    needed: int | None
    review: str
    owner: str


@dataclass(frozen=True, slots=True)
class Belongings:
    """What a department owns, by name."""

    department: str
    person: str
    communications: tuple[str, ...]
    flows: tuple[str, ...]
    objectives: tuple[str, ...]
    stages: tuple[str, ...]
    moments: tuple[str, ...]
    rules: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StrategyDocument:
    """The strategy as people read and sign it."""

    strategy: Strategy
    version: str
    as_of: str
    primum_version: str
    rules: tuple[RuleReading, ...]
    priorities: tuple[str, ...]
    exempt: tuple[str, ...]
    belongings: tuple[Belongings, ...]
    flows: tuple[FlowFigures, ...]
    measures: tuple[MeasureFigures, ...]
    facets: tuple[Facet, ...]
    remarks: tuple[Remark, ...]
