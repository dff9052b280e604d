"""What an audit finds, as frozen records: the report, the JSON and the terminal are renderings of these.

Owns the shape (`SCHEMA_VERSION`). Counts are integers, shares lie in [0, 1], money is in `Company.currency`, instants
are UTC ISO 8601 texts, days are ISO dates in `Company.zone`. Refuses arithmetic beyond trivial derived texts.

Words used in field names: *contacts* are attempts (reserved, sent, delivered, bounced, failed); *received* leaves out
bounced and failed; *pushed* leaves out what the customer asked for. Pressure, duplicates, meetings and live offers
count what was received and pushed.
"""

from dataclasses import dataclass, field
from typing import Literal

from primum.audit.results_clashes import ClashCell as ClashCell
from primum.audit.results_clashes import Clashes as Clashes
from primum.audit.results_clashes import ClashPair as ClashPair
from primum.audit.results_clashes import ContradictionExample as ContradictionExample
from primum.audit.results_clashes import Contradictions as Contradictions
from primum.audit.results_clashes import SameSubject as SameSubject
from primum.audit.results_cost import Aftermath as Aftermath
from primum.audit.results_cost import Consequences as Consequences
from primum.audit.results_cost import CostOfSeverity as CostOfSeverity
from primum.audit.results_cost import Rate as Rate
from primum.audit.results_cures import Cure as Cure
from primum.audit.results_cures import CureEffect as CureEffect
from primum.audit.results_cures import Cures as Cures
from primum.audit.results_lag import LagFigures as LagFigures
from primum.audit.results_lag import OptOutLag as OptOutLag
from primum.audit.results_lag import Receiver as Receiver
from primum.audit.results_lines import ContactLine as ContactLine
from primum.audit.results_lines import LineMark as LineMark
from primum.audit.results_rules import AgainstRules as AgainstRules
from primum.audit.results_rules import CountedEvent as CountedEvent
from primum.audit.results_rules import MissingFact as MissingFact
from primum.audit.results_rules import Outcome as Outcome
from primum.audit.results_rules import RuleCommunication as RuleCommunication
from primum.audit.results_rules import RuleDepartment as RuleDepartment
from primum.audit.results_rules import RuleExample as RuleExample
from primum.audit.results_rules import RuleFigures as RuleFigures
from primum.audit.results_rules import RuleMonth as RuleMonth
from primum.audit.results_rules import RulePack as RulePack
from primum.audit.results_rules import Severity as Severity
from primum.audit.results_rules import SeverityFigures as SeverityFigures
from primum.audit.results_rules import Unchecked as Unchecked
from primum.audit.results_segments import BySegment as BySegment
from primum.audit.results_segments import GroupFigures as GroupFigures
from primum.audit.results_segments import Grouping as Grouping
from primum.audit.results_segments import GroupSeverity as GroupSeverity
from primum.audit.results_silence import Owed as Owed
from primum.audit.results_silence import Questions as Questions
from primum.audit.results_silence import Reachability as Reachability
from primum.audit.results_silence import ReachFigures as ReachFigures
from primum.audit.results_silence import Silence as Silence
from primum.audit.results_silence import SilenceRule as SilenceRule
from primum.audit.results_silence import Unanswered as Unanswered
from primum.audit.results_silence import Unheard as Unheard
from primum.audit.results_silence import Waste as Waste
from primum.audit.results_since import Alarm as Alarm
from primum.audit.results_since import Change as Change
from primum.audit.results_since import RuleChange as RuleChange
from primum.audit.results_since import Since as Since

SCHEMA_VERSION = "2.1"


@dataclass(frozen=True)
class Company:
    """Whose contacts were audited."""

    name: str
    customer_champion: str | None
    promise: str | None
    currency: str
    zone: str


@dataclass(frozen=True)
class Period:
    """First and last local day with a contact, both inclusive; `months` is days / 30.4375."""

    first: str
    last: str
    days: int
    months: float


@dataclass(frozen=True)
class FileFigures:
    """One file that was read."""

    name: str
    bytes: int
    rows: int
    rejected: int


