"""The gate over HTTP: requests and answers, problems, keys, metrics, logs."""

import json
import logging
import re

import pytest

from asgi import Client
from ledgers import gate_of
from primum.app.service.application import LINES, Service, application
from primum.app.service.bodies import MOST
from primum.app.service.callers import Caller
from primum.app.service.logs import Lines
from primum.app.service.naming import by_key
from primum.app.service.openapi import openapi
from primum.identity import IdentityKey

RULES = """
communications: {spring: {purpose: marketing}, bill: {purpose: transactional}}
rules:
  weekly: {says: Two a week., to: {purpose: marketing}, at_most: 2, within: 7 days, otherwise: defer}
  grief: {says: Bereaved., never_if: bereaved, disclose: customer care}
"""
ANN = "email:ann@example.org"
AT = "2026-06-01T08:00:00Z"


class Asking:
    """A department that asks over HTTP, with a new key each time."""

    def __init__(self, client, department="crm"):
        self.client, self.department, self.number = client, department, 0

    def __call__(self, path, body=None, *, key=None, method="POST", headers=None, content=None):
        self.number += 1
        told = {"primum-department": self.department, "idempotency-key": key or f"{self.department}-{self.number}"}
        sent = {"content": content} if content is not None else {"json": body} if body is not None else {}
        return self.client.request(method, path, headers={**told, **(headers or {})}, **sent)

    def decide(self, customer=ANN, communication="spring", **more):
        body = {"customer": customer, "communication": communication, "channel": "email", "at": AT, **more}
        return self("/v1/decisions", body).json()


@pytest.fixture
def service(ledger):
    return Service(gate_of(ledger, RULES), by_key(IdentityKey(b"k" * 32), "DE"))


@pytest.fixture
def client(service):
    return Client(application(service, close=False))


@pytest.fixture
def ask(client):
    return Asking(client)


def places(response):
    return [e["place"] for e in response.json()["errors"]]


# Answers


def test_one_question_gets_one_answer(ask):
    told = ask.decide(id="m1")
    assert (told["decision"], told["contact"], told["at"]) == ("allow", "crm:m1", AT)
    assert told["reservation"].startswith("r")


def test_many_questions_get_answers_in_their_order(ask):
    rows = [{"customer": ANN, "communication": "spring", "channel": "email", "at": AT} for _ in range(3)]
    told = ask("/v1/decisions", {"questions": rows}).json()["decisions"]
    assert [t["decision"] for t in told] == ["allow", "allow", "defer"]
    assert told[2]["until"] == "2026-06-08T08:00:00Z"
    assert len(ask("/v1/decisions", rows).json()["decisions"]) == 3


def test_lines_are_answered_by_lines(ask):
    row = json.dumps({"customer": ANN, "communication": "bill", "channel": "sms", "at": AT})
    answer = ask("/v1/decisions", content=f"{row}\n\n{row}\n", headers={"content-type": LINES})
    assert answer.headers["content-type"].startswith(LINES)
    assert [json.loads(line)["decision"] for line in answer.text.splitlines()] == ["allow", "allow"]


def test_a_customer_has_one_name_however_it_is_written(ask):
    names = {ask.decide(customer=c)["customer"] for c in (ANN, "email:Ann@Example.ORG ", "email:ANN@EXAMPLE.ORG")}
    assert len(names) == 1
    assert re.fullmatch("[0-9a-f]{32}", names.pop())


def test_reservations_are_confirmed_and_released_over_http(ask):
    first, second = ask.decide(), ask.decide()
    path = f"/v1/reservations/{first['reservation']}"
    assert ask(f"{path}/confirm").json()["state"] == "confirmed"
    assert ask(f"{path}/release", {}).status_code == 409
    assert ask(f"/v1/reservations/{second['reservation']}/release").json()["state"] == "released"
    assert ask("/v1/reservations/r0/confirm", {}).status_code == 404


