"""A strategy in several files says what it would say in one, every complaint in its own file; a base is laid under."""

from pathlib import Path

import pytest

from primum.app.rules import rules_of
from primum.strategy.check import checked
from primum.strategy.load import Loaded, load, loads
from primum.words.errors import StrategyError

HEAD = "strategy: {name: Fenwick}\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "primum.yaml"


def complaints(path: Path) -> list[str]:
    with pytest.raises(StrategyError) as raised:
        checked(path)
    return [str(c).replace(f"{path.parent}/", "") for c in raised.value.complaints]


def overrides(loaded: Loaded) -> dict[str, tuple[object, object, int, int]]:
    return {o.name: (o.was, o.now, o.there.line, o.here.line) for o in loaded.overrides}


def test_a_strategy_in_several_files_is_the_strategy_in_one(tmp_path: Path) -> None:
    parts = {
        "channels": "channels: {email: , call: }\nrules: {weekly: {says: W., at_most: 2, within: 7 days}}\n",
        "people": "departments: {crm: {owner: Ann}}\nrules: {calls: {says: C., to: {channel: call}, never: always}}\n",
    }
    main = write(tmp_path, primum=HEAD + "include: [channels.yaml, people.yaml]\n", **parts)
    joined = checked(main)
    whole = (
        "channels: {email: , call: }\ndepartments: {crm: {owner: Ann}}\nrules:\n"
        "  weekly: {says: W., at_most: 2, within: 7 days}\n  calls: {says: C., to: {channel: call}, never: always}\n"
    )
    assert joined.strategy.channels == loads(HEAD + whole).strategy.channels
    assert joined.version == loads(HEAD + whole).version
    assert [rule.name for rule in rules_of(joined).rules] == ["calls", "weekly"]


def test_a_mistake_in_an_included_file_is_told_there(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        primum=HEAD + "include: flows.yaml\nchannels: {email: }\n",
        flows="flows:\n  welcome:\n    steps:\n      hello: {communication: letter, chanel: email}\n",
    )
    told = complaints(main)
    assert [t.split(" - ")[0] for t in told] == ["flows.yaml:4:30", "flows.yaml:4:38"]
    assert 'names the communication "letter", which is not declared' in told[0]
    assert "Did you mean 'channel'?" in told[1]


def test_two_files_may_add_names_and_not_say_the_same_one_twice(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        primum=HEAD + "include: [a.yaml]\nchannels: {email: }\ncustomers: {country: GB}\n",
        a="zone: UTC\nchannels: {sms: , email: {unit_cost: 1}}\ncustomers: {country: DE, own_domains: x.org}\n",
    )
    told = complaints(main)
    assert [t.split(" - ")[0] for t in told] == ["a.yaml:2:19", "a.yaml:3:13"]
    assert 'channel "email" stands in two files of this strategy. It stands in primum.yaml, line 3, already' in told[0]


@pytest.mark.parametrize(
    ("include", "a", "place", "words"),
    [
        ("missing.yaml", "", "primum.yaml:2:10", "there is no such file"),
        ("primum.yaml", "", "primum.yaml:2:10", "leads back to itself"),
        ("a.yaml", "include: b.yaml\n", "a.yaml:1:1", "stands in a file that is included itself"),
        ("a.yaml", "extends: b.yaml\n", "a.yaml:1:1", "stands in a file that is included itself"),
        ("a.yaml", "channels: [email\n", "a.yaml:1:11", "not closed"),
        ("a.yaml", "- x\n", "a.yaml:1:1", "a list, not keys"),
        ("5", "", "primum.yaml:2:10", "include"),
    ],
)
def test_what_cannot_be_included_is_told(tmp_path: Path, include: str, a: str, place: str, words: str) -> None:
    main = write(tmp_path, primum=HEAD + f"include: {include}\n", a=a)
    told = complaints(main)
    assert told[0].startswith(place), told
    assert words in told[0]


BASE = """\
strategy: {name: Group, customer_champion: Ann}
zone: Europe/Berlin
channels:
  email: {unit_cost: 0.002, capacity: 100 per day}
  post:
departments: {crm: {owner: Ben}}
rules:
  weekly: {says: Three a week., at_most: 3, within: 7 days, otherwise: defer}
priorities: [{purpose: service}, {purpose: marketing}]
"""


