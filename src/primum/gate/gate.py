"""The gate itself: everything it does is one transaction, with the customers concerned locked.

Owns the order: lock, read, work, write, commit. Customers are locked by name in sorted order, with the allowances that
the strategy shares and the request's idempotency key; whatever is read after that is newer than the locks. Refuses to
trust a caller's clock: the database tells the time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from primum.gate import recording, reservations, storing
from primum.gate.answers import restored_answer, stored
from primum.gate.asking import Answer, Question, check_questions, refuse_past
from primum.gate.deciding import Deciding, Engine, seeds_complete
from primum.gate.idempotency import once
from primum.gate.in_force import InForce
from primum.gate.known import households_of, real_names
from primum.gate.recording import Recorded, ToldContact, ToldCustomer, ToldResponse, ToldState
from primum.gate.replay import Replayed, StoredDecision, find_decision, replay
from primum.gate.reservations import Resolution
from primum.gate.timeline import Happened, timeline_of
from primum.ledger.protocol import Ledger, Transaction

_Told = TypeVar("_Told", Question, ToldContact, ToldResponse, ToldState)
Names = Mapping[str, str]
Key = tuple[str, str] | None
"""An idempotency key, and the digest of the body that it stands for."""


class Gate:
    """Decides, reserves, confirms and records, over one ledger.

    `seeded_by`: names of the seeds that must be complete before anything is decided; none for a gate without a history.
    `past_at_most` (microseconds): how long ago a question's instant may lie; None: as long as it likes (replays of the
    past, in process).
    """

    def __init__(
        self,
        ledger: Ledger,
        strategy: InForce,
        engine: Engine,
        seeded_by: Sequence[str] = (),
        past_at_most: int | None = None,
    ) -> None:
        self.ledger, self.engine, self.seeded_by = ledger, engine, tuple(seeded_by)
        self.past_at_most = past_at_most
        self.strategy = strategy
        self.activate(strategy)

    def activate(self, strategy: InForce) -> None:
        """Put a checked strategy in force, and keep it for replays."""
        with self.ledger.writing(["strategy"]) as transaction:
            row = (strategy.version, strategy.content, transaction.now)
            transaction.run("INSERT INTO strategy_versions VALUES (?, ?, ?) ON CONFLICT (version) DO NOTHING", [row])
            latest = transaction.rows("SELECT version, engine, tzdata FROM activations ORDER BY number DESC LIMIT 1")
            now = (strategy.version, self.engine.primum, self.engine.tzdata)
            if latest != [now]:
                statement = "INSERT INTO activations (version, engine, tzdata, activated_at) VALUES (?, ?, ?, ?)"
                transaction.run(statement, [(*now, transaction.now)])
                storing.add_trail(transaction, "primum", "strategy activated", strategy.version, {})
        self.strategy = strategy

    # Asking

    def decide(self, questions: Sequence[Question], department: str, key: Key = None) -> list[Answer]:
        """Decide a batch in the order of arrival, and reserve what may be said.

        Args:
            questions: any number; each is decided as if the others before it had been answered.
            department: who asks.
            key: asked again under the same key with the same digest, the first answers come back.

        Raises: RequestError where a question cannot be answered or the key was used for another body; LedgerError.
        """
        check_questions(questions)
        strategy = self.strategy

        def work(transaction: Transaction, names: Names) -> Any:
            if self.past_at_most is not None:
                refuse_past(questions, transaction.now - self.past_at_most)
            batch = Deciding(self.seeded_by, self.engine, strategy, transaction, department)
            return [stored(a) for a in batch.decide(_renamed(questions, names))]

        told = self._locked([q.customer for q in questions], work, ("decide", department, key), strategy)
        return [restored_answer(one) for one in told]

    def confirm(
        self, reservation: str, department: str, *, status: str = "sent", at: int | None = None, key: Key = None
    ) -> Resolution:
        """Record that a reserved contact was made; told again, it changes nothing.

        Args:
            at: when (microseconds UTC); by default the instant it was reserved for.

        Raises: UnknownReservationError, RequestError, LedgerError.
        """
        strategy = self.strategy

        def work(transaction: Transaction, names: Names) -> Any:
            own = reservations.owned(transaction, reservation, department)
            return reservations.confirm(transaction, strategy, own, status, at).plain()

        asked = (f"confirm {reservation}", department, key)
        return Resolution(**self._locked([self._owner(reservation, department)], work, asked, strategy))

    def release(self, reservation: str, department: str, *, key: Key = None) -> Resolution:
        """Give a reserved place back.

        Raises: UnknownReservationError; ResolvedError where it was confirmed; LedgerError.
        """

        def work(transaction: Transaction, names: Names) -> Any:
            return reservations.release(transaction, reservations.owned(transaction, reservation, department)).plain()

        asked = (f"release {reservation}", department, key)
        return Resolution(**self._locked([self._owner(reservation, department)], work, asked))

    def _owner(self, reservation: str, department: str) -> str:
        with self.ledger.reading() as transaction:
            return reservations.owned(transaction, reservation, department).customer

    # Recording

    def record_contacts(self, contacts: Sequence[ToldContact], department: str, key: Key = None) -> Recorded:
        """Record contacts that were made; what was reserved is confirmed by it.

        Raises: RequestError, LedgerError.
        """
        recording.check_contacts(contacts)
        strategy = self.strategy

        def work(transaction: Transaction, names: Names) -> Any:
            return recording.record_contacts(transaction, strategy, _renamed(contacts, names), department).plain()

        return _recorded(self._locked([c.customer for c in contacts], work, ("contacts", department, key), strategy))

    def record_responses(self, responses: Sequence[ToldResponse], department: str, key: Key = None) -> Recorded:
        """Record what customers did.

        Raises: RequestError, LedgerError.
        """
        recording.check_responses(responses)

        def work(transaction: Transaction, names: Names) -> Any:
            return recording.record_responses(transaction, _renamed(responses, names), department).plain()

        return _recorded(self._locked([r.customer for r in responses], work, ("responses", department, key)))

    def record_states(self, states: Sequence[ToldState], department: str, key: Key = None) -> Recorded:
        """Record states that began or ended.

        Raises: RequestError, LedgerError.
        """
        recording.check_states(states)

        def work(transaction: Transaction, names: Names) -> Any:
            return recording.record_states(transaction, _renamed(states, names), department).plain()

        return _recorded(self._locked([s.customer for s in states], work, ("states", department, key)))

    def record_customers(self, customers: Sequence[ToldCustomer]) -> Recorded:
        """Record who customers are: zones, household, attributes, and their other names."""
        with self.ledger.writing(f"customer:{c.customer}" for c in customers) as transaction:
            return recording.record_customers(transaction, customers)

    # Looking

    def is_seeded(self) -> bool:
        """Whether every seed is complete: before that, only what is exempt is allowed.

        Raises: LedgerError.
        """
        with self.ledger.reading() as transaction:
            return seeds_complete(transaction, self.seeded_by)

    def explain(self, decision: str) -> StoredDecision | None:
        """A decision with all that proves it; None where there is none of this id."""
        with self.ledger.reading() as transaction:
            return find_decision(transaction, decision)

    def replay(self, decision: str) -> Replayed | None:
        """Decide again by the stored inputs; None where there is no decision of this id."""
        found = self.explain(decision)
        return None if found is None else replay(found)

    def timeline(self, customer: str) -> list[Happened]:
        """Everything the ledger knows of a customer, in time order."""
        with self.ledger.reading() as transaction:
            name = real_names(transaction, [customer]).get(customer, customer)
            return timeline_of(transaction, name)

    # One transaction

    def _locked(
        self,
        customers: Iterable[str],
        work: Callable[[Transaction, Names], Any],
        request: tuple[str, str, Key],
        strategy: InForce | None = None,
    ) -> Any:
        """Do some work with its customers locked, once for a key."""
        asked = sorted(set(customers))
        with self.ledger.reading() as transaction:
            names = real_names(transaction, asked)
            homes = households_of(transaction, [names.get(c, c) for c in asked])
        endpoint, department, key = request
        locks = [f"customer:{names.get(c, c)}" for c in asked] + [f"household:{h}" for h in homes.values() if h]
        locks += [] if key is None else [f"key:{department}:{endpoint}:{key[0]}"]
        locks += [] if strategy is None else [f"capacity:{rule.name}" for rule in strategy.capacities]
        with self.ledger.writing(locks) as transaction:
            return once(transaction, (endpoint, department, key), lambda: work(transaction, names))


def _renamed(told: Sequence[_Told], names: Names) -> list[_Told]:
    return [replace(t, customer=names[t.customer]) if t.customer in names else t for t in told]


def _recorded(told: Mapping[str, Any]) -> Recorded:
    return Recorded(told["told"], told["confirmed"], tuple(told["over_cap"]))
