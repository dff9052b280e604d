"""Names agree across the file, and every source has what its kind needs."""

import pytest

from primum.strategy.check import check, checked, checked_text
from primum.strategy.completeness import FACETS, Facet, facets, missing_for
from primum.strategy.formats import as_directives, faults_of_format, nearest_zone
from primum.strategy.load import loads
from primum.words.errors import StrategyError

HEAD = """\
strategy: {name: Aurora}
departments: {crm: , sales: }
channels: {email: , sms: }
"""
SOURCE = """\
data:
  sources:
    esp:
      kind: contacts
      files: a.csv
      department: crm
      key: {email: E}
      map:
        at: SENT
"""


def report(text):
    return check(loads(text, "p.yaml"))


def told(complaints):
    return [str(c) for c in complaints]


def the_error(text):
    (error,) = report(text).errors
    with pytest.raises(StrategyError) as raised:
        checked_text(text, "p.yaml")
    assert told(raised.value.complaints) == [str(error)]
    return str(error)


def in_map(line):
    """A strategy whose one source has this line in `map`, the thirteenth, from column 9 on."""
    return HEAD + SOURCE + f"        {line}\n"


def with_source(text):
    """A strategy whose one source, on line 6 from column 5 on, is this."""
    return HEAD + f"data:\n  sources:\n    {text}\n"


def test_nothing_is_wrong_with_a_good_strategy(tmp_path):
    path = tmp_path / "primum.yaml"
    path.write_text(in_map("channel: {column: C, values: {E: email}, otherwise: sms}"))
    loaded = checked(path)
    assert loaded.path == path
    assert check(loaded).errors == ()
    assert check(loaded).warnings == ()


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Berlin", "Europe/Berlin"), ("Europe/Berln", "Europe/Berlin"), ("new york", "America/New_York")],
)
def test_an_unknown_zone_has_the_nearest_known(written, meant):
    error = the_error(f"strategy: {{name: x}}\nzone: {written}\n")
    assert error == (
        f'p.yaml:2:7 - unknown time zone "{written}" in the strategy file. '
        f"Write an IANA name, such as Europe/Berlin or UTC. Did you mean '{meant}'?"
    )


def test_the_zone_of_a_source_is_checked_too():
    text = HEAD + SOURCE + "      zone: CETT\n"
    assert the_error(text).startswith('p.yaml:13:13 - unknown time zone "CETT" in source "esp".')


def test_a_zone_that_resembles_nothing_has_no_hint():
    assert nearest_zone("qqqqqq") is None


def test_departments_and_channels_must_be_declared():
    text = HEAD + "communications:\n  news: {owner: slaes, channels: [email, smss]}\n  promo: {channels: post}\n"
    assert told(report(text).errors) == [
        'p.yaml:5:17 - "owner" in communication "news" names the department "slaes", which is not declared. '
        "Declare it under `departments`, as `slaes:`. Allowed: crm, sales. Did you mean 'sales'?",
        'p.yaml:5:42 - item 2 of "channels" in communication "news" names the channel "smss", which is not declared. '
        "Declare it under `channels`, as `smss:`. Allowed: email, sms. Did you mean 'sms'?",
        'p.yaml:6:21 - "channels" in communication "promo" names the channel "post", which is not declared. '
        "Declare it under `channels`, as `post:`. Allowed: email, sms.",
    ]


