"""What Harbour & Finch says: its register, and which export tells of it.

Owns names, senders, message classes and wordings. Wordings differ in nearly all their words, except for those that are
planted to be alike: equal ones, near ones, and bills that differ in the name of a month.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Saying:
    """A communication; `asked`: customers ask for it."""

    name: str
    department: str
    source: str
    purpose: str
    channel: str
    wording: str
    asked: bool = False


_ISSUES: Final = (
    "Why the harbour lights stay on all winter",
    "Meet Petra, who climbs our tallest mast",
    "Seven quiz questions about undersea cables",
    "How whales and fibre share one seabed",
    "A recipe for router-shaped gingerbread",
    "Grandmother learns video calling in five steps",
    "Photo contest: your street at dawn",
    "What a packet does on its way to Lisbon",
    "Library corner: three novels set on islands",
    "Gardening by satellite, a neighbour explains",
    "Old telephones wanted for our small museum",
    "Choir rehearsals moved online, and it worked",
    "Summer fair: join us beside pier nine",
)
_FLASH: Final = (
    "Tonight only: double upload speed",
    "Free cinema vouchers while stock lasts",
    "Bring a friend, both get forty pounds",
    "Trade in any tablet this weekend",
    "Gigabit upgrade without setup fee",
    "Sports bundle opens tomorrow noon",
    "Mesh extender thrown in on us",
    "Last seats at the gaming final",
    "Roaming pass for holidaymakers",
)
_SERVICE: Final = (
    "Engineers will test your exchange overnight",
    "New security certificate for webmail",
    "Battery backup units are being replaced",
    "Please restart the black modem once",
)
MONTHS: Final = ("January", "February", "March", "April", "May", "June")
PRICE: Final = "Prices of landline minutes change next quarter"
SPRING: Final = "Save 20% on full fibre this spring when you order by Friday evening"
NEARLY_SPRING: Final = "Save 20% on full fibre this spring when you order by Friday morning"


def _all() -> list[Saying]:
    s = Saying
    issues = [s(f"issue {n:02}", "marketing", "newsletters", "marketing", "email", t) for n, t in enumerate(_ISSUES, 1)]
    flash = [s(f"flash {n}", "marketing", "newsletters", "marketing", "email", t) for n, t in enumerate(_FLASH, 1)]
    service = [s(f"notice {n}", "service", "service", "service", "email", t) for n, t in enumerate(_SERVICE, 1)]
    months = [
        s(f"bill {m}", "billing", "bills", "service", "email", f"Your Harbour & Finch broadband bill for {m}")
        for m in MONTHS
    ]
    return [
        *issues,
        *flash,
        *service,
        *months,
        s("price news", "marketing", "newsletters", "marketing", "email", PRICE),
        s("price offer", "sales", "offers", "sales", "email", PRICE),
        s("spring campaign", "marketing", "newsletters", "marketing", "email", SPRING),
        s("spring offer", "sales", "offers", "sales", "email", NEARLY_SPRING),
        s("upgrade offer", "sales", "offers", "sales", "email", "Your contract ends soon: choose another tariff"),
        s("television offer", "sales", "offers", "sales", "email", "Forty channels for the price of ten"),
        s("bill", "billing", "bills", "service", "email", "It is ready in your account"),
        s("statement", "billing", "letters", "service", "post", "Yearly statement of equipment rental"),
        s("visit", "repairs", "visits", "service", "sms", "A technician calls between eight and noon"),
        s("order received", "shop", "shop", "transactional", "email", "We have received your order", True),
        s("order shipped", "shop", "shop", "transactional", "email", "Your parcel left our warehouse", True),
        s("order delivered", "shop", "shop", "transactional", "email", "Delivered: enjoy the new equipment", True),
        s("login code", "shop", "shop", "security", "sms", "Here is the one-time code you requested", True),
        s("call-back", "service", "calls", "service", "call", "You wanted to talk to an adviser", True),
        s("works nearby", "legal", "notices", "regulatory", "post", "Public notice under the street works act"),
    ]


SAYINGS: Final = MappingProxyType({s.name: s for s in _all()})
"""By name."""

ISSUES: Final = tuple(f"issue {n:02}" for n in range(1, len(_ISSUES) + 1))
FLASH: Final = tuple(f"flash {n}" for n in range(1, len(_FLASH) + 1))
NOTICES: Final = tuple(f"notice {n}" for n in range(1, len(_SERVICE) + 1))
BILLS: Final = tuple(f"bill {m}" for m in MONTHS)
