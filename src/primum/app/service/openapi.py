"""The interface as OpenAPI 3.1 describes it, with examples.

Owns the description; schemas are those of the strict models. Refuses to describe what the routes do not do: a test
holds both equal.
"""

from typing import Any, Final

from primum.app.service.bodies import (
    MOST,
    Body,
    ConfirmBody,
    ContactBody,
    QuestionBody,
    ReleaseBody,
    ResponseBody,
    StateBody,
)

_QUESTION: Final = {
    "customer": "email:ann@example.org",
    "communication": "spring-offer",
    "channel": "email",
    "id": "mail-4711",
    "attributes": {"content": "tulips"},
}
_ANSWER: Final = {
    "id": "d2bfd9ca0121d66a07f1c4741",
    "contact": "crm:mail-4711",
    "customer": "5f0c3a9d6a1be8d0b0a1c2d3e4f50617",
    "decision": "defer",
    "at": "2026-06-01T08:00:00Z",
    "until": "2026-06-03T08:00:00Z",
    "reasons": [{"rule": "weekly", "says": "No more than two a week.", "until": "2026-06-03T08:00:00Z"}],
    "alternatives": [],
    "reservation": "r5bca3b6eb198a90fc3228e9d",
    "expires_at": "2026-06-03T09:00:00Z",
    "unregistered": False,
}
_CONTACT: Final = {
    "id": "mail-4711",
    "customer": "email:ann@example.org",
    "at": "2026-06-01T08:00:03Z",
    "communication": "spring-offer",
    "channel": "email",
    "status": "sent",
}
_RESPONSE: Final = {
    "id": "click-1",
    "customer": "email:ann@example.org",
    "at": "2026-06-01T09:00:00Z",
    "kind": "opted_out",
    "attributes": {"channel": "email"},
}
_STATE: Final = {
    "id": "case-1",
    "customer": "crm_id:4711",
    "state": "complaint_open",
    "from": "2026-06-01T09:00:00Z",
}
_RESOLVED: Final = {
    "reservation": "r5bca3b6eb198a90fc3228e9d",
    "contact": "crm:mail-4711",
    "state": "confirmed",
    "late": False,
    "over_cap": False,
}
_TOLD: Final = {"told": 1, "confirmed": 0, "over_cap": []}
_DEPARTMENT: Final = {
    "name": "Primum-Department",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"},
    "example": "crm",
}
_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "New for every request, the same when it is repeated.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "example": "0b0f7c1e-2f0c-4a35-9f0e-6a3b1c2d4e5f",
}
_PROBLEMS: Final = {
    "404": "There is no such thing, or it is another department's.",
    "409": "The reservation was resolved otherwise.",
    "413": "The body is too large.",
    "422": "The request cannot be understood, or its key was used for another body: everything wrong at once.",
    "503": "The ledger does not answer: nothing was recorded.",
}


def openapi() -> dict[str, Any]:
    """The description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Primum",
            "version": "1",
            "description": "Ask before you contact, and record what you did.",
        },
        "paths": {
            "/v1/decisions": {"post": _write("Decide one question or many, and reserve", QuestionBody, "questions")},
            "/v1/decisions/{id}": {"get": _read("Explain a decision", ["id"], {"answer": _ANSWER})},
            "/v1/decisions/{id}/replay": {
                "post": _read("Replay a decision", ["id"], {"decision": _ANSWER["id"], "same": True, "differs": []})
            },
            "/v1/reservations/{id}/confirm": {"post": _resolve("Confirm: the contact was made", ConfirmBody)},
            "/v1/reservations/{id}/release": {"post": _resolve("Release: it will not be made", ReleaseBody)},
            "/v1/contacts": {"post": _write("Record contacts that were made", ContactBody, "contacts")},
            "/v1/responses": {"post": _write("Record what customers did", ResponseBody, "responses")},
            "/v1/states": {"post": _write("Record states that began or ended", StateBody, "states")},
            "/v1/customers/{customer}/timeline": {
                "get": _read("Everything known of a customer", ["customer"], {"customer": "...", "events": []})
            },
            "/health/live": {"get": _open("Whether the process runs")},
            "/health/ready": {"get": _open("Whether questions are answered")},
            "/metrics": {"get": _open("What is counted, as Prometheus reads it")},
            "/openapi.json": {"get": _open("This description")},
        },
        "components": {
            "schemas": {
                model.__name__.removesuffix("Body"): model.model_json_schema(by_alias=True)
                for model in (QuestionBody, ContactBody, ResponseBody, StateBody, ConfirmBody, ReleaseBody)
            }
        },
    }


_EXAMPLES: Final[dict[str, tuple[dict[str, Any], Any, str]]] = {
    "questions": (_QUESTION, _ANSWER, "200"),
    "contacts": (_CONTACT, _TOLD, "201"),
    "responses": (_RESPONSE, _TOLD, "201"),
    "states": (_STATE, _TOLD, "201"),
}


def _write(summary: str, model: type[Body], name: str) -> dict[str, Any]:
    asked, answered, status = _EXAMPLES[name]
    one = {"$ref": f"#/components/schemas/{model.__name__.removesuffix('Body')}"}
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": MOST}
    named = {"type": "object", "properties": {name: many}, "required": [name], "additionalProperties": False}
    return {
        "summary": summary,
        "parameters": [_DEPARTMENT, _KEY],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"anyOf": [one, many, named]}, "example": asked},
                "application/x-ndjson": {"schema": one, "example": asked},
            },
        },
        "responses": {status: _body(answered), **_problems("413", "422", "503")},
    }


def _resolve(summary: str, model: type[Body]) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{model.__name__.removesuffix('Body')}"}
    return {
        "summary": summary,
        "parameters": [_in_path("id"), _DEPARTMENT, _KEY],
        "requestBody": {"required": False, "content": {"application/json": {"schema": schema, "example": {}}}},
        "responses": {"200": _body(_RESOLVED), **_problems("404", "409", "413", "422", "503")},
    }


def _read(summary: str, names: list[str], example: Any) -> dict[str, Any]:
    return {
        "summary": summary,
        "parameters": [*(_in_path(name) for name in names), _DEPARTMENT],
        "responses": {"200": _body(example), **_problems("404", "422", "503")},
    }


def _open(summary: str) -> dict[str, Any]:
    return {"summary": summary, "responses": {"200": {"description": "Well."}, "503": {"description": "Not now."}}}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _body(example: Any) -> dict[str, Any]:
    return {"description": "Done.", "content": {"application/json": {"schema": {}, "example": example}}}


def _problems(*statuses: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"type": "object"}}}
    return {status: {"description": _PROBLEMS[status], "content": content} for status in statuses}
