"""Finding one customer's timeline by any of their identifiers.

Owns the look-up. Refuses resemblance: an identifier is normalised, hashed with the workspace's key, and then matched
exactly.
"""

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
import xxhash

from primum.app.workspace import ReadableNames
from primum.audit.lookup import make_lookup
from primum.audit.masking import Mask
from primum.audit.partial import Candidate
from primum.audit.run import REPEAT_DAYS
from primum.audit.sweep import make_frame
from primum.audit.timelines import Event, Timelines, in_order
from primum.customers.results import TrueLine
from primum.customers.states import make_spec
from primum.customers.truths import truths
from primum.history import History
from primum.identity import IdentityKey, IdentityStore, normal_form
from primum.words.errors import UsageError

if TYPE_CHECKING:
    from primum.app.workspace import Workspace

HASH = re.compile("[0-9a-fA-F]{32}")


def find_timeline(workspace: "Workspace", customer: str, *, reveal: bool) -> list[Event]:
    """Contacts and responses of the customer, in time order.

    Raises: UsageError where nobody is known by that name; IdentityKeyError without the workspace's key.
    """
    loaded = workspace.load()
    with workspace.history() as history:
        key = workspace.keys.needed()
        found = _known(workspace, history, customer, loaded.strategy.customers.country)
        lookup = make_lookup(loaded.strategy, history.tags("contacts"), history.tags("responses"))
        frame = make_frame(history, lookup, loaded.strategy.zone, REPEAT_DAYS)
        timelines = Timelines(frame, Mask(ReadableNames(workspace.identity_of(history), key) if reveal else None))
        return in_order([*timelines.contacts(found), *timelines.responses(found)])


def find_truths(workspace: "Workspace", customer: str) -> list[TrueLine]:
    """What is true of the customer, in time order.

    Raises: as `find_timeline`; StrategyError where the condition of a segment cannot be used.
    """
    strategy = workspace.load().strategy
    with workspace.history() as history:
        found = _known(workspace, history, customer, strategy.customers.country)
        return truths(history, found.bucket, found.customer, make_spec(history, strategy), strategy.zone)


def _known(workspace: "Workspace", history: History, customer: str, country: str | None) -> Candidate:
    found = _find(history, _id_of(workspace.identity_of(history), workspace.keys.needed(), customer, country))
    if found is None:
        raise UsageError(
            f"No customer is known as '{customer}'. Write the kind of identifier before it, for example "
            f"'{history.manifest.kinds[0] if history.manifest.kinds else 'crm_id'}:4711'."
        )
    return found


def _id_of(store: IdentityStore, key: IdentityKey, customer: str, country: str | None) -> str:
    """The id of the customer who has an identifier (or its hash), were there one: ids are hashes of identifiers."""
    kind, _, value = customer.partition(":")
    hashed = customer.lower() if HASH.fullmatch(customer) else key.one(kind, normal_form(kind, value, country))
    return store.customer_of(hashed, key) or hashed


def _find(history: History, hashed: str) -> Candidate | None:
    number = xxhash.xxh64_intdigest(hashed.encode()) % history.manifest.buckets
    for bucket in (number, *(b for b in history.buckets if b != number)):
        table = history.customers(bucket, ["id", "hash"])
        place = np.flatnonzero(pc.equal(table["id"], hashed).to_numpy(zero_copy_only=False))
        if len(place):
            at = int(place[0])
            return Candidate((), table["hash"][at].as_py(), hashed, bucket, at)
    return None