def test_what_happened_elsewhere_is_recorded_and_read(ask, client):
    contact = {"id": "c1", "customer": ANN, "at": AT, "communication": "spring", "channel": "email"}
    assert ask("/v1/contacts", contact).json() == {"told": 1, "confirmed": 0, "over_cap": []}
    assert ask("/v1/responses", [{"id": "r1", "customer": ANN, "at": AT, "kind": "opened"}]).status_code == 201
    state = {"id": "s1", "customer": ANN, "state": "bereaved", "from": AT}
    assert ask("/v1/states", {"states": [state]}).status_code == 201
    told = ask.decide()
    assert told["reasons"] == [{"rule": None, "says": "Not now: customer care."}]
    events = ask(f"/v1/customers/{ANN}/timeline", method="GET").json()["events"]
    assert [e["what"] for e in events] == ["contact", "response", "state", "decision"]
    others = Asking(client, "sales")(f"/v1/customers/{ANN}/timeline", method="GET").json()["events"]
    assert {e["department"] for e in others} == {"another department"}
    assert all(set(e) == {"at", "what", "department"} for e in others)


def test_a_decision_is_explained_and_replayed_to_its_department_only(ask, client, service):
    told = ask.decide()
    path = f"/v1/decisions/{told['id']}"
    found = ask(path, method="GET").json()
    assert found["answer"] == told
    assert set(found) == {"decided_at", "strategy", "engine", "tzdata", "watermark", "inputs", "answer"}
    assert ask(f"{path}/replay", {}).json() == {"decision": told["id"], "same": True, "differs": []}
    for method, suffix in (("GET", ""), ("POST", "/replay")):
        other = Asking(client, "sales")(path + suffix, method=method)
        missing = ask(f"/v1/decisions/d0{suffix}", method=method)
        assert (other.status_code, other.content) == (404, missing.content)
    service.callers = lambda request: Caller("champion", sees_all=True)
    assert ask(path, method="GET").json()["case"]["candidates"][0]["purpose"] == "marketing"


# Keys


def test_the_same_key_and_body_get_the_stored_answer(ask):
    body = {"customer": ANN, "communication": "spring", "channel": "email", "at": AT}
    first = ask("/v1/decisions", body, key="k").json()
    assert ask("/v1/decisions", dict(reversed(body.items())), key="k").json() == first
    other = ask("/v1/decisions", {**body, "channel": "sms"}, key="k")
    assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")


@pytest.mark.parametrize("path", ["decisions", "contacts", "responses", "states", "reservations/r/confirm"])
def test_a_write_without_a_key_is_refused(client, path):
    answer = client.post(f"/v1/{path}", json={}, headers={"primum-department": "crm"})
    assert answer.status_code == 422
    assert "Idempotency-Key" in places(answer)


# Problems