@dataclass(frozen=True)
class SourceFigures:
    """One source: what it holds and what could be used of it."""

    name: str
    kind: str
    department: str | None
    files: tuple[FileFigures, ...]
    rows: int
    rejected: int
    unlinked: int
    first: str | None
    last: str | None
    key_kinds: tuple[str, ...]
    customers: int
    found_in_master: int | None
    """Customers of this source that an `identifiers` or `customers` source knows; None where there is none."""
    missing_columns: tuple[str, ...]
    """Attributes nobody mapped, of those an audit uses."""
    reject_file: str | None
    folded: int = 0
    """Rows that told a later status of a contact another row had begun: part of `rows`, no contacts of their own."""
    replaced: int = 0
    """Rows of files for which a corrected file stands: left out, not part of `rows`."""
    ignored: int = 0
    """Rows of an event log whose event means nothing here: part of `rows`, not used."""


@dataclass(frozen=True)
class Volume:
    """How much was said."""

    contacts: int
    received: int
    pushed: int
    asked_for: int
    not_received: int
    not_sent: int
    """Rows that are no attempt (proposed, planned, suppressed, released, expired): inventory only."""
    unlinked: int
    customers_reached: int
    customers_known: int
    responses: int
    states: int
    cost: float | None
    without_cost: int
    unregistered: int
    without_department: int
    without_channel: int
    without_purpose: int
    without_content: int
    without_owner: int = 0
    """Contacts whose communication is not registered, or registered without an owner: nobody answers for them."""
    unregistered_communications: int = 0
    """Communications that the sources name and the register does not."""


@dataclass(frozen=True)
class BlindSpot:
    """Something the audit could not see: how many rows or people it touches, and what would mend it."""

    kind: str
    what: str
    count: int
    unit: str
    cure: str
    source: str | None = None
    effect: str = ""
    """What it does to the figures."""
    bears: Literal["too low", "unsure", "unchecked", "nothing"] = "unsure"
    """Figures are lower bounds because of it; figures may be wrong until it is mended; something could not be checked
    at all; nothing (good to know)."""


@dataclass(frozen=True)
class Cell:
    """One department x channel x message class. `None` stands for: not recorded."""

    department: str | None
    channel: str | None
    purpose: str | None
    contacts: int
    received: int
    asked_for: int
    reach: int | None
    """None, as the next two, only in a department's edition: for several departments it cannot be told."""
    customer_months: int | None
    """Distinct (customer, calendar month) pairs reached."""
    per_customer_month: float | None
    cost: float | None
    unregistered: int


@dataclass(frozen=True)
class DepartmentFigures:
    """One department over all its channels."""

    department: str | None
    title: str | None
    owner: str | None
    contacts: int
    received: int
    asked_for: int
    reach: int | None
    """None only in a department's edition, for several departments together."""
    share_of_contacts: float
    cost: float | None
    unregistered: int
    communications: int


@dataclass(frozen=True)
class ClassGuess:
    """The message class that a communication seems to have: for people to confirm in the register, in no figure."""

    purpose: str | None
    """None where nothing speaks for any."""
    how_sure: Literal["sure", "likely", "unsure"]
    why: str


@dataclass(frozen=True)
class CommunicationFigures:
    """One communication, registered or found. `owner` None means nobody."""

    communication: str
    title: str | None
    registered: bool
    owner: str | None
    departments: tuple[str, ...]
    channels: tuple[str, ...]
    purpose: str | None
    contacts: int
    reach: int
    first: str
    last: str
    responders: int | None
    """Customers it reached who responded to it (responses that name the communication); None where none do."""
    subject: str | None = None
    """The text that it was most often sent with, masked unless revealed; None where the sources hold none."""
    topic: str | None = None
    guess: ClassGuess | None = None
    guessed_topic: str | None = None


@dataclass(frozen=True)
class MonthFigures:
    """Contacts of one department in one calendar month (`YYYY-MM`, company zone)."""

    department: str | None
    month: str
    contacts: int


@dataclass(frozen=True)
class PressureFigures:
    """How much lands on one customer: each customer's busiest 7 and busiest 30 days (any, rolling).

    Quantiles are nearest-rank over customers who received at least one pushed contact (of this department).
    """

    department: str | None
    """None: all departments together."""
    customers: int
    contacts: int
    week_p50: int
    week_p90: int
    week_p99: int
    week_max: int
    month_p50: int
    month_p90: int
    month_p99: int
    month_max: int
    above: tuple[float, ...]
    """Share of customers whose busiest 7 days hold more than 1, 2, ... 10 contacts."""
    top_one_percent_share: float
    """Share of all contacts that go to the most contacted 1% of customers (rounded up to a whole customer)."""
    week_histogram: tuple[tuple[int, int], ...]
    """(contacts in the busiest 7 days, customers)."""


