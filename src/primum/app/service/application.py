"""The service as an ASGI application.

Owns the routes and what every request goes through: caller, key, problem, metric, log line. Refuses personal data in
any log or metric: routes are told by their template.
"""

import hashlib
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from primum.app.service.bodies import (
    MOST,
    Body,
    ConfirmBody,
    ContactBody,
    QuestionBody,
    ReleaseBody,
    ResponseBody,
    StateBody,
    microseconds,
    read_many,
    read_one,
)
from primum.app.service.callers import Caller, Callers, believed
from primum.app.service.metrics import Metrics
from primum.app.service.naming import Naming, as_told
from primum.app.service.openapi import openapi
from primum.app.service.problems import problem, problem_of
from primum.app.service.strategies import Watching
from primum.gate import Answer, Gate
from primum.gate.answers import restored_answer
from primum.gate.asking import instant
from primum.gate.recording import Recorded
from primum.words.errors import Complaint, LedgerError, PrimumError, RequestError

log = logging.getLogger("primum.service")
LARGEST: Final = 32 * 1024 * 1024
"""Bytes of a body."""
LINES: Final = "application/x-ndjson"
_Record = TypeVar("_Record", bound=Any)
Key = tuple[str, str]


@dataclass
class Service:
    """What the routes share."""

    gate: Gate
    naming: Naming = as_told
    callers: Callers = believed
    metrics: Metrics = field(default_factory=Metrics)
    watching: Watching | None = None
    ending: bool = False

    # Deciding

    async def decisions(self, request: Request) -> Response:
        """Decide one question or many."""
        caller = self.callers(request)
        data = await _read(request)
        key = _key(request, data)
        many = not isinstance(data, dict) or "questions" in data
        rows = _rows(data, "questions")
        questions = [self._named(q.record()) for q in read_many(QuestionBody, rows, "questions")]
        answers = await run_in_threadpool(self.gate.decide, questions, caller.department, key)
        self._count(answers)
        told = [a.plain(everything=caller.sees_all) for a in answers]
        if _is_lines(request):
            return Response("".join(json.dumps(t) + "\n" for t in told), media_type=LINES)
        return JSONResponse({"decisions": told} if many else told[0])

    def _count(self, answers: Sequence[Answer]) -> None:
        for answer in answers:
            self.metrics.count("primum_decisions_total", decision=answer.decision)
            self.metrics.count("primum_unregistered_total", int(answer.unregistered))

    async def decision(self, request: Request) -> Response:
        """Explain a decision."""
        caller = self.callers(request)
        found = await run_in_threadpool(self.gate.explain, request.path_params["id"])
        if found is None or not (caller.sees_all or found.department == caller.department):
            return _nothing("decision")
        told = {
            "decided_at": instant(found.decided_at),
            "strategy": found.strategy,
            "engine": found.engine,
            "tzdata": found.tzdata,
            "watermark": found.watermark,
            "inputs": found.inputs_hash,
            "answer": restored_answer(found.answer).plain(everything=caller.sees_all),
        }
        return JSONResponse(told | ({"case": found.case()} if caller.sees_all else {}))

    async def replay(self, request: Request) -> Response:
        """Replay a decision."""
        caller = self.callers(request)
        found = await run_in_threadpool(self.gate.explain, request.path_params["id"])
        if found is None or not (caller.sees_all or found.department == caller.department):
            return _nothing("decision")
        replayed = await run_in_threadpool(self.gate.replay, found.id)
        assert replayed is not None
        return JSONResponse(replayed.plain() if caller.sees_all else replace(replayed, differs=()).plain())

    # Reservations

    async def confirm(self, request: Request) -> Response:
        """Confirm a reservation."""
        caller = self.callers(request)
        data = await _read(request, empty={})
        body = read_one(ConfirmBody, data)

        def work() -> Any:
            return self.gate.confirm(
                request.path_params["id"],
                caller.department,
                status=body.status,
                at=microseconds(body.at),
                key=_key(request, data),
            )

        told = await run_in_threadpool(work)
        self.metrics.count("primum_over_cap_total", int(told.over_cap))
        return JSONResponse(told.plain())

    async def release(self, request: Request) -> Response:
        """Release a reservation."""
        caller = self.callers(request)
        data = await _read(request, empty={})
        read_one(ReleaseBody, data)
        key = _key(request, data)
        work = lambda: self.gate.release(request.path_params["id"], caller.department, key=key)  # noqa: E731
        return JSONResponse((await run_in_threadpool(work)).plain())

    # Recording

    async def contacts(self, request: Request) -> Response:
        """Record contacts."""
        return await self._record(request, "contacts", ContactBody, self.gate.record_contacts)

    async def responses(self, request: Request) -> Response:
        """Record responses."""
        return await self._record(request, "responses", ResponseBody, self.gate.record_responses)

    async def states(self, request: Request) -> Response:
        """Record states."""
        return await self._record(request, "states", StateBody, self.gate.record_states)

    async def _record(
        self, request: Request, what: str, model: type[Body], record: Callable[..., Recorded]
    ) -> Response:
        caller = self.callers(request)
        data = await _read(request)
        key = _key(request, data)
        bodies: list[Any] = read_many(model, _rows(data, what), what)
        told = [self._named(b.record()) for b in bodies]
        recorded = await run_in_threadpool(record, told, caller.department, key)
        self.metrics.count("primum_recorded_total", recorded.told, what=what)
        self.metrics.count("primum_over_cap_total", len(recorded.over_cap))
        return JSONResponse(recorded.plain(), 201)

    async def timeline(self, request: Request) -> Response:
        """Everything the ledger knows of a customer."""
        caller = self.callers(request)
        name = self.naming(request.path_params["customer"])
        found = await run_in_threadpool(self.gate.timeline, name)
        reader = None if caller.sees_all else caller.department
        return JSONResponse({"customer": name, "events": [h.plain(reader) for h in found]})

    # The service itself

    async def live(self, request: Request) -> Response:
        """Whether the process runs."""
        return JSONResponse({"live": True})

    async def ready(self, request: Request) -> Response:
        """Whether questions are answered."""
        told: dict[str, Any] = {"strategy": self.gate.strategy.version, "ledger": self.gate.ledger.kind}
        told["strategy_file"] = "in force" if self.watching is None or self.watching.broken is None else "wrong: kept"
        try:
            told["history"] = "complete" if await run_in_threadpool(self.gate.is_seeded) else "incomplete"
            told["ready"] = not self.ending and told["history"] == "complete"
        except LedgerError:
            told |= {"ready": False, "ledger": "down"}
        return JSONResponse(told, 200 if told["ready"] else 503)

    async def show_metrics(self, request: Request) -> Response:
        """What is counted."""
        return PlainTextResponse(self.metrics.text(), media_type="text/plain; version=0.0.4")

    async def show_openapi(self, request: Request) -> Response:
        """The interface, described."""
        return JSONResponse(openapi())

    def _named(self, record: _Record) -> _Record:
        named: _Record = replace(record, customer=self.naming(record.customer))
        return named

    # Every request

    def wrapped(self, template: str, work: Callable[[Request], Awaitable[Response]]) -> Callable[..., Any]:
        """A route with its problems, its metric and its log line."""

        async def answer(request: Request) -> Response:
            begun = time.perf_counter()
            try:
                response = await work(request)
            except PrimumError as error:
                response = problem_of(error)
            except _TooLargeError:
                response = problem(413, "too-large", f"A body may hold {LARGEST:,} bytes")
            except Exception:
                log.exception("a request failed", extra={"told": {"route": template}})
                response = problem(500, "error", "Something is wrong with the service")
            seconds = time.perf_counter() - begun
            self.metrics.count("primum_requests_total", route=template, status=str(response.status_code))
            self.metrics.took(template, seconds)
            told = {"route": template, "status": response.status_code, "ms": round(seconds * 1000, 2)}
            log.info("request", extra={"told": told | {"method": request.method}})
            return response

        return answer

    def routes(self) -> list[Route]:
        """Every route."""
        named: list[tuple[str, str, Callable[[Request], Awaitable[Response]]]] = [
            ("POST", "/v1/decisions", self.decisions),
            ("GET", "/v1/decisions/{id}", self.decision),
            ("POST", "/v1/decisions/{id}/replay", self.replay),
            ("POST", "/v1/reservations/{id}/confirm", self.confirm),
            ("POST", "/v1/reservations/{id}/release", self.release),
            ("POST", "/v1/contacts", self.contacts),
            ("POST", "/v1/responses", self.responses),
            ("POST", "/v1/states", self.states),
            ("GET", "/v1/customers/{customer:path}/timeline", self.timeline),
            ("GET", "/health/live", self.live),
            ("GET", "/health/ready", self.ready),
            ("GET", "/metrics", self.show_metrics),
            ("GET", "/openapi.json", self.show_openapi),
        ]
        return [Route(path, self.wrapped(path, work), methods=[method]) for method, path, work in named]


