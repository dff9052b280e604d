"""A small company in which some wait for answers, some hear nothing and some too much, drawn at random.

Owns its rows, its strategy and its rules. Refuses to count anything: the oracle does, in plain Python.
"""

import random
from datetime import datetime, timedelta

FIRST, LAST = datetime(2025, 1, 1), datetime(2025, 12, 30)
CUSTOMERS = 90
CHANNELS = ("call", "email", "post", "sms")
CLASSES = ("marketing", "sales", "service", "transactional")
COMMUNICATIONS = ("hello-pack", "news", "care", "your-renewal", None)

STRATEGY = {
    "strategy": {"name": "Small"},
    "zone": "UTC",
    "communications": {"hello-pack": {"topic": "onboarding"}, "news": {}, "care": {}},
    "customers": {
        "segments": {"buyers": "frequency >= 2"},
        "stages": [
            {"stage": "fan", "when": "frequency >= 2"},
            {"stage": "active", "when": "days_since_response < 60"},
        ],
    },
}

RULES = {
    "heard-in-a-month": {"says": "Two a month.", "at_least": 2, "within": "30 days"},
    "buyers-news": {
        "says": "Buyers get news.",
        "to": {"purpose": "marketing"},
        "for": {"segment": "buyers"},
        "at_least": 1,
        "within": "90 local days",
    },
    "consented": {"says": "Consent is used.", "for": {"state": "consent"}, "at_least": 1, "within": "a quarter"},
    "attempts": {
        "says": "Somebody tries.",
        "at_least": 3,
        "within": "60 days",
        "counting": {"channel": ["email", "call"], "status": "attempts"},
        "severity": "courtesy",
    },
    "weekly-cap": {"says": "Not too much.", "to": {"purpose": "marketing"}, "at_most": 2, "within": "7 days"},
}


def customers(seed: int) -> list[dict]:
    """The master: some with an e-mail address, some with a date since when."""
    chance = random.Random(seed)
    return [
        {
            "key": f"C{i}",
            "identifier_email": f"c{i}@example.org" if chance.random() < 0.6 else None,
            "since": FIRST + timedelta(days=chance.randrange(-200, 360)) if chance.random() < 0.5 else None,
            "renewal_date": None,
        }
        for i in range(CUSTOMERS)
    ]


def contacts(seed: int) -> list[dict]:
    """Contacts of all kinds, unevenly spread; the first and the last day always have one."""
    chance = random.Random(seed)
    rows = [_contact(chance, FIRST), _contact(chance, LAST)]
    for _ in range(1_500):
        rows.append(_contact(chance, FIRST + timedelta(minutes=chance.randrange(60 * 24 * 363))))
    return rows


def _contact(chance: random.Random, at: datetime) -> dict:
    day_only = chance.random() < 0.2
    return {
        "key": f"C{min(int(chance.expovariate(0.04)), CUSTOMERS - 1)}",
        "at": at.replace(hour=0, minute=0) if day_only else at,
        "at_precision": "day" if day_only else "instant",
        "department": chance.choice(["crm", "care"]),
        "channel": chance.choice(CHANNELS),
        "purpose": chance.choices(CLASSES, (10, 4, 2, 3))[0],
        "communication": chance.choices(COMMUNICATIONS, (1, 8, 2, 1, 2))[0],
        "initiated": chance.choices(("company", "customer"), (14, 1))[0],
        "status": chance.choices(("sent", "delivered", "bounced", "suppressed"), (6, 4, 1, 1))[0],
    }


def responses(seed: int) -> list[dict]:
    """What customers did."""
    chance = random.Random(seed)
    kinds = ("asked", "complained", "complaint_closed", "bought", "clicked", "bounced")
    rows = []
    for _ in range(420):
        kind = chance.choices(kinds, (4, 3, 1, 5, 5, 2))[0]
        rows.append(
            {
                "key": f"C{chance.randrange(CUSTOMERS)}",
                "at": FIRST + timedelta(minutes=chance.randrange(60 * 24 * 364)),
                "kind": kind,
                "channel": chance.choice(["email", "call", None]),
                "value": round(chance.random() * 500, 2) if kind == "bought" else None,
            }
        )
    return rows


def states(seed: int) -> list[dict]:
    """Consent, opt-outs of several widths, dead addresses, deaths, complaints, renewals."""
    chance = random.Random(seed)
    rows = []
    for _ in range(240):
        state = chance.choices(
            ("consent", "opted_out", "hard_bounced", "deceased", "complaint_open", "renewal"), (12, 5, 2, 1, 3, 3)
        )[0]
        start = FIRST + timedelta(minutes=chance.randrange(60 * 24 * 364))
        narrow = state in ("consent", "opted_out")
        until = start + timedelta(days=chance.randrange(5, 200)) if chance.random() < 0.3 else None
        rows.append(
            {
                "key": f"C{chance.randrange(CUSTOMERS)}",
                "state": state,
                "from": start,
                "until": until,
                "channel": chance.choice([None, "email", "sms"]) if narrow or state == "hard_bounced" else None,
                "purpose": chance.choice([None, None, "marketing"]) if narrow else None,
                "topic": "solar" if narrow and chance.random() < 0.1 else None,
            }
        )
    return rows
