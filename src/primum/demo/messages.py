"""What the made-up company says: its departments, channels, register of communications and texts.

Owns the catalogue, as plain records numbered by their place. Refuses to know who receives what.
"""

from dataclasses import dataclass
from typing import Final

DEPARTMENTS: Final = ("marketing", "sales", "service", "collections", "logistics")
KINDS: Final = ("email", "phone", "crm_id", "account", "meter")
"""The identifier each department knows its customers by, in the order of `DEPARTMENTS`."""

CHANNEL_COST: Final[dict[str, int | None]] = {
    "email": 2,
    "sms": 40,
    "push": 1,
    "post": 850,
    "call": 3200,
    "chat": 1100,
    "inapp": None,
}
"""Cost of one contact in thousandths of a pound; None: not declared."""


@dataclass(frozen=True)
class Communication:
    """Something the company says. `alias` is its name in the exports; unregistered ones have a name only."""

    name: str
    department: str
    purpose: str | None
    channel: str | None
    subjects: tuple[str | None, ...]
    title: str = ""
    alias: str = ""
    owner: str | None = None
    topic: str = ""
    registered: bool = True
    asked: bool = False
    product: str = ""
    valid_days: int = -1
    weight: float = 0.0
    """Share in the background of its department; 0: only where it is planted."""


@dataclass(frozen=True)
class Message:
    """One text of one communication."""

    number: int
    communication: Communication
    subject: str | None
    place: int
    """Which of its communication's texts this is."""
    content: int
    """Equal for equal texts, -1 for none; a template number of logistics equals no text."""

    @property
    def department(self) -> int:
        """The sender, as an index into `DEPARTMENTS`."""
        return DEPARTMENTS.index(self.communication.department)

    @property
    def alias(self) -> str:
        """The communication's name in the exports."""
        return self.communication.alias or self.communication.name

    @property
    def template(self) -> int:
        """The template number, as logistics writes it."""
        return 1000 + self.number


SHARED_TEXT: Final = "Charge your car overnight for 7p a kWh"
SCRIPT: Final = "<script>alert(1)</script>"
FORMULA: Final = '=HYPERLINK("http://prize.example/claim","You have won; click here")'
ANSI: Final = "\x1b[2J\x1b[31mYour bill is overdue\x1b[0m"
HOSTILE_NAME: Final = "<img src=x onerror=alert(1)>"

_MARKETING: Final = (
    Communication(
        "weekly-newsletter",
        "marketing",
        "marketing",
        "email",
        (
            "Five small changes that cut your bill",
            "How warm should a bedroom be?",
            "What the new price cap means for you",
            "Meet the team behind your meter",
            "Draughts: find them in ten minutes",
            "Your neighbours saved 9% – here is how",
            "Is your freezer costing you €100 a year?",
            "The quiet power of a lid on the pan",
            "Ask an engineer: heat pumps",
            "Spring clean your radiators",
        ),
        title="Weekly newsletter",
        alias="NL Weekly",
        owner="marketing",
        topic="saving energy",
        weight=0.42,
    ),
    Communication(
        "spring-boiler-service",
        "marketing",
        "marketing",
        "email",
        ("£40 off your boiler service", "Last days: £40 off your boiler service"),
        title="Spring boiler service offer",
        alias="Boiler Service Spring 25",
        owner="marketing",
        topic="boiler",
        product="boiler-service",
        valid_days=7,
        weight=0.13,
    ),
    Communication(
        "solar-launch",
        "marketing",
        "marketing",
        "email",
        ("Solar panels from £29 a month", "Your roof could earn its keep"),
        title="Solar panels launch",
        alias="Solar Launch EM1",
        owner="marketing",
        topic="solar",
        product="solar-panels",
        valid_days=6,
        weight=0.1,
    ),
    Communication(
        "ev-tariff",
        "marketing",
        "marketing",
        "email",
        (SHARED_TEXT, "The tariff that sleeps when you drive"),
        title="EV tariff",
        alias="EV Tariff wave 2",
        owner="marketing",
        topic="electric cars",
        product="ev-tariff",
        valid_days=5,
        weight=0.08,
    ),
    Communication(
        "smart-meter-invitation",
        "marketing",
        "marketing",
        "email",
        ("Book your free smart meter", "Smart meters: your questions answered", "Three slots left in your street"),
        title="Smart meter invitation",
        alias="SM invite",
        owner="marketing",
        topic="smart meter",
        weight=0.11,
    ),
    Communication(
        "refer-a-friend",
        "marketing",
        "marketing",
        "email",
        ("Give £50, get £50", "A friend in need is a friend with a cheaper bill"),
        title="Refer a friend",
        topic="referral",
        weight=0.06,
    ),
    Communication(
        "satisfaction-survey",
        "marketing",
        "survey",
        "email",
        ("How are we doing?", "Two questions, one minute"),
        title="Satisfaction survey",
        alias="CSAT H1",
        owner="marketing",
        topic="survey",
        weight=0.06,
    ),
    Communication(
        "order-confirmation",
        "marketing",
        "transactional",
        "email",
        ("Thank you for your order",),
        title="Order confirmation",
        alias="TRX order conf",
        owner="marketing",
        topic="order",
        asked=True,
        weight=0.02,
    ),
    Communication(
        "Thermostat FLASH (do not use!)",
        "marketing",
        "marketing",
        "email",
        ("48 hours: smart thermostat at half price",),
        registered=False,
        product="thermostat",
        valid_days=2,
        weight=0.02,
    ),
    Communication(
        "Winback_03 copy FINAL",
        "marketing",
        None,
        "email",
        ("We miss you already",),
        registered=False,
    ),
    Communication(HOSTILE_NAME, "marketing", "marketing", "email", (SCRIPT, FORMULA), registered=False),
)

