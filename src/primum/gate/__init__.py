"""The gate: ask before you contact, and record what you did.

Owns deciding under concurrency: one transaction a batch, with its customers locked; reservations, shared capacity,
idempotency, and the proof of every decision. Refuses to read a strategy file, a history or a clock: the database tells
the time.
"""

from primum.gate.asking import Answer, Question, Reason
from primum.gate.deciding import Engine
from primum.gate.gate import Gate
from primum.gate.in_force import InForce, in_force

__all__ = ["Answer", "Engine", "Gate", "InForce", "Question", "Reason", "in_force"]
