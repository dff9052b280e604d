"""The shape of `rules`, `use`, `priorities`, `exempt` and `calendars`, for editors.

Owns the JSON Schema of these five keys. Refuses to judge them: `rules.parse` reads them, in a strategy, a pack or a
case alike, and its complaints are the only ones (see ARCHITECTURE.md).
"""

from typing import Any, Final

from primum.strategy.packs import known_packs

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string", "minLength": 1}
_TEXTS: Final[Schema] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_SCALAR: Final[Schema] = {"anyOf": [_TEXT, {"type": ["number", "boolean"]}]}
_VALUES: Final[Schema] = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}]}
FILTER: Final[Schema] = {
    "type": "object",
    "description": "Attributes and the values they must have: a value, a list, or not: either.",
    "additionalProperties": {
        "anyOf": [
            _VALUES,
            {"type": "object", "properties": {"not": _VALUES}, "required": ["not"], "additionalProperties": False},
        ]
    },
}
_NUMBER: Final[Schema] = {"type": "integer", "minimum": 1}
_DATE: Final[Schema] = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_DAY_OF_YEAR: Final[Schema] = {"type": "string", "pattern": "^([0-9]{4}-)?[0-9]{2}-[0-9]{2}$"}
_SPAN: Final[Schema] = {"type": "string", "pattern": "^\\s*[0-9]{1,2}:[0-9]{2}\\s*-\\s*[0-9]{1,2}:[0-9]{2}\\s*$"}
_SPANS: Final[Schema] = {"anyOf": [_SPAN, {"type": "array", "items": _SPAN}]}
HOURS: Final[Schema] = {
    "description": "Open hours by days of the week, in the customer's zones.",
    "anyOf": [_SPANS, {"type": "object", "additionalProperties": _SPANS, "minProperties": 1}],
}


def _one_of(*words: str) -> Schema:
    return {"enum": list(words)}


_LIMIT: Final[dict[str, Schema]] = {
    "at_most": {**_NUMBER, "description": "No more than so many, in a window (`within`)."},
    "within": {**_TEXT, "description": "A window: 7 days, 24 hours, 7 local days, a month, ever."},
    "per": {**_TEXTS, "description": "Attributes that counted contacts must share with the candidate."},
    "counting": {"anyOf": [_one_of("attempts", "sent", "delivered"), FILTER], "description": "What takes a place."},
    "distinct": {**_TEXT, "description": "Contacts that share this attribute's value count once."},
    "in": {**_TEXT, "description": "The zone of a calendar window: customer, UTC, or an IANA name."},
    "week_starts": _one_of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "apart": {**_TEXT, "description": "How far from every contact that matches `with`."},
    "with": FILTER,
    "only": _one_of("after"),
    "clash": {"type": "array", "items": FILTER, "minItems": 2, "maxItems": 2, "description": "Two kinds, kept apart."},
    "once": {**_TEXT, "description": "At most one in this window `per` attribute."},
    "never": _one_of("always"),
    "between": HOURS,
    "closed": {**_TEXTS, "description": "Dates, calendars, or countries for their public holidays."},
    "never_if": {**_TEXTS, "description": "States during which it is forbidden."},
    "only_if": {**_TEXTS, "description": "States during which alone it is allowed."},
    "pause": {**_TEXT, "description": "How long after what `after` names."},
    "after": {"type": "object", "description": "A response, or a filter over contacts."},
    "capacity": {**_TEXT, "description": "A shared allowance, such as 500 per day."},
    "at_least": {**_NUMBER, "description": "Silence does harm too."},
    "hold_out": {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, _TEXT]},
    "salt": _TEXT,
}
_EXCEPTION: Final[Schema] = {
    "type": "object",
    "properties": {"from": _DAY_OF_YEAR, "until": _DAY_OF_YEAR, **_LIMIT},
    "required": ["from", "until"],
    "additionalProperties": False,
}
_RULE: Final[Schema] = {
    "type": "object",
    "properties": {
        "says": {**_TEXT, "description": "The rule in a sentence, for the people it holds back."},
        "owner": _TEXT,
        "to": {**FILTER, "description": "Which candidates it governs; all where it is absent."},
        "for": {**FILTER, "description": "Which customers: segment, state, or an attribute."},
        "otherwise": {
            "anyOf": [
                _one_of("drop", "defer"),
                {
                    "type": "object",
                    "properties": {"try_channels": _TEXTS},
                    "required": ["try_channels"],
                    "additionalProperties": False,
                },
            ]
        },
        "severity": _one_of("never", "harm", "courtesy"),
        "disclose": {**_TEXT, "description": "What a department may read as the reason."},
        "level": _one_of("customer", "household"),
        "mode": _one_of("enforce", "shadow"),
        "starts": _DATE,
        "ends": _DATE,
        "except": {"type": "array", "items": _EXCEPTION, "minItems": 1},
        "instead_of": {**_TEXT, "description": "The rule that this one replaces where both govern."},
        "if_unknown": _one_of("hold", "allow"),
        "source": {**_TEXT, "description": "The regulation or decision it comes from."},
        **_LIMIT,
    },
    "required": ["says"],
    "additionalProperties": False,
}

RULES: Final[Schema] = {"type": "object", "additionalProperties": _RULE}
_PACK: Final[Schema] = {"enum": list(known_packs())}
_PACK_FOR: Final[Schema] = {
    "type": "object",
    "properties": {"pack": _PACK, "for": FILTER},
    "required": ["pack"],
    "additionalProperties": False,
}
USE: Final[Schema] = {"anyOf": [_PACK, {"type": "array", "items": {"anyOf": [_PACK, _PACK_FOR]}}]}
PRIORITIES: Final[Schema] = {"type": "array", "items": FILTER}
EXEMPT: Final[Schema] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"to": FILTER, "counts": {"type": "boolean"}},
        "required": ["to", "counts"],
        "additionalProperties": False,
    },
}
CALENDARS: Final[Schema] = {"type": "object", "additionalProperties": _TEXTS}