_SALES: Final = (
    Communication(
        "boiler-cover",
        "sales",
        "sales",
        "call",
        ("Boiler cover for the price of a coffee a week", "Your boiler is past its guarantee"),
        title="Boiler cover by phone",
        alias="BC upsell",
        owner="sales",
        topic="boiler",
        product="boiler-cover",
        valid_days=7,
        weight=0.4,
    ),
    Communication(
        "dual-fuel",
        "sales",
        "sales",
        "call",
        ("One bill for gas and electricity", "Have you thought of dual fuel?", "A better price for both fuels"),
        title="Dual fuel by phone",
        alias="DF pitch",
        owner="sales",
        topic="tariff",
        weight=0.35,
    ),
    Communication(
        "ev-tariff-call",
        "sales",
        "sales",
        "call",
        (SHARED_TEXT, "Do you drive electric yet?"),
        title="EV tariff by phone",
        alias="EV call list",
        owner="sales",
        topic="electric cars",
        product="ev-tariff",
        valid_days=4,
        weight=0.15,
    ),
    Communication(
        "solar-call-back",
        "sales",
        "sales",
        "call",
        ("You asked us to call you about solar",),
        title="Call-back about solar, on request",
        alias="Solar callback",
        owner="sales",
        topic="solar",
        asked=True,
        weight=0.05,
    ),
    Communication("Warm leads Q1", "sales", "sales", "call", ("A quick question",), registered=False, weight=0.05),
)

_SERVICE: Final = (
    Communication(
        "bill-ready",
        "service",
        "transactional",
        "email",
        ("Your bill is ready",),
        title="Your bill is ready",
        owner="service",
        topic="billing",
        weight=0.4,
    ),
    Communication(
        "outage-notice",
        "service",
        "service",
        "sms",
        ("Power cut in your area: we are on it", "Power is back in your area"),
        title="Power cut notice",
        owner="service",
        topic="outage",
        weight=0.2,
    ),
    Communication(
        "meter-reading",
        "service",
        "service",
        "sms",
        ("Please send us your meter reading", "Your meter reading is due"),
        title="Meter reading request",
        owner="service",
        topic="metering",
        weight=0.2,
    ),
    Communication(
        "direct-debit-change",
        "service",
        "regulatory",
        "email",
        ("Your direct debit is changing",),
        title="Direct debit change",
        owner="service",
        topic="billing",
        weight=0.05,
    ),
    Communication(
        "planned-maintenance",
        "service",
        "service",
        "inapp",
        ("We will be working on your line", "The app will be away on Sunday night"),
        title="Planned maintenance",
        topic="outage",
        weight=0.05,
    ),
    Communication(
        "tariff-advice",
        "service",
        "service",
        "chat",
        (None,),
        title="Tariff advice in the chat",
        owner="service",
        topic="tariff",
        weight=0.05,
    ),
    Communication(
        "one-time-code",
        "service",
        "security",
        "sms",
        ("Your one-time code",),
        title="One-time code",
        owner="service",
        topic="login",
        asked=True,
        weight=0.05,
    ),
    Communication("manual note", "service", "service", None, ("Note from an agent",), registered=False),
    Communication("console broadcast", "service", "service", "sms", (ANSI,), registered=False),
)

