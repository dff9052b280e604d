"""Whatever a strategy says, it says the same after being written as YAML and read again."""

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from primum.strategy.check import checked_text
from primum.strategy.load import loads
from primum.strategy.models import COLUMNS, Strategy
from primum.strategy.positions import parse
from primum.strategy.schema import json_schema
from primum.strategy.version import version_of
from primum.words.errors import StrategyError
from primum.words.vocabulary import PURPOSES

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]), min_size=1, max_size=8)
tricky = st.sampled_from(
    [
        *("NO", "on", "yes", "21:30", "2024-01-01", "007", "0x1F", "1e3", "5", "1.5", "true", "null", "~", "*", "&a"),
        *("- x", "a: b", "#", "!x", "%d", "'", '"', "{", "[", " x ", "=", "<<", ".inf", "\t", "x\ny"),
    ]
)
text = words.filter(lambda word: word[0] not in "?:") | tricky  # the writer leaves `?x` and `:x` without quotes
texts = text | st.lists(text, max_size=3)
constant = text | st.integers(-(10**17), 10**17) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)


def group(required=None, **optional):
    return st.fixed_dictionaries(required or {}, optional=optional)


def named(value):
    return st.dictionaries(text, value, max_size=3)


details = {"values": named(text), "otherwise": text, "dates": texts, "missing": texts, "local": st.booleans()}
entry = (
    text | group({"column": text}, **details) | group({"value": constant}, **details) | group({"sql": text}, **details)
)
share = st.floats(0, 1) | st.integers(0, 100).map(lambda n: f"{n}%") | st.just("2.5 %")
reading = {
    "format": st.sampled_from(["csv", "excel"]),
    "delimiter": st.sampled_from([";", "\t", "|"]),
    "encoding": text,
}
reading |= {"quote": st.sampled_from(["", "'"]), "sheet": text, "table": text, "skip_rows": st.integers(0, 9)}
file_spec = group({"files": texts.filter(bool)}, **reading)


def source(kind):
    mapped = st.dictionaries(st.sampled_from(sorted(COLUMNS[kind])), entry, max_size=4)
    needed = dict.fromkeys({"contacts": ["at"], "states": ["state"]}.get(kind, []), entry)
    more = {"department": text, "zone": text, "dates": texts, "missing": texts, "rejects_at_most": share}
    more |= {"dates_are": st.just("campaign_start"), "identifiers": named(text), "attributes": named(entry), **reading}
    every = {
        "kind": st.just(kind),
        "key": named(text),
        "map": st.builds(lambda a, b: a | b, mapped, st.fixed_dictionaries(needed)),
    }
    return group({**every, "files": texts.filter(bool)}, **more) | group(
        {**every, "tables": st.dictionaries(text, file_spec, min_size=1, max_size=2), "query": text}, **more
    )


communication = group(
    title=text, owner=text, purpose=st.sampled_from(PURPOSES), topic=text, channels=texts, known_as=texts
)
strategies = group(
    {"strategy": group({"name": text}, customer_champion=text, promise=text, currency=text)},
    zone=text,
    departments=named(st.none() | group(title=text, owner=text)),
    channels=named(st.none() | group(unit_cost=st.integers(0, 9) | st.floats(0, 9))),
    communications=named(st.none() | communication),
    customers=group(country=st.sampled_from(["NO", "DE"])),
    data=group(
        sources=named(source("contacts") | source("states") | source("customers")),
        shared_by_at_most=st.integers(1, 9),
        placeholders=texts,
        rejects_at_most=share,
    ),
)
validator = Draft202012Validator(json_schema())


def dumped(data):
    yaml = YAML(typ="safe", pure=True)
    yaml.allow_unicode = True
    yaml.sort_base_mapping_type_on_output = False
    yaml.representer.ignore_aliases = lambda _: True
    stream = io.StringIO()
    yaml.dump(data, stream)
    return stream.getvalue()


@settings(max_examples=100, deadline=None)
@given(strategies)
def test_a_strategy_reads_back_as_it_was_written(data):
    written = dumped(data)
    parsed = parse(written, "f")
    assert parsed.complaints == ()
    assert parsed.data == data
    loaded = loads(written, "f")
    assert loaded.strategy == Strategy.model_validate(data)
    assert loaded.version == version_of(data)
    assert all(0 < p.line <= written.count("\n") + 1 for p in parsed.positions.values.values())


@settings(max_examples=50, deadline=None)
@given(strategies)
def test_what_primum_loads_the_schema_takes(data):
    assert [e.message for e in validator.iter_errors(data)] == []


@settings(max_examples=50, deadline=None)
@given(strategies, st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(data, chance):
    assert version_of(_shuffled(data, chance)) == version_of(data)


def _shuffled(value, chance, name=""):
    if not isinstance(value, dict):
        return value
    names = list(value)
    if name != "key":
        chance.shuffle(names)
    return {n: _shuffled(value[n], chance, n) for n in names}


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab:-[]{}'\"#&*!|>%@`,?~0 \n\t", max_size=40))
def test_any_text_is_read_or_complained_of(rubbish):
    with pytest.raises(StrategyError) as raised:
        checked_text(rubbish, "f")
    assert raised.value.complaints


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_strategy_is_loaded_or_complained_of_in_our_words(seed):
    chance = random.Random(seed)
    for _ in range(10):
        damaged = _damaged(dumped(EXAMPLE), chance)
        try:
            checked_text(damaged, "f")
        except StrategyError as error:
            for complaint in error.complaints:
                assert not any(foreign in str(complaint) for foreign in ("nput should", "token", "something else"))


EXAMPLE = {
    "strategy": {"name": "x"},
    "departments": {"crm": {"title": "C"}},
    "channels": {"email": {"unit_cost": 0.1}},
    "communications": {"news": {"purpose": "marketing", "known_as": ["a", "b"], "channels": "email"}},
    "data": {
        "rejects_at_most": "5%",
        "sources": {
            "esp": {
                "kind": "contacts",
                "files": "a.csv",
                "skip_rows": 1,
                "key": {"email": "E"},
                "map": {"at": {"column": "A", "local": True}, "channel": {"value": "email"}},
            }
        },
    },
}


def _damaged(written, chance):
    letters = list(written)
    for _ in range(chance.randint(1, 5)):
        place = chance.randrange(len(letters))
        letters[place : place + chance.randint(0, 3)] = chance.choice("\t\n :-[]{}'\"*&!|>%@?,#\\xa~0")
    return "".join(letters)
