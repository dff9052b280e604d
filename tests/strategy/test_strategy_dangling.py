"""A name that a facet uses is declared, or told with the nearest one that is."""

import pytest

from primum.strategy.check import check
from primum.strategy.load import loads

DECLARED = """\
strategy: {name: x}
departments: {crm: }
channels: {email: }
communications: {welcome: }
customers: {personas: {newcomer: }}
objectives: {more: {aim: spend}}
journey: {stages: {start: {}}}
flows: {hello: {}}
measurement: {metrics: {rate: {}}}
moments: {trouble: {}}
data: {sources: {till: {kind: responses, files: a, key: {crm_id: c}, map: {at: a, kind: k}}}}
""".replace("newcomer: }", "newcomer: {}}")

USES = [
    ("aim: spend", "aim: spend, owner: crn", "crn", "crm"),
    ("aim: spend", "aim: spend, metric: rates", "rates", "rate"),
    ("aim: spend", "aim: spend, personas: newcommer", "newcommer", "newcomer"),
    ("aim: spend", "aim: spend, segments: vip", "vip", None),
    ("newcomer: {}", "newcomer: {segments: vip}", "vip", None),
    ("start: {}", "start: {owner: crn}", "crn", "crm"),
    ("start: {}", "start: {lifecycle: active}", "active", None),
    ("start: {}", "start: {personas: [newcomer, newcommer]}", "newcommer", "newcomer"),
    ("start: {}", "start: {touchpoints: {t: {direction: inbound, owner: crn}}}", "crn", "crm"),
    ("start: {}", "start: {touchpoints: {t: {direction: inbound, channel: emial}}}", "emial", "email"),
    ("start: {}", "start: {touchpoints: {t: {direction: inbound, moment: troubles}}}", "troubles", "trouble"),
    ("start: {}", "start: {touchpoints: {t: {direction: inbound, communications: wellcome}}}", "wellcome", "welcome"),
    ("hello: {}", "hello: {owner: crn}", "crn", "crm"),
    ("hello: {}", "hello: {objectives: mor}", "mor", "more"),
    ("hello: {}", "hello: {journey: strat}", "strat", "start"),
    ("hello: {}", "hello: {personas: newcommer}", "newcommer", "newcomer"),
    ("hello: {}", "hello: {entry: {segment: vip}}", "vip", None),
    ("hello: {}", "hello: {entry: {stage: new}}", "new", None),
    ("hello: {}", "hello: {exit: {communication: wellcome}}", "wellcome", "welcome"),
    ("hello: {}", "hello: {steps: {a: {communication: wellcome}}}", "wellcome", "welcome"),
    ("hello: {}", "hello: {steps: {a: {communication: welcome, channel: emial}}}", "emial", "email"),
    ("hello: {}", "hello: {steps: {a: {communication: welcome, unless: {segment: vip}}}}", "vip", None),
    ("metrics: {rate: {}}", "metrics: {rate: {}}, flows: {helo: {}}", "helo", "hello"),
    ("metrics: {rate: {}}", "metrics: {rate: {}}, flows: {hello: {metric: rates}}", "rates", "rate"),
    ("metrics: {rate: {}}", "metrics: {rate: {}}, objectives: {mor: {}}", "mor", "more"),
    ("metrics: {rate: {}}", "metrics: {rate: {}}, objectives: {more: {owner: crn}}", "crn", "crm"),
    ("trouble: {}", "trouble: {owner: crn}", "crn", "crm"),
    ("trouble: {}", "trouble: {journey: strat}", "strat", "start"),
    ("trouble: {}", "trouble: {trigger: {communication: wellcome}}", "wellcome", "welcome"),
    ("trouble: {}", "trouble: {promise: {says: x, channel: emial}}", "emial", "email"),
    ("trouble: {}", "trouble: {promise: {says: x, kept_by: {communication: wellcome}}}", "wellcome", "welcome"),
    ("moments:", "balance: {b: {flows: helo}}\nmoments:", "helo", "hello"),
    ("moments:", "balance: {b: {objectives: mor}}\nmoments:", "mor", "more"),
    ("moments:", "balance: {b: {owner: crn}}\nmoments:", "crn", "crm"),
    ("data: {", "data: {needs: {n: {source: tilll}}, ", "tilll", "till"),
    ("data: {", "data: {needs: {n: {owner: crn}}, ", "crn", "crm"),
    ("data: {", "data: {needs: {n: {access: [crm, crn]}}, ", "crn", "crm"),
    ("email: }", "email: {owner: crn}}", "crn", "crm"),
    ("email: }", "email: {fallbacks: [email, sms]}}", "sms", None),
    ("welcome: }", "welcome: {flow: helo}}", "helo", "hello"),
    ("welcome: }", "welcome: {moment: troubles}}", "troubles", "trouble"),
]  # fmt: skip


def test_nothing_dangles_where_all_is_declared():
    assert check(loads(DECLARED, "p.yaml")).errors == ()


@pytest.mark.parametrize(("old", "new", "word", "near"), USES)
def test_a_dangling_name_is_told_with_the_nearest_known(old, new, word, near):
    assert DECLARED.count(old) == 1
    text = DECLARED.replace(old, new)
    (error,) = check(loads(text, "p.yaml")).errors
    line = text.splitlines()[error.line - 1]
    assert line[error.column - 1 :].startswith(word)
    assert f'"{word}", which is not declared.' in error.what
    assert (f"Did you mean '{near}'?" in error.cure) is (near is not None)
