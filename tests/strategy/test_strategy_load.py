"""What does not fit the models is complained of in our words, all at once, each at its place."""

import dataclasses

import pytest

from primum.strategy.load import load, loads
from primum.words.errors import StrategyError

GOOD = """\
strategy: {name: Aurora}
zone: Europe/Berlin
departments: {crm: , sales: {title: Sales}}
channels:
  email:
  sms: {unit_cost: 1}
data:
  rejects_at_most: 5%
  sources:
    esp:
      kind: contacts
      files: 'sends/*.csv'
      department: crm
      key: {email: EMAIL, crm_id: ID}
      map:
        at: {column: SENT, dates: '%d.%m.%Y %H:%M'}
        channel: {value: email}
        purpose: {column: CLASS, values: {NO: service}, otherwise: marketing}
      attributes:
        template: {column: T, local: true}
"""


def complaints(text):
    with pytest.raises(StrategyError) as raised:
        loads(text, "p.yaml")
    return [str(c) for c in raised.value.complaints]


def only(text):
    (complaint,) = complaints(text)
    return complaint


def in_source(line):
    """A strategy whose one source has this line, the seventh, from column 7 on."""
    return (
        f"strategy: {{name: x}}\ndata:\n  sources:\n    esp:\n      kind: customers\n      files: a.csv\n      {line}\n"
    )


def test_a_good_strategy_loads(tmp_path):
    path = tmp_path / "primum.yaml"
    path.write_text(GOOD, encoding="utf-8")
    loaded = load(path)
    source = loaded.strategy.data.sources["esp"]
    assert loaded.path == path
    assert loaded.strategy.data.rejects_at_most == 0.05
    assert source.files == ["sends/*.csv"]
    assert source.map["at"].dates == ["%d.%m.%Y %H:%M"]
    assert source.map["purpose"].values == {"NO": "service"}
    assert list(source.key) == ["email", "crm_id"]
    assert loaded.strategy.channels["email"].unit_cost is None
    assert loaded.positions.key(("data", "sources", "esp", "map", "at")).line == 16


def test_what_is_loaded_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        loads(GOOD).version = "other"


def test_the_version_ignores_comments_layout_and_order():
    other = "# a comment\n" + GOOD.replace("strategy: {name: Aurora}\n", "") + "strategy:\n  'name': \"Aurora\"  # x\n"
    assert loads(other).version == loads(GOOD).version
    assert loads(GOOD).version.startswith("sha256:")
    assert len(loads(GOOD).version) == len("sha256:") + 64


def test_the_version_knows_what_is_said():
    assert loads(GOOD.replace("Aurora", "Boreas")).version != loads(GOOD).version
    assert (
        loads(GOOD.replace("value: email", "value: 1")).version
        != loads(GOOD.replace("value: email", "value: '1'")).version
    )


