"""A small made-up firm that rents out software: five teams, each with an export of its own.

Owns its accounts and what was said to them in half a year of 2026. Refuses to import anything of Primum. Some things go
wrong on purpose: three teams write in the week of a release, and offers land on the day of an outage.
"""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from primum.demo.small import DAYS, FIRST_DAY, by_time, day_written, email_of, instant, write_rows, written

ACCOUNTS: Final = 900
OUTAGES: Final = (37, 112)
RELEASE: Final = 84
Row = list[object]


def build(folder: Path, seed: int = 12) -> None:
    """Write the exports into `exports/` of a folder."""
    firm = _Firm(random.Random(seed))
    exports = folder / "exports"
    firm.live()
    write_rows(exports / "accounts.csv", ("account", "admin_email", "signed_up", "plan", "seats"), firm.accounts)
    _write(exports / "emails.csv", "id,recipient,sent_at,template,team,class,topic,status,asked_by", firm.emails, 2)
    _write(exports / "calls.csv", "id,account,began,reason", firm.calls, 2)
    _write(exports / "events.csv", "account,at,what,amount", firm.events, 1)
    _write(exports / "contracts.csv", "account,what,since,until", firm.contracts, 2)
    _write(exports / "consents.csv", "account,given,withdrawn", firm.consents, 1)
    shown = sorted(firm.shown, key=lambda row: str(row["shown_at"]))
    (exports / "in_product.jsonl").write_text("".join(json.dumps(row) + "\n" for row in shown), encoding="utf-8")


def _write(path: Path, header: str, rows: list[Row], time_column: int) -> None:
    write_rows(path, header.split(","), by_time(rows, time_column))