@dataclass(frozen=True)
class Pressure:
    """Pressure over all departments, and by department (most contacts first)."""

    overall: PressureFigures
    by_department: tuple[PressureFigures, ...]
    excluded_shared: int
    """Customers left out because their identifier is shared by many (not one person)."""


@dataclass(frozen=True)
class DuplicateExample:
    """One repeat: the same content to the same customer again."""

    customer: str
    gap: str
    """Human-readable gap between the two: in days where one is known only to the day, in hours where to the hour."""
    gap_seconds: float
    first: ContactLine
    again: ContactLine


@dataclass(frozen=True)
class DuplicatePair:
    """Repeats from one sender (first) to another (again); the same department twice where they are equal."""

    first: str | None
    again: str | None
    repeats: int
    customers: int | None
    """None only in a department's edition, for several pairs together."""


@dataclass(frozen=True)
class DuplicatedCommunication:
    """A pair of communications with the same content that reached the same customers."""

    first: str | None
    first_department: str | None
    again: str | None
    again_department: str | None
    repeats: int


@dataclass(frozen=True)
class Duplicates:
    """Exact duplicates: the same content to the same customer again within less than `window_days`."""

    window_days: int
    checked: int
    """Contacts that carry a content."""
    unchecked: int
    within: int
    within_customers: int
    between: int
    between_customers: int
    customers: int
    cost: float | None
    """What the repeats cost."""
    gaps: tuple[tuple[str, int], ...]
    """(label of gap, repeats), shortest first."""
    pairs: tuple[DuplicatePair, ...]
    communications: tuple[DuplicatedCommunication, ...]
    examples: tuple[DuplicateExample, ...]


@dataclass(frozen=True)
class PairRecognition:
    """How well two departments' customers can be recognised in each other's data."""

    a: str | None
    b: str | None
    a_keys: tuple[str, ...]
    b_keys: tuple[str, ...]
    a_customers: int
    b_customers: int
    a_recognisable: int
    """Customers of a for whom a kind of identifier that b uses is known."""
    b_recognisable: int
    shared_customers: int


@dataclass(frozen=True)
class Meeting:
    """Two departments on the same local day at the same customer."""

    a: str | None
    b: str | None
    customer_days: int
    customers: int | None
    """None only in a department's edition, for several pairs together (a day then counts once for each of them)."""


@dataclass(frozen=True)
class Meetings:
    """Days on which a customer heard from several departments (pushed, received)."""

    customer_days: int
    """Customer-days with at least one contact."""
    several: int
    """... of which with two departments or more."""
    customers: int
    most_departments: int
    by_departments: tuple[tuple[int, int], ...]
    """(departments on the day, customer-days)."""
    pairs: tuple[Meeting, ...]


@dataclass(frozen=True)
class OfferPair:
    """Two departments (or one twice) with offers live at once."""

    a: str | None
    b: str | None
    pairs: int


@dataclass(frozen=True)
class LiveOffers:
    """Offers of one customer whose closed intervals [sent, valid until] overlap; a re-sent offer is still one."""

    offers: int
    """Contacts that carry `valid_until`."""
    without_validity: int
    pairs: int
    customers: int
    most_at_once: int
    same_product_pairs: int
    same_product_customers: int
    product_checked: bool
    by_department: tuple[OfferPair, ...]
    capped_customers: int
    """Customers with more offers at once than are compared one by one (`cap`)."""
    cap: int


@dataclass(frozen=True)
class SharedIdentifier:
    """An identifier value that names no one person: shared by many, or a known placeholder. Masked."""

    kind: str
    value: str
    why: str
    customers: int
    contacts: int