_COLLECTIONS: Final = (
    Communication(
        "payment-reminder",
        "collections",
        "collections",
        "sms",
        ("A payment is due", "A payment is overdue"),
        title="Payment reminder",
        alias="DUN1",
        owner="collections",
        topic="arrears",
        weight=0.6,
    ),
    Communication(
        "second-reminder",
        "collections",
        "collections",
        "post",
        ("Second reminder of your payment",),
        title="Second reminder by letter",
        alias="DUN2",
        owner="collections",
        topic="arrears",
        weight=0.25,
    ),
    Communication(
        "final-notice",
        "collections",
        "regulatory",
        "post",
        ("Notice under section 12 of your contract",),
        title="Final notice",
        alias="DUN3",
        owner="collections",
        topic="arrears",
        weight=0.1,
    ),
    Communication(
        "payment-plan",
        "collections",
        "collections",
        "call",
        ("Can we help with a payment plan?",),
        title="Offer of a payment plan",
        alias="PPLAN",
        owner="collections",
        topic="arrears",
        weight=0.05,
    ),
)

_LOGISTICS: Final = (
    Communication(
        "engineer-slot",
        "logistics",
        "service",
        "sms",
        ("Choose a slot for your engineer", "Your engineer comes tomorrow"),
        title="Engineer's visit",
        owner="logistics",
        topic="visit",
        weight=0.55,
    ),
    Communication(
        "meter-exchange",
        "logistics",
        "regulatory",
        "post",
        ("Your meter must be exchanged this year",),
        title="Meter exchange letter",
        owner="logistics",
        topic="metering",
        weight=0.15,
    ),
    Communication(
        "parcel-dispatched",
        "logistics",
        "transactional",
        "push",
        ("Your parcel is on its way",),
        title="Parcel dispatched",
        owner="logistics",
        topic="order",
        asked=True,
        weight=0.15,
    ),
    Communication(
        "after-visit-survey",
        "logistics",
        "survey",
        "push",
        ("How was your engineer?",),
        registered=False,
        weight=0.15,
    ),
)

COMMUNICATIONS: Final = (*_MARKETING, *_SALES, *_SERVICE, *_COLLECTIONS, *_LOGISTICS)


def _content(communication: Communication, subject: str | None, number: int, texts: dict[str, int]) -> int:
    if subject is None:
        return -1
    if communication.department == "logistics":
        return 10_000 + number
    return texts.setdefault(subject, len(texts))


def _catalogue() -> tuple[Message, ...]:
    messages: list[Message] = []
    texts: dict[str, int] = {}
    for communication in COMMUNICATIONS:
        for place, subject in enumerate(communication.subjects):
            number = len(messages)
            content = _content(communication, subject, number, texts)
            messages.append(Message(number, communication, subject, place, content))
    return tuple(messages)


MESSAGES: Final = _catalogue()


def message(communication: str, place: int = 0) -> int:
    """The number of a communication's text."""
    for m in MESSAGES:
        if m.communication.name == communication and m.place == place:
            return m.number
    raise KeyError(communication)


def call_cost(number: int) -> int:
    """What sales writes down as the cost of a call, by its text (thousandths)."""
    return 2500 + 150 * (number % 9)


def cost_of(number: int) -> int | None:
    """Cost of one contact with this text: sales writes it down, the others have a unit cost per channel."""
    said = MESSAGES[number].communication
    if said.department == "sales":
        return call_cost(number)
    return None if said.channel is None else CHANNEL_COST[said.channel]