class _Firm:
    """Half a year of one firm."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.accounts: list[Row] = []
        self.emails: list[Row] = []
        self.calls: list[Row] = []
        self.events: list[Row] = []
        self.contracts: list[Row] = []
        self.consents: list[Row] = []
        self.shown: list[dict[str, str]] = []

    def live(self) -> None:
        """Everything that happens to every account."""
        for account in range(ACCOUNTS):
            plan, signed_up = self._sign_up(account)
            if signed_up >= FIRST_DAY:
                self._trial(account, signed_up, plan)
            if plan not in ("trial", "none"):
                self._work(account, signed_up)
                self._contract(account)
            self._offers(account, signed_up)
            for day in OUTAGES:
                self._outage(account, day, plan)

    def _sign_up(self, account: int) -> tuple[str, datetime]:
        chance = self._chance
        signed_up = FIRST_DAY + timedelta(days=chance.randrange(-900, DAYS - 10))
        plan = chance.choice(("trial", "none", "team", "team", "company"))
        seats = chance.randrange(1, 9) if plan != "company" else chance.randrange(20, 120)
        self.accounts.append([_name(account), email_of(account), day_written(signed_up), plan, seats])
        if chance.random() < 0.65:
            left = FIRST_DAY + timedelta(days=chance.randrange(20, DAYS)) if chance.random() < 0.07 else None
            self.consents.append([_name(account), day_written(signed_up), day_written(left) if left else ""])
            if left:
                self._event(account, left + timedelta(hours=10), "opted_out")
        return plan, signed_up

    def _trial(self, account: int, signed_up: datetime, plan: str) -> None:
        self._mail(account, signed_up + timedelta(hours=9), "trial-start", "growth", "service", "onboarding")
        self._show(account, signed_up + timedelta(days=2, hours=10), "trial-tip", "product", "service", "onboarding")
        self._mail(account, signed_up + timedelta(days=11, hours=9), "trial-ends", "growth", "marketing", "plans")
        if plan not in ("trial", "none"):
            self._event(account, signed_up + timedelta(days=12, hours=15), "bought", 900)
            began = signed_up + timedelta(days=14, hours=self._chance.randrange(9, 17))
            self.calls.append([f"C{len(self.calls):05d}", _name(account), written(began), "setup-call"])
            self._show(account, began + timedelta(days=6), "first-report", "product", "service", "onboarding")

    def _work(self, account: int, signed_up: datetime) -> None:
        for day in range(DAYS):
            at = instant(self._chance, day, 8, 18)
            if at > signed_up and at.weekday() < 5 and self._chance.random() < 0.12:
                self._event(account, at, "visited")
        if self._chance.random() < 0.05:
            self._event(account, instant(self._chance, self._chance.randrange(DAYS)), "complained")
        for _ in range(self._chance.randrange(4)):
            at = instant(self._chance, self._chance.randrange(DAYS), 7, 22)
            self._mail(account, at, "sign-in-code", "product", "security", "", "customer")

    def _contract(self, account: int) -> None:
        chance = self._chance
        due = instant(chance, chance.randrange(30, DAYS), 0, 1)
        draw = chance.random()
        if draw < 0.35:
            self._state(account, "due", due - timedelta(days=30), due)
            self._mail(
                account,
                due - timedelta(days=30) + timedelta(hours=9),
                "year-in-review",
                "success",
                "marketing",
                "plans",
            )
            self._mail(
                account,
                due - timedelta(days=9) + timedelta(hours=9),
                "renewal-notice",
                "billing",
                "transactional",
                "money",
            )
            self._event(account, due + timedelta(hours=12), "paid", 900)
        elif draw < 0.45:
            self._declined(account, due)
        elif draw < 0.52:
            self._state(account, "notice", due, None)
            self._event(account, due + timedelta(hours=8), "refused")
            answer = due + timedelta(hours=chance.choice((9, 20, 40)))
            self._mail(account, answer, "sorry-to-see-you-go", "success", "service", "")

    def _declined(self, account: int, at: datetime) -> None:
        paid = at + timedelta(days=self._chance.randrange(1, 20))
        self._state(account, "declined", at, paid)
        for day, name, purpose in (
            (0, "card-declined", "transactional"),
            (5, "card-reminder", "collections"),
            (14, "account-paused", "transactional"),
        ):
            if at + timedelta(days=day) < paid:
                self._mail(account, at + timedelta(days=day, hours=7), name, "billing", purpose, "money")
        self._event(account, paid + timedelta(hours=9), "paid", 900)

    def _offers(self, account: int, signed_up: datetime) -> None:
        """A newsletter a month, and in the week of the release a word of everybody."""
        for day in (*range(8, DAYS, 28), RELEASE):
            if FIRST_DAY + timedelta(days=day) > signed_up and self._chance.random() < 0.8:
                self._mail(account, instant(self._chance, day, 8, 11), "newsletter", "growth", "marketing", "")
        for day, name, team, purpose in (
            (RELEASE + 1, "what-is-new", "growth", "marketing"),
            (RELEASE + 1, "team-offer", "growth", "marketing"),
            (OUTAGES[1], "team-offer", "growth", "marketing"),
        ):
            if FIRST_DAY + timedelta(days=day) > signed_up and self._chance.random() < 0.5:
                self._mail(account, instant(self._chance, day, 9, 15), name, team, purpose, "plans")
        if self._chance.random() < 0.4:
            self._show(account, instant(self._chance, RELEASE + 2, 9, 17), "nps", "success", "survey", "")

    def _outage(self, account: int, day: int, plan: str) -> None:
        began = FIRST_DAY + timedelta(days=day, hours=10, minutes=20)
        if plan in ("trial", "none"):
            return
        self._mail(account, began, "outage-notice", "support", "service", "incident")
        over = began + timedelta(minutes=50 if day == OUTAGES[0] else 190)
        self._mail(account, over, "outage-closed", "support", "service", "incident")

    # Rows

    def _mail(
        self, account: int, at: datetime, name: str, team: str, purpose: str, topic: str, asked: str = "company"
    ) -> None:
        status = "bounced" if self._chance.random() < 0.01 else "delivered"
        number = f"E{len(self.emails):06d}"
        self.emails.append([number, email_of(account), written(at), name, team, purpose, topic, status, asked])

    def _show(self, account: int, at: datetime, name: str, team: str, purpose: str, topic: str) -> None:
        row = {"id": f"P{len(self.shown):06d}", "account": _name(account), "shown_at": written(at), "surface": "inapp"}
        self.shown.append({**row, "message": name, "team": team, "class": purpose, "topic": topic})

    def _event(self, account: int, at: datetime, what: str, amount: int | str = "") -> None:
        self.events.append([_name(account), written(at), what, amount])

    def _state(self, account: int, what: str, since: datetime, until: datetime | None) -> None:
        self.contracts.append([_name(account), what, day_written(since), day_written(until) if until else ""])


def _name(account: int) -> str:
    return f"tessel-{4000 + account}"