def test_the_department_of_a_source_must_be_declared():
    error = the_error((HEAD + SOURCE).replace("department: crm", "department: crn"))
    assert error.startswith('p.yaml:9:19 - "department" in source "esp" names the department "crn"')
    assert error.endswith("Did you mean 'crm'?")


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        (
            "channel: {value: emial}",
            'p.yaml:13:26 - "value" in "map.channel" of source "esp" names the channel "emial"',
            "'email'?",
        ),
        (
            "channel: {column: C, values: {E: eml}}",
            'p.yaml:13:42 - "E" in "map.channel.values" of source "esp"',
            "'email'?",
        ),
        ("channel: {column: C, otherwise: smss}", "p.yaml:13:41 - ", "Did you mean 'sms'?"),
        ("department: {value: crn}", "p.yaml:13:29 - ", "Did you mean 'crm'?"),
        ("purpose: {value: markting}", "p.yaml:13:26 - ", "Did you mean 'marketing'?"),
        ("purpose: {column: C, values: {A: survey, B: serv}}", "p.yaml:13:53 - ", "Did you mean 'service'?"),
        (
            "status: {value: snt}",
            'p.yaml:13:25 - "value" in "map.status" of source "esp" gives the status "snt"',
            "'sent'?",
        ),
        ("initiated: {value: customers}", "p.yaml:13:28 - ", "Allowed: company, customer. Did you mean 'customer'?"),
        ("initiated: {value: 5}", "p.yaml:13:28 - ", "Allowed: company, customer."),
        (
            "topic: {column: T, dates: '%d.%m.%Y'}",
            'p.yaml:13:28 - "topic" is a text, not an instant',
            "Take `dates` out.",
        ),
        (
            "chanel: C",
            'p.yaml:13:9 - source "esp" maps "chanel"',
            "'channel'? Other attributes go under `attributes:`.",
        ),
        ("state: C", "p.yaml:13:9 - ", "Other attributes go under `attributes:`."),
    ],
)
def test_each_mistake_in_a_map_has_its_place_and_its_cure(line, start, end):
    error = the_error(in_map(line))
    assert error.startswith(start)
    assert error.endswith(end)


def test_a_message_class_is_called_so():
    assert 'gives the message class "x", which there is not. Allowed: collections,' in the_error(
        in_map("purpose: {value: x}")
    )


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("s: {kind: contacts, files: a, department: crm, key: {email: E}}", 'say where "at" comes from'),
        ("s: {kind: responses, files: a, key: {email: E}, map: {at: A}}", 'say where "kind" comes from'),
        ("s: {kind: states, files: a, key: {email: E}}", 'say where "state" comes from'),
        ("s: {kind: contacts, files: a, department: crm, map: {at: A}}", "a source of contacts needs a `key`"),
        ("s: {kind: responses, files: a, map: {at: A, kind: K}}", "a source of responses needs a `key`"),
        ("s: {kind: states, files: a, map: {state: S}}", "a source of states needs a `key`"),
        ("s: {kind: states, files: a, key: {}, map: {state: S}}", "a source of states needs a `key`"),
        ("s: {kind: customers, files: a}", "a source of customers needs a `key`"),
        ("s: {kind: identifiers, files: a, identifiers: {phone: P}}", "a source of identifiers needs a `key`"),
        ("s: {kind: identifiers, files: a, key: {crm_id: C}}", "names no identifier beside its key"),
        ("s: {kind: identifiers, files: a, key: {crm_id: C}, map: {kind: K}}", "names no identifier beside its key"),
    ],
)
def test_each_kind_of_source_needs_its_parts(source, what):
    error = the_error(with_source(source))
    assert error.startswith('p.yaml:6:5 - source "s" ')
    assert what in error


def test_identifiers_may_come_in_columns_or_in_rows():
    for part in ("identifiers: {phone: P}", "map: {kind: K, value: V}"):
        assert report(with_source(f"s: {{kind: identifiers, files: a, key: {{crm_id: C}}, {part}}}")).errors == ()


def test_contacts_without_a_department_are_a_warning():
    text = (HEAD + SOURCE).replace("      department: crm\n", "")
    assert report(text).errors == ()
    (warning,) = told(report(text).warnings)
    assert warning.startswith('p.yaml:6:5 - source "esp" does not say which department sent its contacts.')
    assert checked_text(text).strategy.strategy.name == "Aurora"