@dataclass(frozen=True)
class Silos:
    """Who shares customers without seeing each other."""

    pairs: tuple[PairRecognition, ...]
    nothing_in_common: tuple[tuple[str | None, str | None], ...]
    """Pairs of departments with no kind of identifier in common, not even through a customer master."""
    sources_without_responses: tuple[str, ...]
    """Contact sources whose communications and channels no response source speaks of."""
    contacts_without_sender: int
    merged_customers: int
    """Customers of the master that were recognised as one person through a shared identifier."""
    shared_identifiers: tuple[SharedIdentifier, ...]
    shared_identifier_count: int


@dataclass(frozen=True)
class ResponseCurvePoint:
    """Of the customers who received `contacts` pushed contacts, how many never responded at all."""

    contacts: int
    customers: int
    never_responded: int


@dataclass(frozen=True)
class Responses:
    """How customers responded, as far as the sources say."""

    responses: int
    by_kind: tuple[tuple[str, int], ...]
    customers: int
    naming_a_communication: int
    responders: int | None
    """Distinct (customer, communication) pairs with both a contact and a response that names the communication."""
    curve: tuple[ResponseCurvePoint, ...]
    threshold: int
    many_contacts: int
    """Customers with at least `threshold` received, pushed contacts."""
    many_contacts_never_responded: int


@dataclass(frozen=True)
class Person:
    """One of the most contacted people, as a timeline."""

    customer: str
    contacts: int
    departments: int
    busiest_week: int
    busiest_week_first: str
    busiest_week_last: str
    most_on_one_day: int
    summary: str
    """One plain sentence."""
    timeline: tuple[ContactLine, ...]
    shown: int
    """Lines shown, of `contacts` and responses; the rest is left out for length."""


@dataclass(frozen=True)
class WorstCustomer:
    """One of ten people whom a board should see: a never-event, a clash, a silence, or the most messages."""

    why: tuple[Literal["never-event", "clash", "silence", "pressure"], ...]
    """What is seen on this timeline; the first is what the person was chosen for."""
    person: Person
    """Its lines carry marks."""


@dataclass(frozen=True)
class Method:
    """How the figures were made."""

    primum_version: str
    strategy_version: str
    as_of: str
    duckdb_version: str
    tzdata_version: str
    buckets: int
    definitions: tuple[tuple[str, str], ...]
    """(term, what it means here)."""


@dataclass(frozen=True)
class ConfirmedNonPerson:
    """An entry of `customers.not_people`: kept out of what is said about people, counted in volumes."""

    identifier: str
    """As the strategy has it, masked unless revealed; `*` stands for any text."""
    why: str
    customers: int
    contacts: int
    names_nobody: bool = False
    """Whether it only matches identifiers that name nobody anyway (placeholders, addresses shared by many)."""


@dataclass(frozen=True)
class ProposedNonPerson:
    """Somebody who looks like no person; counted like one until the strategy says otherwise."""

    identifier: str
    """Of a customer, masked unless revealed; or a pattern for the addresses of a domain."""
    why: str
    """What it seems to be: seed, test, staff, agency, shared."""
    contacts: int
    communications: int
    """Communications (of those that went to many) that it received."""
    share_of_communications: float
    reasons: tuple[str, ...]
    customers: int = 1
    pasteable: bool = False
    """Whether `identifier` can be pasted into the strategy as it stands."""


@dataclass(frozen=True)
class NonPeople:
    """Who is no customer: confirmed in the strategy, or proposed by evidence."""

    confirmed: tuple[ConfirmedNonPerson, ...] = ()
    proposed: tuple[ProposedNonPerson, ...] = ()
    """Seeds and tests first, then by contacts; only the first are listed, `customers_proposed` counts all."""
    contacts_confirmed: int = 0
    customers_confirmed: int = 0
    customers_proposed: int = 0
    contacts_proposed: int = 0
    contacts_p99: int = 0
    """What 99 in 100 customers received at most: the yardstick for far too much."""
    communications_checked: int = 0
    """Communications that went to enough customers to tell who receives them all."""


@dataclass(frozen=True)
class NearText:
    """One side of a pair of texts that say nearly the same."""

    department: str | None
    communication: str | None
    pieces: tuple[tuple[str, bool], ...]
    """The text (masked unless revealed) in pieces; True where it differs from the other side's."""
    contacts: int
    """Pushed and received contacts that said so."""


