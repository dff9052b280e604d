"""Small companies whose files come, go and change: one without a customer master, one with."""

import random
from pathlib import Path

WITHOUT_MASTER = """
strategy: {name: Test}
departments: {marketing: {}, service: {}}
channels: {email: {unit_cost: 0.01}, sms: {unit_cost: 0.05}}
data:
  rejects_at_most: 100%
  sources:
    mails:
      kind: contacts
      department: marketing
      files: mails-*.csv
      key: {email: address}
      map: {at: sent, channel: {value: email}, communication: what, subject: subject, content: subject, id: id}
    texts:
      kind: contacts
      department: service
      files: texts-*.csv
      key: {email: address}
      one_row_per: [at, communication]
      map: {at: sent, channel: {value: sms}, communication: what}
    log:
      kind: events
      department: marketing
      files: log-*.csv
      key: {email: address}
      map: {id: id, at: at, event: what, channel: {value: email}, communication: of}
    answers:
      kind: responses
      files: answers-*.csv
      key: {email: address}
      map: {at: at, kind: {column: what, values: {c: clicked, o: opened}}, communication: of}
    held:
      kind: states
      files: held-*.csv
      key: {email: address}
      map: {from: since, state: {value: opted_out}}
"""
_MASTER = """    people:
      kind: customers
      files: people-*.csv
      key: {email: address}
      identifiers: {account: account}
      map: {zone: zone}
"""
_BY_ADDRESS = "files: texts-*.csv\n      key: {email: address}"
WITH_MASTER = WITHOUT_MASTER.replace("  sources:\n", f"  sources:\n{_MASTER}").replace(
    _BY_ADDRESS, _BY_ADDRESS.replace("email: address", "account: account")
)
"""The same with a list of customers; texts are keyed by the account that only the list ties to an address."""
HEADS = {
    "mails": "id,address,sent,what,subject",
    "texts": "address,sent,what",
    "log": "id,address,at,what,of",
    "answers": "address,at,what,of",
    "held": "address,since",
}
MASTER_HEADS = HEADS | {"texts": "account,sent,what", "people": "address,account,zone"}
PEOPLE = ("a@x.org", "b@x.org", "c@x.org", "d@x.org", "e@x.org", "n/a", "", "none")
ACCOUNTS = ("A1", "B1", "C1", "D1", "E1", "F1", "")
TIMES = ("2026-01-01T09:00Z", "2026-01-01T10:30Z", "2026-01-02", "2026-02-03T08:00Z", "no date")
EVENTS = ("sent", "delivered", "bounced", "clicked", "nothing known")
WHAT = ("hello", "bye", "sale")
FIELDS = {
    "id": ("1", "2", "3", ""),
    "address": PEOPLE,
    "account": ACCOUNTS,
    "sent": TIMES,
    "at": TIMES,
    "since": TIMES,
    "of": WHAT,
    "subject": ("Hi", "Ho"),
    "zone": ("Europe/Vienna", "UTC", ""),
}
WORDS = {"log": EVENTS, "answers": ("c", "o")}
GOOD = {
    "mails": ("7", "g@x.org", TIMES[0], "hello", "Hi"),
    "texts": ("g@x.org", TIMES[0], "hello"),
    "log": ("7", "g@x.org", TIMES[0], "sent", "hello"),
    "answers": ("g@x.org", TIMES[0], "c", "hello"),
    "held": ("g@x.org", TIMES[0]),
    "people": ("g@x.org", "G1", "UTC"),
}
"""A row that can be read: a source all of whose rows are rejected is refused."""
Lines = list[tuple[str, ...]]


class Company:
    """A folder with a strategy and its files."""

    def __init__(self, folder: Path, *, master: bool = False) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.heads = MASTER_HEADS if master else HEADS
        (folder / "primum.yaml").write_text(WITH_MASTER if master else WITHOUT_MASTER)

    def write(self, source: str, number: int, lines: Lines) -> None:
        """A file, written or written anew."""
        text = "\n".join([self.heads[source], *map(",".join, lines)]) + "\n"
        (self.folder / f"{source}-{number}.csv").write_text(text)

    def append(self, source: str, number: int, lines: Lines) -> None:
        """More rows in a file that is there."""
        with (self.folder / f"{source}-{number}.csv").open("a") as file:
            file.writelines(",".join(line) + "\n" for line in lines)

    def remove(self, source: str, number: int) -> None:
        """A file that is no more."""
        (self.folder / f"{source}-{number}.csv").unlink(missing_ok=True)

    def line(self, source: str, chance: random.Random) -> tuple[str, ...]:
        """A row of a source."""
        names = self.heads[source].split(",")
        own = FIELDS | {"what": WORDS.get(source, WHAT)}
        return tuple(chance.choice(own[name]) for name in names)

    def lines(self, source: str, chance: random.Random, most: int) -> Lines:
        """Some rows of a source."""
        return [self.line(source, chance) for _ in range(chance.randint(1, most))]

    def begin(self, chance: random.Random) -> None:
        """A first file of every source, number 2, which stays."""
        for source in self.heads:
            self.write(source, 2, [GOOD[source], *self.lines(source, chance, 6)])

    def change(self, chance: random.Random) -> str:
        """One file that is new, written anew, longer or gone; says which."""
        source, number = chance.choice(list(self.heads)), chance.randint(1, 3)
        path = self.folder / f"{source}-{number}.csv"
        if number != 2 and path.exists() and chance.random() < 0.5:
            self.remove(source, number)
            return f"{path.name} is gone"
        lines = self.lines(source, chance, 4)
        if path.exists() and chance.random() < 0.5:
            self.append(source, number, lines)
            return f"{path.name} is longer by {lines}"
        lines = [GOOD[source], *lines] if number == 2 else lines
        self.write(source, number, lines)
        return f"{path.name} holds {lines}"
