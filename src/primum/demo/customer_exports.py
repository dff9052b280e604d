"""What the CRM and the e-mail platform export besides contacts: customers, their meters, responses and opt-outs.

Owns their formats and spellings. Refuses contacts: those are in `exports`.
"""

from pathlib import Path
from typing import Final

import numpy as np

from primum.demo import identifiers as ids
from primum.demo.batch import DAY, Batch
from primum.demo.columns import TextFile, instants, joined, quoted
from primum.demo.messages import MESSAGES


class Master:
    """`crm_customers.csv` and `meters.csv`: who the customers are, by which their identifiers meet."""

    def __init__(self, folder: Path) -> None:
        self._customers = TextFile(
            (folder / "crm_customers.csv").open("wb"), "customer_no,name,e_mail,mobile,account_no,customer_since", ()
        )
        self._meters = TextFile((folder / "meters.csv").open("wb"), "customer_no,meter", ())

    @property
    def figures(self) -> tuple[int, int]:
        """Rows, rejected ones included; rejected rows."""
        return self._customers.rows, 0

    def write(self, batch: Batch) -> None:
        """Append a batch."""
        who = batch.people
        mine = np.flatnonzero(who.master)
        person, known = mine + who.first, who.known[mine]
        address = ids.decomposed(ids.email(who.email_of[mine]))
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

    def close(self) -> None:
        """Finish the files."""
        self._customers.close()
        self._meters.close()


class Web:
    """`email_responses.csv` and `preferences.csv`: what customers did with e-mails, and their opt-outs."""

    EVENTS: Final = ("open", "click", "unsubscribe")

    def __init__(self, folder: Path) -> None:
        self._responses = TextFile((folder / "email_responses.csv").open("wb"), "when,email,event,campaign", ())
        self._states = TextFile((folder / "preferences.csv").open("wb"), "email,preference,since", ())

    @property
    def figures(self) -> tuple[int, int]:
        """Rows, rejected ones included; rejected rows."""
        return self._responses.rows + self._states.rows, 0

    def write(self, batch: Batch) -> None:
        """Append a batch."""
        r, who = batch.responses, batch.people
        self._responses.write(
            joined(
                ",",
                instants(r.minute, "%Y-%m-%dT%H:%M:%SZ"),
                ids.email(who.email_of[r.person - who.first]),
                ids.take(self.EVENTS, r.kind),
                ids.take([quoted(m.alias, ",") for m in MESSAGES], r.message),
            )
        )
        out = batch.opted_out
        since = (out * 13 % 180) * DAY
        wish = ids.take(["no marketing"], np.zeros(len(out), np.int64))
        address = ids.email(who.email_of[out - who.first])
        self._states.write(joined(",", address, wish, instants(since, "%Y-%m-%d")))

    def close(self) -> None:
        """Finish the files."""
        self._responses.close()
        self._states.close()