@dataclass(frozen=True)
class NearDuplicate:
    """Two communications whose texts are nearly one, and how many customers received both."""

    first: NearText
    again: NearText
    similarity: float
    """From 0 to 1, over the characters that both have in one order; names, numbers and months do not count."""
    customers: int
    """Customers who received both less than `window_days` apart, in different wording."""
    between: bool
    """Whether the departments are recorded and differ."""


@dataclass(frozen=True)
class NearDuplicates:
    """Texts of different communications that are nearly the same, over distinct texts, where customers received both.

    Equal texts are exact duplicates and not counted here; so are texts of one communication, and pairs of two
    transactional or security messages (what the customer's own act set off).
    """

    window_days: int = 7
    threshold: float = 0.85
    contacts_checked: int = 0
    """Pushed and received contacts that carry a text."""
    texts: int = 0
    """Distinct texts compared."""
    texts_left_out: int = 0
    """Distinct texts beyond the limit, those sent least."""
    too_short: int = 0
    """Distinct texts too short to be compared."""
    cut: int = 0
    """Communications with more distinct texts than are kept: a choice of them was compared."""
    pairs: tuple[NearDuplicate, ...] = ()
    """Those of which customers received both, most customers first; at most 200."""
    found: int = 0
    """Pairs of which customers received both."""
    never_together: int = 0
    """Pairs as similar, of which nobody received both within the window."""
    pairs_left_out: int = 0
    """Pairs beyond the limit, those of the fewest contacts, of which it is not known who received both."""
    customers_within: int = 0
    customers_between: int = 0
    customers: int = 0
    """Customers who received both of some pair."""


@dataclass(frozen=True)
class TopicFigures:
    """One topic that the strategy declares, or that a registered communication names."""

    topic: str
    communications: int
    contacts: int


@dataclass(frozen=True)
class Register:
    """How much of what was said stands in the register."""

    found: int = 0
    """Communications that were sent."""
    registered: int = 0
    unregistered: int = 0
    without_owner: int = 0
    """... of the registered ones."""
    contacts_unregistered: int = 0
    contacts_unnamed: int = 0
    """... of which name no communication at all."""
    never_sent: tuple[str, ...] = ()
    """Registered communications of which the sources hold no contact."""
    topics: tuple[TopicFigures, ...] = ()


@dataclass(frozen=True)
class Headline:
    """The first screen: what to read when nothing else is read."""

    sentences: tuple[str, ...]
    story: tuple[str, ...]
    """One real example in two sentences; empty when there is none to tell."""
    at_least: bool
    """Whether cross-department figures are lower bounds (some customers cannot be recognised everywhere)."""


@dataclass(frozen=True)
class FlagFigures:
    """One state (consent, an open complaint, arrears...) and the contacts made while it held. It judges nothing.

    Counted are contacts that were pushed and received, of customers who are known; where a state names a channel,
    message class, topic or brand, those with that value. `contacts_possible` are apart from `contacts_during`: before
    the day of the extract that an undated flag stands in, or so close to where a state begins or ends (on the day, in
    the hour) that what is known of the times does not tell.
    """

    state: str
    customers: int
    dated: int
    """Rows that say since when the state holds."""
    undated: int
    """Rows that do not: they hold from the day of their extract on, and possibly before."""
    contacts_during: int
    customers_during: int
    contacts_possible: int
    customers_possible: int
    undated_without_day: int = 0
    """... of which the day of the extract is not known either: they hold possibly, at any time."""


@dataclass(frozen=True)
class CommonPeriod:
    """The days of which every large department's contacts are here; figures across departments count only these."""

    first: str
    last: str
    days: int
    departments: tuple[str, ...]
    """Those that hold at least 1% of all contacts."""
    left_out: tuple[str, ...]
    """The smaller ones: the period does not depend on them."""
    outside: int = 0
    """Contacts that lie outside it: they count in figures of one department only."""
    begin_last: tuple[str, ...] = ()
    """The departments whose first day is the first of the period: earlier data of theirs would lengthen it ..."""
    end_first: tuple[str, ...] = ()
    """... and those whose last day is the last."""


