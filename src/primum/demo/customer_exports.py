"""What is exported besides contacts: customers, their meters, contracts and devices, responses, visits and opt-outs.

Owns their formats and spellings. Refuses contacts: those are in `exports`.
"""

from pathlib import Path
from typing import Final

import numpy as np

from primum.demo import identifiers as ids
from primum.demo.batch import DAY, EXTRACT_DAY, VISITED, Array, Batch, Responses, day_text, opted_out_since
from primum.demo.columns import Figures, TextFile, instants, joined, quoted
from primum.demo.messages import MESSAGES


class Master:
    """`crm_customers.csv` and `meters.csv`: who the customers are, by which their identifiers meet."""

    def __init__(self, folder: Path) -> None:
        self._customers = TextFile(
            (folder / "crm_customers.csv").open("wb"), "customer_no,name,e_mail,mobile,account_no,customer_since", ()
        )
        self._meters = TextFile((folder / "meters.csv").open("wb"), "customer_no,meter", ())
        self._contracts = TextFile((folder / "contracts.csv").open("wb"), "customer_no,contract", ())
        self._devices = TextFile((folder / "app_devices.csv").open("wb"), "customer_no,device", ())

    @property
    def figures(self) -> Figures:
        """What was written."""
        return Figures(self._customers.rows)

    def write(self, batch: Batch) -> None:
        """Append a batch."""
        who = batch.people
        mine = np.flatnonzero(who.master)
        person, known = mine + who.first, who.known[mine]
        address = ids.decomposed(ids.email(who.email_of[mine], who.mailbox[mine]))
        since = (np.int64(-5000) + person * 37 % 4900) * DAY
        self._customers.write(
            joined(
                ",",
                ids.crm(person),
                ids.names(person),
                ids.either((known & 1) > 0, address, None),
                ids.either((known & 2) > 0, ids.phone(person), None),
                ids.either((known & 8) > 0, ids.text(ids.account(person)), None),
                instants(since, "%Y-%m-%d"),
            )
        )
        metered = person[(known & 16) > 0]
        self._meters.write(joined(",", ids.crm(metered), ids.meter(metered)))
        contracted, installed = person[(known & 32) > 0], person[(known & 64) > 0]
        self._contracts.write(joined(",", ids.crm(contracted), ids.contract(contracted)))
        self._devices.write(joined(",", ids.crm(installed), ids.device(installed)))

    def close(self) -> None:
        """Finish the files."""
        for file in (self._customers, self._meters, self._contracts, self._devices):
            file.close()


def _only(responses: Responses, which: Array) -> Responses:
    return Responses(*(getattr(responses, name)[which] for name in Responses.__dataclass_fields__))


def _of_marketing(responses: Responses) -> Responses:
    marketing = np.array([m.communication.source == "marketing" for m in MESSAGES])
    return _only(responses, (responses.message >= 0) & marketing[responses.message])


class Visits:
    """`web_visits.csv`: visits of the web account, oldest first; a large company's is cut off at a known length."""

    def __init__(self, folder: Path) -> None:
        self._lines = TextFile((folder / "web_visits.csv").open("wb"), "visited,email", ())

    @property
    def figures(self) -> Figures:
        """What was written."""
        return Figures(self._lines.rows)

    def write(self, batch: Batch) -> None:
        """Append a batch."""
        r = _only(batch.responses, batch.responses.kind == VISITED)
        place = r.person - batch.people.first
        address = ids.email(batch.people.email_of[place], batch.people.mailbox[place])
        self._lines.write(joined(",", instants(r.minute, "%Y-%m-%dT%H:%M:%SZ"), address))

    def close(self) -> None:
        """Finish the file."""
        self._lines.close()


class Extract:
    """`crm_flags_DAY.csv`: who wants no advertising, on the day of the extract; since when, it does not say."""

    def __init__(self, folder: Path) -> None:
        for old in folder.glob("crm_flags_*.csv"):
            old.unlink()
        path = folder / f"crm_flags_{day_text(EXTRACT_DAY)}.csv"
        self._lines = TextFile(path.open("wb"), "customer_no,no_advertising", ())

    @property
    def figures(self) -> Figures:
        """What was written."""
        return Figures(self._lines.rows)

    def write(self, batch: Batch) -> None:
        """Append a batch."""
        yes = ids.take(["Y"], np.zeros(len(batch.flagged), np.int64))
        self._lines.write(joined(",", ids.crm(batch.flagged), yes))

    def close(self) -> None:
        """Finish the file."""
        self._lines.close()


class Web:
    """`email_responses.csv` and `preferences.csv`: what customers did with e-mails, and their opt-outs."""

    EVENTS: Final = ("open", "click", "unsubscribe")

    def __init__(self, folder: Path) -> None:
        self._responses = TextFile((folder / "email_responses.csv").open("wb"), "when,email,event,campaign", ())
        self._states = TextFile((folder / "preferences.csv").open("wb"), "email,preference,since", ())

    @property
    def figures(self) -> Figures:
        """What was written."""
        return Figures(self._responses.rows + self._states.rows)

    def write(self, batch: Batch) -> None:
        """Append a batch."""
        who = batch.people
        r = _of_marketing(batch.responses)
        place = r.person - who.first
        self._responses.write(
            joined(
                ",",
                instants(r.minute, "%Y-%m-%dT%H:%M:%SZ"),
                ids.email(who.email_of[place], who.mailbox[place]),
                ids.take(self.EVENTS, r.kind),
                ids.take([quoted(m.alias, ",") for m in MESSAGES], r.message),
            )
        )
        out = batch.opted_out
        since = opted_out_since(out) * DAY
        wish = ids.take(["no marketing"], np.zeros(len(out), np.int64))
        address = ids.email(who.email_of[out - who.first])
        self._states.write(joined(",", address, wish, instants(since, "%Y-%m-%d")))

    def close(self) -> None:
        """Finish the files."""
        self._responses.close()
        self._states.close()