def application(service: Service, *, close: bool = True) -> Starlette:
    """The application. At its end requests under way are finished, then the ledger is closed."""

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        if service.watching is not None:
            service.watching.start()
        try:
            yield
        finally:
            service.ending = True
            if service.watching is not None:
                service.watching.stop()
            if close:
                service.gate.ledger.close()

    return Starlette(routes=service.routes(), lifespan=life)


# Requests


class _TooLargeError(Exception):
    """A body is larger than it may be."""


async def _read(request: Request, empty: Any = None) -> Any:
    """The body as data.

    Raises: RequestError where it is no JSON.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise _TooLargeError
    if not body and empty is not None:
        return empty
    try:
        if _is_lines(request):
            return [_json(line) for line in body.splitlines() if line.strip()]
        return _json(body)
    except (ValueError, RecursionError):
        cure = f"Send application/json, or {LINES} with one object a line."
        raise RequestError([Complaint("body", 0, 0, "it is no JSON.", cure)]) from None


def _json(text: bytes | bytearray) -> Any:
    def refuse(word: str) -> Any:
        raise ValueError(word)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            raise ValueError("a key twice")
        return found

    return json.loads(text, parse_constant=refuse, object_pairs_hook=once)


def _is_lines(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == LINES


def _rows(data: Any, name: str) -> list[Any]:
    """The rows of a body: one object, a list of them, or such a list under a name."""
    if isinstance(data, dict) and name in data:
        if set(data) != {name}:
            raise RequestError([Complaint("body", 0, 0, f"beside `{name}` nothing may stand.")])
        data = data[name]
    rows = data if isinstance(data, list) else [data]
    if len(rows) > MOST:
        raise RequestError([Complaint(name, 0, 0, f"{len(rows):,} of them.", f"Send 1 to {MOST:,} at a time.")])
    return rows


def _key(request: Request, data: Any) -> Key:
    """The request's idempotency key, and the digest of its body.

    Raises: RequestError where it has none: a write that is repeated without one would be done twice.
    """
    key = request.headers.get("idempotency-key", "")
    if not 1 <= len(key) <= 200 or not key.isprintable():
        cure = "Send a new one with every request, and the same one when you repeat it: a UUID serves well."
        raise RequestError([Complaint("Idempotency-Key", 0, 0, "this header must hold a key.", cure)])
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return key, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _nothing(what: str) -> Response:
    return problem(404, "not-found", f"There is no such {what}")


__all__ = ["Caller", "Service", "application"]