def test_the_version_knows_which_key_comes_first():
    turned = GOOD.replace("{email: EMAIL, crm_id: ID}", "{crm_id: ID, email: EMAIL}")
    assert loads(turned).version != loads(GOOD).version


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "chanel: CH",
            'p.yaml:7:7 - unknown key "chanel" in source "esp". Allowed: files, format, delimiter, encoding, quote, '
            "sheet, table, skip_rows, kind, department, tables, query, zone, dates, dates_are, missing, key, "
            "identifiers, map, attributes, rejects_at_most, as_of, fresh, "
            "control, one_row_per, replaces, mode; what a column means is said under `map`. "
            "Did you mean 'channel'?",
        ),
        ("zome: x", 'p.yaml:7:7 - unknown key "zome" in source "esp". Allowed: …Did you mean \'zone\'?'),
        ("map: {at: {colum: A}}", 'p.yaml:7:18 - unknown key "colum" in "map.at" of source "esp". …\'column\'?'),
        (
            "map: {at: {column: A, local: yes}}",
            'p.yaml:7:36 - "local" in "map.at" of source "esp" is the text "yes", but must be true or false. '
            "`yes` is a text: write true, without quotes.",
        ),
        (
            "map: {at: {column: A, local: 1}}",
            "p.yaml:7:36 - …the number 1, but must be true or false. Write true or false",
        ),
        ("map: {at: {column: A, local: 'off'}}", "p.yaml:7:36 - …`off` is a text: write false"),
        (
            "department: 5",
            'p.yaml:7:19 - "department" in source "esp" is the number 5, but must be a text. Write it in quotes: "5".',
        ),
        ("department: true", 'p.yaml:7:19 - …is true, but must be a text. Write it in quotes: "true".'),
        ("sheet: 1.50", 'p.yaml:7:14 - …the number 1.50, but must be a text. Write it in quotes: "1.50".'),
        ("department: [a]", "p.yaml:7:19 - …is a list, but must be a text. Write a single text."),
        ("department: ''", 'p.yaml:7:19 - "department" in source "esp" is an empty text. Write one'),
        ("dates: [x, '']", 'p.yaml:7:18 - item 2 of "dates" in source "esp" is an empty text.'),
        ("dates: ''", 'p.yaml:7:14 - "dates" in source "esp" is an empty text.'),
        ("map: {at: ''}", 'p.yaml:7:17 - "at" in "map" of source "esp" is an empty text.'),
        ("dates: 5", "p.yaml:7:14 - …is the number 5, but must be a text or a list of texts. Write it in quotes"),
        (
            "missing: ['-', 0]",
            'p.yaml:7:22 - item 2 of "missing" in source "esp" is the number 0…Write it in quotes: "0".',
        ),
        (
            "missing:",
            'p.yaml:7:7 - "missing" in source "esp" is empty; it must be a text or a list of texts. Write one',
        ),
        ("skip_rows: two", 'p.yaml:7:18 - …is the text "two", but must be a whole number. Write a whole number'),
        ("skip_rows: '2'", "p.yaml:7:18 - …but must be a whole number. Write 2, without quotes."),
        ("skip_rows: 1.5", "p.yaml:7:18 - …is the number 1.5, but must be a whole number."),
        ("skip_rows: -1", 'p.yaml:7:18 - "skip_rows" in source "esp" is the number -1, but must be at least 0.'),
        (
            "delimiter: ';;'",
            'p.yaml:7:18 - "delimiter" in source "esp" is the text ";;", but must be a single character.',
        ),
        ("rejects_at_most: 500%", "p.yaml:7:24 - …is 500%, but must be at most 1. Five in a hundred are 5% or 0.05."),
        ("rejects_at_most: few", 'p.yaml:7:24 - …is the text "few", but must be a share, such as 5% or 0.05.'),
        (
            "format: xlsx",
            'p.yaml:7:15 - "format" in source "esp" is the text "xlsx", which is not on the list. '
            "Allowed: csv, excel, jsonl, parquet, sqlite.",
        ),
        ("format: 5", "p.yaml:7:15 - …is the number 5, which is not on the list. Allowed: csv"),
        ("dates_are: campaignstart", "p.yaml:7:18 - …which is not on the list. …Did you mean 'campaign_start'?"),
        (
            "key: [email]",
            'p.yaml:7:12 - "key" in source "esp" is a list, but must be a group of keys. Write `name: value`',
        ),
        ("key: {email: 1}", 'p.yaml:7:20 - "email" in "key" of source "esp" is the number 1, but must be a text.'),
        (
            "map: {at: 5}",
            'p.yaml:7:17 - "at" in "map" of source "esp" is the number 5, but must be a column\'s name, '
            'or a group with one of column, value, sql. Write it in quotes: "5".',
        ),
        ("map: {at: {value: [1]}}", "p.yaml:7:25 - …is a list, but must be a text, a number, true or false."),
        (
            "map: {at: {column: A, sql: B}}",
            'p.yaml:7:13 - "map.at" of source "esp" needs exactly one of column, value, sql, file_name, '
            "file_date; found column and sql. Keep one:",
        ),
        (
            "map: {at: {local: true}}",
            "p.yaml:7:13 - …needs exactly one of column, value, sql, file_name, file_date; found none of them.",
        ),
        (
            "map: {a: {column: C, values: {X: 1}}}",
            'p.yaml:7:40 - "X" in "map.a.values" of source "esp" is the number 1',
        ),
        ("tables: {t: {files: x}}", 'p.yaml:4:5 - source "esp" has tables but no query'),
        ("query: select 1", 'p.yaml:4:5 - source "esp" has a query but no tables to read'),
        ("{tables: {t: }}", "p.yaml:7:7 - …"),
    ],
)
def test_each_mistake_has_its_place_and_its_cure(line, said):
    found = only(in_source(line))
    position = 0
    for part in said.split("…"):
        assert part in found[position:], found
        position = found.index(part, position) + len(part)