def test_unusual_kinds_of_response_are_a_warning():
    text = with_source("s: {kind: responses, files: a, key: {email: E}, map: {at: A, kind: {value: open}}}")
    (warning,) = told(report(text).warnings)
    assert warning.startswith("p.yaml:6:80 - ")
    assert warning.endswith("Did you mean 'opened'?")


def test_primums_own_attributes_among_the_open_ones_are_a_warning():
    text = HEAD + SOURCE + "      attributes: {brand: B}\n"
    (warning,) = told(report(text).warnings)
    assert warning.startswith('p.yaml:13:20 - "brand" of source "esp" is one of Primum\'s own attributes')


def test_dates_of_an_open_attribute_are_an_error():
    text = HEAD + SOURCE + "      attributes: {booked: {column: B, dates: '%Y-%m-%d'}}\n"
    assert the_error(text).startswith('p.yaml:13:40 - the open attribute "booked" is a text, not an instant')


@pytest.mark.parametrize(
    ("known_as", "place", "names"),
    [
        (
            "news: {known_as: [a, b]}\n  promo: {known_as: b}",
            "5:21",
            '"b" names two communications: "news" and "promo"',
        ),
        ("news: {known_as: [a, b]}\n  promo: {known_as: [c, b]}", "5:25", '"b" names two communications'),
        ("news: \n  promo: {known_as: news}", "5:21", '"news" names two communications: "news" and "promo"'),
        ("promo: {known_as: news}\n  news: ", "4:21", '"news" names two communications: "news" and "promo"'),
    ],
)
def test_a_name_leads_to_one_communication(known_as, place, names):
    error = the_error(f"strategy: {{name: x}}\n\ncommunications:\n  {known_as}\n")
    assert error.startswith(f"p.yaml:{place} - {names}")


def test_a_communication_may_repeat_its_own_name():
    assert report("strategy: {name: x}\ncommunications: {news: {known_as: [news, news]}}\n").errors == ()


@pytest.mark.parametrize(
    ("encoding", "hint"),
    [("utf8x", "Did you mean 'utf-8'?"), ("base64", "latin-1."), ("cp12520", "Did you mean 'cp1252'?")],
)
def test_encodings_must_be_known(encoding, hint):
    error = the_error(HEAD + SOURCE + f"      encoding: {encoding}\n")
    assert error.startswith(f'p.yaml:13:17 - unknown encoding "{encoding}" in source "esp".')
    assert error.endswith(hint)


def test_encodings_of_tables_must_be_known():
    text = with_source("s: {kind: customers, key: {email: E}, query: q, tables: {t: {files: a, encoding: utf9}}}")
    assert the_error(text).startswith('p.yaml:6:86 - unknown encoding "utf9" in "tables.t" of source "s".')


@pytest.mark.parametrize("good", ["utf-8", "UTF8", "latin-1", "cp1252", "windows-1252", "iso-8859-15", "utf-16"])
def test_usual_encodings_are_known(good):
    assert report(HEAD + SOURCE + f"      encoding: {good}\n").errors == ()


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("dd.mm.yyyy", "holds no directive such as %d"),
        ("%Q.%m.%Y", "holds '%Q', which is no directive"),
        ("%m/%Y", "says no day"),
        ("%d.%Y", "says no month"),
        ("%d.%m.", "says no year"),
        ("%H:%M", "says no day and says no month and says no year"),
        ("%d.%m.%Y %", "holds '%', which is no directive"),
        ("100%%", "holds no directive such as %d"),
    ],
)
def test_formats_of_dates_must_be_plausible(written, fault):
    error = the_error(HEAD + SOURCE + f"      dates: ['%Y-%m-%d', '{written}']\n")
    assert error.startswith(f'p.yaml:13:27 - the date format "{written}" {fault}. 31.12.2024 21:30 is ')