def test_a_strategy_stands_in_the_place_of_its_base_where_it_says_something(tmp_path: Path) -> None:
    own = (
        "extends: base.yaml\nstrategy: {name: Fenwick}\nchannels:\n  email: {unit_cost: 0.003}\n  sms:\n"
        "rules:\n  weekly: {says: Two a week., at_most: 2, within: 7 days}\npriorities: [{purpose: security}]\n"
        "zone: Europe/Berlin\n"
    )
    loaded = checked(write(tmp_path, primum=own, base=BASE))
    s = loaded.strategy
    assert (s.strategy.name, s.strategy.customer_champion, s.zone) == ("Fenwick", "Ann", "Europe/Berlin")
    assert list(s.channels) == ["email", "post", "sms"]
    assert (s.channels["email"].unit_cost, s.channels["email"].capacity) == (0.003, "100 per day")
    assert s.rules == {"weekly": {"says": "Two a week.", "at_most": 2, "within": "7 days"}}
    assert s.priorities == [{"purpose": "security"}]
    told = overrides(loaded)
    assert told["channels.email.unit_cost"] == (0.002, 0.003, 4, 4)
    assert told["strategy.name"] == ("Group", "Fenwick", 1, 2)
    assert set(told) == {"strategy.name", "channels.email.unit_cost", "rules.weekly", "priorities"}
    assert loaded.positions.key(("channels", "post")).file.endswith("base.yaml")
    assert loaded.positions.key(("rules", "weekly", "otherwise")).file.endswith("primum.yaml")


def test_a_base_over_a_base_is_laid_from_below_and_only_what_still_stands_is_told(tmp_path: Path) -> None:
    main = write(
        tmp_path,
        primum="extends: middle.yaml\nstrategy: {name: Top}\n",
        middle="extends: base.yaml\nstrategy: {name: Middle}\nzone: Europe/Vienna\n",
        base=BASE,
    )
    loaded = load(main)
    assert (loaded.strategy.strategy.name, loaded.strategy.zone) == ("Top", "Europe/Vienna")
    assert {o.name: (o.was, o.now) for o in loaded.overrides} == {
        "strategy.name": ("Middle", "Top"),
        "zone": ("Europe/Berlin", "Europe/Vienna"),
    }


def test_bases_in_a_circle_are_told(tmp_path: Path) -> None:
    main = write(tmp_path, primum=HEAD + "extends: b.yaml\n", b=HEAD + "extends: primum.yaml\n")
    assert complaints(main)[0].startswith("b.yaml:2:10 - ")
    assert "leads back to itself" in complaints(main)[0]


def test_bases_do_not_go_on_without_end(tmp_path: Path) -> None:
    files = {f"b{n}": f"extends: b{n + 1}.yaml\n" for n in range(9)}
    main = write(tmp_path, primum=HEAD + "extends: b0.yaml\n", b9=HEAD, **files)
    assert any("the base of a base" in told for told in complaints(main))


def test_the_mistakes_of_a_base_are_told_in_the_base(tmp_path: Path) -> None:
    main = write(tmp_path, primum="extends: base.yaml\n" + HEAD, base=BASE + "zonne: UTC\n")
    assert complaints(main)[0].startswith("base.yaml:10:1 - ")


def test_the_same_said_over_a_base_or_alone_is_the_same_version(tmp_path: Path) -> None:
    main = write(tmp_path, primum="extends: base.yaml\nzone: UTC\n", base=BASE)
    assert load(main).version == loads(BASE.replace("Europe/Berlin", "UTC")).version


def test_the_order_of_steps_and_stages_is_part_of_the_version() -> None:
    steps = "a: {communication: x}", "b: {communication: y}"
    flows = HEAD + "flows: {f: {steps: {%s, %s}}}\n"
    assert loads(flows % steps).version != loads(flows % steps[::-1]).version
    stages = HEAD + "journey: {stages: {%s, %s}}\n"
    assert loads(stages % ("a: {}", "b: {}")).version != loads(stages % ("b: {}", "a: {}")).version


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("zone: '${ZONE}'", "may stand only where a connection is named"),
        ("data: {sources: {s: {kind: states, files: '${FILES}'}}}", "may stand only where a connection is named"),
        ("ledger: 'postgresql://primum:secret@host/db'", "holds a password"),
        ("rules: {r: {says: 'see https://ann:secret@wiki/x', never: always, to: {channel: x}}}", "holds a password"),
    ],
)
def test_secrets_and_variables_are_refused_where_they_may_not_stand(line: str, words: str) -> None:
    with pytest.raises(StrategyError) as raised:
        loads(HEAD + line + "\n", "p.yaml")
    assert any(words in str(c) and str(c).startswith("p.yaml:2:") for c in raised.value.complaints)
    assert all("secret" not in c.what for c in raised.value.complaints)


def test_a_connection_may_name_variables_and_they_come_from_outside() -> None:
    from primum.strategy.environment import filled_in
    from primum.words.errors import UsageError

    ledger = loads(HEAD + "ledger: 'postgresql://primum:${PASSWORD}@host/db'\n").strategy.ledger
    assert ledger is not None
    assert filled_in(ledger, {"PASSWORD": "x"}, "ledger") == "postgresql://primum:x@host/db"
    with pytest.raises(UsageError, match="PASSWORD"):
        filled_in(ledger, {}, "ledger")


def test_words_of_the_data_may_look_like_anything() -> None:
    text = (
        "data: {sources: {s: {kind: states, files: a, key: {k: c}, map: {state: {column: x, values: {a: '${A}'}}}}}}\n"
    )
    entry = loads(HEAD + text).strategy.data.sources["s"].map["state"]
    assert entry.values == {"a": "${A}"}