def test_everything_wrong_is_told_at_once_as_a_problem(ask):
    good = {"customer": ANN, "communication": "spring", "channel": "email"}
    wrong = [good | {"at": "2026-06-01T08:00"}, good | {"priority": 9}, {"customer": False}]
    answer = ask("/v1/decisions", wrong)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == 422
    assert places(answer) == [
        "questions[0].at",
        "questions[1].priority",
        "questions[2].channel",
        "questions[2].communication",
        "questions[2].customer",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "7",
        '{"a": 1, "a": 2}',
        '{"customer": NaN}',
        '{"customer": 1e999}',
        '{"customer": "\\ud800:x", "communication": "spring", "channel": "email"}',
        '{"customer": "email:a@b.c", "communication": "a\\u0000b", "channel": "email"}',
        '{"customer": "nobody", "communication": "a", "channel": "email"}',
        '{"customer": "email:a@b.c", "communication": "a", "channel": "email", "attributes": {"purpose": "security"}}',
        "[" * 100_000,
    ],
)
def test_odd_bodies_are_refused_and_nothing_is_recorded(ask, ledger, body):
    answer = ask("/v1/decisions", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"]
    with ledger.reading() as transaction:
        assert transaction.rows("SELECT count(*) FROM decisions") == [(0,)]


def test_too_many_are_refused(ask):
    answer = ask("/v1/decisions", [{}] * (MOST + 1))
    assert (answer.status_code, places(answer)) == (422, ["questions"])


def test_a_question_about_a_time_that_is_over_is_refused(ask, service):
    service.gate.past_at_most = 60_000_000
    body = {"customer": ANN, "communication": "spring", "channel": "email", "at": "2020-01-01T00:00:00Z"}
    answer = ask("/v1/decisions", body)
    assert (answer.status_code, places(answer)) == (422, ["questions[0].at"])


def test_nobody_asks_without_a_department(client):
    answer = client.get("/v1/decisions/d0", headers={"primum-department": "a b"})
    assert (answer.status_code, places(answer)) == (422, ["Primum-Department"])


def test_a_ledger_that_does_not_answer_is_a_503_and_never_an_allow(ask, service, monkeypatch):
    from primum.words.errors import LedgerError

    def down(*_):
        raise LedgerError("The ledger does not answer.")

    monkeypatch.setattr(type(service.gate.ledger), "reading", down)
    answer = ask("/v1/decisions", {"customer": ANN, "communication": "spring", "channel": "email"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert ask("/health/ready", method="GET").status_code == 503


def test_a_mistake_of_ours_tells_nothing(ask, service, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError(f"about {ANN}")

    monkeypatch.setattr(type(service.gate), "decide", broken)
    answer = ask("/v1/decisions", {"customer": ANN, "communication": "spring", "channel": "email"})
    assert answer.status_code == 500
    assert "ann" not in answer.text


# The service itself


def test_health_tells_whether_questions_are_answered(ask, service):
    assert ask("/health/live", method="GET").json() == {"live": True}
    told = ask("/health/ready", method="GET")
    assert (told.status_code, told.json()["history"]) == (200, "complete")
    service.gate.seeded_by = ("history",)
    assert ask("/health/ready", method="GET").status_code == 503
    assert ask.decide()["reasons"][0]["rule"] == "history-incomplete"


def test_metrics_are_counted(ask):
    ask.decide()
    ask.decide(communication="unknown")
    text = ask("/metrics", method="GET").text
    assert 'primum_decisions_total{decision="allow"} 2' in text
    assert "primum_unregistered_total 1" in text
    assert 'primum_requests_total{route="/v1/decisions",status="200"} 2' in text
    assert 'primum_request_seconds_count{route="/v1/decisions"} 2' in text
    assert "primum_strategy_broken 0" in text


def test_logs_and_the_ledger_hold_no_personal_data(ask, ledger, caplog):
    lines = []

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(Lines().format(record))

    logger = logging.getLogger("primum.service")
    logger.addHandler(Kept())
    logger.setLevel(logging.INFO)
    for canary in ("email:canary@example.org", "phone:+4915112345678"):
        ask.decide(customer=canary)
        ask(f"/v1/customers/{canary}/timeline", method="GET")
        ask("/v1/decisions", {"customer": canary, "communication": 7, "channel": "email"})
    assert len(lines) == 6
    assert all(json.loads(line)["route"] for line in lines)
    with ledger.reading() as transaction:
        stored = str([transaction.rows(f"SELECT * FROM {t}") for t in ("decisions", "reservations", "idempotency")])
    for text in (*lines, stored):
        assert "canary" not in text
        assert "15112345678" not in text


def test_openapi_describes_every_route(service):
    described = {(m.upper(), path) for path, one in openapi()["paths"].items() for m in one}
    served = {(m, r.path.replace(":path", "")) for r in service.routes() for m in r.methods - {"HEAD"}}
    assert described == served


def test_examples_of_openapi_are_answered(ask):
    for path, one in openapi()["paths"].items():
        if "post" in one and "requestBody" in one["post"] and "{" not in path:
            content = one["post"]["requestBody"]["content"]
            answer = ask(path, content["application/json"]["example"])
            assert str(answer.status_code) in one["post"]["responses"], answer.text
            assert answer.status_code < 300
