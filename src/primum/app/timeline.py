"""Finding one customer's timeline by any of their identifiers.

Owns the look-up. Refuses resemblance: an identifier is normalised and then matched exactly.
"""

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xxhash

from primum.audit.lookup import make_lookup
from primum.audit.masking import Mask
from primum.audit.partial import Candidate
from primum.audit.run import REPEAT_DAYS
from primum.audit.sweep import make_frame
from primum.audit.timelines import Event, Timelines, in_order
from primum.history import History
from primum.identity import normalise_phones
from primum.words.errors import UsageError

if TYPE_CHECKING:
    from primum.app.workspace import Workspace


def find_timeline(workspace: "Workspace", customer: str, *, reveal: bool) -> list[Event]:
    """Contacts and responses of the customer, in time order; raises UsageError where nobody is known by that name."""
    loaded = workspace.load()
    history = workspace.history()
    links = workspace.derived / "identity" / "links.parquet"
    found = _find(history, links, customer, loaded.strategy.customers.country)
    if found is None:
        raise UsageError(
            f"No customer is known as '{customer}'. Write the kind of identifier before it, for example "
            f"'{history.manifest.kinds[0] if history.manifest.kinds else 'crm_id'}:4711'."
        )
    lookup = make_lookup(loaded.strategy, history.tags("contacts"), history.tags("responses"))
    frame = make_frame(history, lookup, loaded.strategy.zone, REPEAT_DAYS)
    timelines = Timelines(frame, Mask(reveal=reveal))
    return in_order([*timelines.contacts(found), *timelines.responses(found)])


def _find(history: History, links: Path, customer: str, country: str | None) -> Candidate | None:
    kind, _, value = customer.partition(":")
    if kind == "phone":
        value = normalise_phones([value], country)[0]
    wanted = f"{kind}:{unicodedata.normalize('NFC', value.strip()).lower()}"
    if links.exists():
        ids = pq.read_table(links, filters=[("identifier", "=", wanted)])["id"].to_pylist()
        wanted = ids[0] if ids else wanted
    number = xxhash.xxh64_intdigest(wanted.encode()) % history.manifest.buckets
    for bucket in (number, *(b for b in history.buckets if b != number)):
        table = history.customers(bucket, ["id", "hash"])
        place = np.flatnonzero(pc.equal(table["id"], wanted).to_numpy(zero_copy_only=False))
        if len(place):
            at = int(place[0])
            return Candidate((), table["hash"][at].as_py(), wanted, bucket, at)
    return None