@dataclass(frozen=True)
class SourceCoverage:
    """When a source has rows: weeks are named by their Monday (company zone)."""

    source: str
    kind: str
    department: str | None
    first: str | None
    last: str | None
    weeks: tuple[tuple[str, int], ...]
    """(Monday, rows) of every week with rows; empty for sources whose rows carry no instant."""
    holes: tuple[str, ...]
    """Weeks without a row where rows are usual: the usual week has at least 5, and of the four weeks on each side of
    the gap at least three in four have some."""
    usual: int
    """Rows of the usual week: the median from the first to the last, empty weeks counted."""
    newest: str | None
    """The local day of the newest row that is not after the audit's `as_of`."""
    fresh: str | None
    """How old it may be, as the strategy says."""
    stale_by_days: int | None
    """Whole days by which it is older (rounded up); 0: fresh; None: not stated, or no instant to tell by."""


@dataclass(frozen=True)
class ControlLine:
    """A month by the sender's own books (an invoice, a dashboard) against the contacts held; months by source zone."""

    source: str
    month: str
    control: int
    held: int
    difference: int
    """Held less control."""
    share: float | None
    """The difference's share of the control figure, without its sign; None where that is 0."""
    settled: bool
    """Whether they differ by at most 0.5%."""
    rejected: int
    """Rows of the whole source that could not be read."""
    repeated: int
    """Rows of the whole source that repeat or continue another one's contact."""


@dataclass(frozen=True)
class RejectReason:
    """Why rows of a source could not be read; values are left out of the reason."""

    source: str
    column: str | None
    reason: str
    rows: int


@dataclass(frozen=True)
class SourceWarning:
    """Something about an export that looks like an accident."""

    kind: str
    source: str
    file: str | None
    column: str | None
    count: int
    """How many rows (files, days) show it ..."""
    total: int
    """... of how many that were looked at."""
    example: str | None
    """One of them; masked where it is an identifier."""
    what: str
    cure: str


@dataclass(frozen=True)
class Coverage:
    """Which weeks the sources hold, what their senders say they should hold, and what looks like an accident."""

    common: CommonPeriod | None = None
    """None: there is no day of which all departments' contacts are here, or no department is recorded."""
    sources: tuple[SourceCoverage, ...] = ()
    control: tuple[ControlLine, ...] = ()
    rejects: tuple[RejectReason, ...] = ()
    warnings: tuple[SourceWarning, ...] = ()


@dataclass(frozen=True)
class Disclosure:
    """That identifiers are shown: who had it done (the operating system's user), when (UTC), and the reason given."""

    who: str
    at: str
    why: str


@dataclass(frozen=True)
class AuditResult:
    """Everything an audit found."""

    company: Company
    period: Period | None
    headline: Headline
    volume: Volume
    sources: tuple[SourceFigures, ...]
    blind_spots: tuple[BlindSpot, ...]
    who_says_what: tuple[Cell, ...]
    departments: tuple[DepartmentFigures, ...]
    communications: tuple[CommunicationFigures, ...]
    months: tuple[MonthFigures, ...]
    pressure: Pressure
    duplicates: Duplicates
    meetings: Meetings
    live_offers: LiveOffers
    silos: Silos
    responses: Responses
    people: tuple[Person, ...]
    method: Method
    revealed: bool = False
    coverage: Coverage = field(default=Coverage())
    disclosure: Disclosure | None = None
    """Set where identifiers are shown unmasked."""
    classification: str | None = None
    """Who may read this, as given with `--classification`."""
    edition: str | None = None
    """The department this edition is for: other departments' communications are not named in it. None: everybody's."""
    register: Register = field(default_factory=Register)
    non_people: NonPeople = field(default_factory=NonPeople)
    near_duplicates: NearDuplicates = field(default_factory=NearDuplicates)
    schema_version: str = field(default=SCHEMA_VERSION)
    flags: tuple[FlagFigures, ...] = ()
    against_rules: AgainstRules = field(default_factory=AgainstRules)
    opt_out_lag: OptOutLag = field(default_factory=OptOutLag)
    clashes: Clashes = field(default_factory=Clashes)
    worst: tuple[WorstCustomer, ...] = ()
    """Ten people (no test or shared addresses): at least one never-event, one clash and one silence, where there are
    any; the rest are the most contacted."""
    silence: Silence = field(default_factory=Silence)
    by_segment: BySegment = field(default_factory=BySegment)
    cures: Cures = field(default_factory=Cures)
    consequences: Consequences = field(default_factory=Consequences)
    since: Since | None = None
    """What changed since an earlier audit, where one was given (`--vs`)."""