def test_a_missing_key_is_told_with_how_to_add_it():
    assert only("zone: UTC\n") == (
        'p.yaml:1:1 - the strategy file lacks the key "strategy". '
        "Begin the file with `strategy:` and, indented below it, `name:` with the company's name."
    )
    assert only("strategy: {}\n") == 'p.yaml:1:1 - "strategy" lacks the key "name". Add `name:` with a text.'
    assert only("strategy: {name: x}\ndata:\n  sources:\n    esp:\n      files: x\n") == (
        'p.yaml:4:5 - source "esp" lacks the key "kind". '
        "Write `kind:` and one of contacts, responses, states, customers, identifiers, events."
    )
    text = "strategy: {name: x}\ndata: {sources: {s: {kind: states, query: q, tables: {t: {}}}}}\n"
    assert 'p.yaml:2:55 - "tables.t" of source "s" lacks the key "files".' in only(text)


def test_no_way_in_is_told():
    text = "strategy: {name: x}\ndata: {sources: {s: {kind: states}}}\n"
    assert only(text).startswith('p.yaml:2:18 - source "s" needs either files, or tables with a query.')


def test_a_message_class_is_one_of_a_closed_list():
    text = "strategy: {name: x}\ncommunications:\n  news: {purpose: marketting}\n"
    assert only(text) == (
        'p.yaml:3:19 - "purpose" in communication "news" is the text "marketting", which is not on the list. '
        "Allowed: collections, marketing, regulatory, sales, security, service, survey, transactional. "
        "Did you mean 'marketing'?"
    )


def test_an_unknown_top_level_key_has_the_nearest_known():
    assert only("strategy: {name: x}\nchanels: {email: }\n").endswith("Did you mean 'channels'?")


def test_a_country_is_two_capitals():
    said = only("strategy: {name: x}\ncustomers: {country: de}\n")
    assert said.startswith('p.yaml:2:22 - "country" in "customers" is the text "de", which is not a country code.')
    assert said.endswith("Did you mean DE?")


def test_norway_is_not_false():
    text = "strategy: {name: x}\ncustomers: {country: NO}\n"
    assert loads(text).strategy.customers.country == "NO"


def test_a_number_without_end_is_a_text():
    text = "strategy: {name: x}\nchannels: {a: {unit_cost: .inf}, b: {unit_cost: '1,5'}}\n"
    assert [c.split(" - ")[0] for c in complaints(text)] == ["p.yaml:2:27", "p.yaml:2:49"]
    assert complaints(text)[1].endswith("Write 1.5, without quotes.")


def test_all_mistakes_are_told_at_once():
    text = """\
strategy: {name: 42, nme: x}
zone:
datta: 1
flows: []
departments: {crm: , sales: 5, it: {ownr: x}}
data:
  sources:
    esp:
      chanel: email
      kind: contact
      kind: contacts
      map: {at: 5, id: {value: *x}, x: {column: a, value: b}}
    none: {kind: states}
    s: {kind: states, files: x, skip_rows: no, map: {state: {}}}
"""
    places = [":".join(c.split(" - ")[0].split(":")[1:]) for c in complaints(text)]
    told = "1:18 1:22 2:1 3:1 4:8 5:29 5:37 8:5 9:7 10:13 11:7 12:17 12:32 12:37 13:5 14:44 14:54"
    assert places == told.split()


def test_what_follows_from_a_mistake_already_told_is_not_told_again():
    assert only(in_source("map: {at: {column: *a}}")).startswith("p.yaml:7:26 - `*a` is a YAML alias")
    assert only(in_source("map: {at: {column: 5}}")).startswith("p.yaml:7:26 - ")
    assert only("strategy: {name: x}\ndata: {sources: {s: {kind: states, files: 5}}}\n").startswith("p.yaml:2:43 - ")
    merged = "strategy: {name: x}\nchannels: {email: {<<: *base}}\n"
    assert only(merged).startswith("p.yaml:2:24 - `*base` is a YAML alias")
    assert only(in_source("map: {at: {colum: A}}")).startswith("p.yaml:7:18 - unknown key")


def test_a_text_that_is_not_yaml_is_not_judged_further():
    assert len(complaints("zone: [UTC\nrules: 1\n")) == 1
