"""The register of the departments with odd exports: text messages of sales by an agency, billing, the app team.

Owns their communications and texts, among them those that look like duplicates and are none. Refuses to know who
receives what.
"""

from typing import Final

from primum.demo.communication import Communication

MONTHS_OF_BILLS: Final = ("January", "February", "March", "April", "May", "June")
NEAR_TEXTS: Final = (
    ("Winter check for your heat pump: only £49 this month", "Winter check for your heat pump - only £49 this month!"),
    ("Rain or shine, your battery pays you back from day one", "Rain or shine: your battery pays you back from day 1"),
)
"""Texts of two departments (sales by text message, the app team) that say the same in other punctuation or a word."""

TEXTS: Final = (
    Communication(
        "offer-by-text",
        "sales",
        "sales",
        "sms",
        (NEAR_TEXTS[0][0], NEAR_TEXTS[1][0], "Reply YES and an adviser rings you about cover"),
        title="Offers by text message",
        alias="AGY offer",
        owner="sales",
        topic="tariff",
        log="sales_texts",
        weight=0.15,
    ),
)

BILLING: Final = (
    Communication(
        "monthly-bill",
        "billing",
        "transactional",
        "email",
        ("Your Brightwater bill",),
        title="Monthly bill by e-mail",
        alias="BILL-M",
        owner="billing",
        topic="billing",
        weight=0.4,
    ),
    Communication(
        "bill-with-month",
        "billing",
        "transactional",
        "email",
        tuple(f"Here is your energy statement for {month} 2025" for month in MONTHS_OF_BILLS),
        title="Statement by e-mail",
        alias="STMT",
        owner="billing",
        topic="billing",
    ),
    Communication(
        "bill-by-letter",
        "billing",
        "transactional",
        "post",
        ("Bill enclosed",),
        title="Bill by letter",
        alias="BILL-L",
        owner="billing",
        topic="billing",
        weight=0.3,
    ),
    Communication(
        "tariff-change",
        "billing",
        "regulatory",
        "post",
        ("The unit rate of your tariff changes",),
        title="Change of tariff by letter",
        alias="TARIFF-L",
        owner="billing",
        topic="tariff",
        weight=0.3,
    ),
)

APP: Final = (
    Communication(
        "app-tips",
        "app",
        "marketing",
        "push",
        ("Cheap hours tonight from eleven", "You used less than your street", "See yesterday in half-hours"),
        title="Tips in the app",
        alias="push_tips",
        owner="app",
        topic="saving energy",
        weight=0.7,
    ),
    Communication(
        "app-offer",
        "app",
        "marketing",
        "push",
        (NEAR_TEXTS[0][1], NEAR_TEXTS[1][1]),
        title="Offers in the app",
        alias="push_offer",
        owner="app",
        topic="heating",
        weight=0.3,
    ),
    Communication(
        "app-login-code",
        "app",
        "security",
        "push",
        ("Tap to confirm that it is you",),
        title="Confirmation of a login",
        alias="push_2fa",
        owner="app",
        topic="login",
        asked=True,
    ),
    Communication(
        "app-order-status",
        "app",
        "transactional",
        "push",
        ("Your parcel is at the door",),
        title="Parcel delivered",
        alias="push_parcel",
        owner="app",
        topic="order",
        asked=True,
    ),
)