@pytest.mark.parametrize(
    "good",
    ["%Y-%m-%d", "%d.%m.%y %H:%M:%S.%f", "%-d %b %Y %I:%M %p", "%Y%j", "%G-W%V-%u", "%Y-%m-%dT%H:%M:%S%z", "%m/%d/%Y"],
)
def test_plausible_formats_pass(good):
    assert faults_of_format(good) == ()


def test_formats_in_other_letters_are_rewritten():
    assert as_directives("dd.mm.yyyy hh:mm") == "%d.%m.%Y %H:%M"
    assert as_directives("MM/DD/YYYY HH:MM:SS") == "%m/%d/%Y %H:%M:%S"
    assert as_directives("yyyy-mm-dd") == "%Y-%m-%d"
    assert as_directives("today") is None
    error = the_error(HEAD + SOURCE.replace("at: SENT", "at: {column: SENT, dates: dd.mm.yy}"))
    assert error.startswith("p.yaml:12:35 - ")
    assert error.endswith("Did you mean '%d.%m.%y'?")


def test_twelve_hours_without_am_or_pm_are_a_warning():
    (warning,) = told(report(HEAD + SOURCE + "      dates: '%d.%m.%Y %I:%M'\n").warnings)
    assert warning.startswith("p.yaml:13:14 - ")
    assert warning.endswith("Write %H for 24 hours, or add %p.")


def test_mistakes_of_the_models_and_across_the_file_are_told_together():
    text = """\
strategy: {nmae: x}
zone: Berlin
departments: {crm: 5}
channels: {email: {unit_cost: x}}
data:
  sources:
    a: {kind: contacts, files: 5, department: crm, map: {at: [], channel: {value: email}, foo: F}}
    b: {kind: contact, files: x, department: crn}
    c: {kind: states, files: x, key: 1, map: 2, encoding: x}
"""
    with pytest.raises(StrategyError) as raised:
        checked_text(text, "p.yaml")
    places = [f"{c.line}:{c.column}" for c in raised.value.complaints]
    told_of = "1:1 1:12 2:7 3:20 4:31 7:5 7:32 7:62 7:91 8:15 8:46 9:38 9:46 9:59"
    assert places == told_of.split()


def test_ten_facets_are_told_with_what_they_lack():
    table = facets(loads(HEAD + SOURCE))
    assert [f.name for f in table] == list(FACETS)
    assert len(table) == 10
    by_name = {f.name: f for f in table}
    needed = dict.fromkeys(("backtest", "gate", "plan"), "contact rules")
    assert by_name["rules"] == Facet("rules", False, "contact rules: nothing is held back", needed)
    assert by_name["flows"] == Facet("flows", False, "who gets what, when", {"plan": "somebody to plan for"})
    lacking = {"measure": "a source of responses"}
    assert by_name["data"] == Facet("data", True, "sources of responses, states, customers, identifiers", lacking)
    unlimited = {"plan": "capacity of email, sms"}
    assert by_name["channels"] == Facet("channels", True, "unit_cost of email, sms", unlimited)
    assert not by_name["customers"].present
    bare = {f.name: f for f in facets(loads("strategy: {name: x}\ncustomers: {country: DE}\n"))}
    assert bare["customers"] == Facet("customers", True, "")
    assert bare["data"].lacks == "sources: nothing can be audited without contacts"
    assert bare["channels"].lacks == "the list of channels"


def test_a_first_audit_needs_data_and_nothing_else():
    assert missing_for(facets(loads(HEAD + SOURCE)), "audit") == []
    assert missing_for(facets(loads("strategy: {name: x}\n")), "audit") == ["data: sources of contacts"]
    assert missing_for(facets(loads(HEAD + SOURCE)), "gate") == ["rules: contact rules"]


@pytest.mark.parametrize("written", ["epoch", "epoch_ms", "epoch_us"])
def test_counted_instants_are_formats_too(written: str) -> None:
    from primum.strategy.formats import faults_of_format

    assert faults_of_format(written) == ()
