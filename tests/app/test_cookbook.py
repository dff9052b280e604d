"""Every recipe of docs/cookbook.md is a rule that reads without a doubt of its own, and is decided as drawn."""

import json
import re
from pathlib import Path

import pytest

from engines import ENGINES_NOW
from primum.app.decide import ENGINES, differences
from primum.app.rules import check_text
from primum.rules.cases import read_case
from primum.strategy.case_text import read_case_text
from spec.table import case_data

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cookbook.md").read_text("utf-8")
RECIPES = dict(re.findall(r"^### (.+?)\n(.*?)(?=^##|\Z)", PAGE, flags=re.S | re.M))


def parts(recipe):
    """The request, the strategy's data, and the case."""
    text = RECIPES[recipe]
    (rules,), (table,) = (re.findall(rf"```{language}\n(.*?)```", text, flags=re.S) for language in ("yaml", "text"))
    request = " ".join(re.findall(r"^> (.+)$", text, flags=re.M))
    return request, read_case_text(rules, recipe).data, case_data(table)


def case_of(recipe):
    _, strategy, data = parts(recipe)
    case, faults = read_case(data | {"strategy": strategy})
    assert faults == []
    return case


def test_there_are_twenty_recipes_and_each_has_a_request():
    assert len(RECIPES) >= 20
    for recipe in RECIPES:
        request, strategy, _ = parts(recipe)
        assert request.startswith('"'), recipe
        assert request.endswith('"'), recipe
        assert strategy["rules"]


@pytest.mark.parametrize("engine", ENGINES_NOW)
def test_every_recipe_is_decided_as_drawn(engine):
    cases = {recipe: case_of(recipe) for recipe in RECIPES}
    decided = ENGINES[engine](list(cases.values()))
    wrong = {r: list(differences(c, d)) for (r, c), d in zip(cases.items(), decided, strict=True)}
    assert {recipe: said for recipe, said in wrong.items() if said} == {}


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_rule_of_a_recipe_decides_a_line_of_its_case(recipe):
    _, strategy, data = parts(recipe)
    for name in strategy["rules"]:
        others = {
            other: {key: value for key, value in keys.items() if (key, value) != ("instead_of", name)}
            for other, keys in strategy["rules"].items()
            if other != name
        }
        case, faults = read_case(data | {"strategy": strategy | {"rules": others}})
        assert faults == []
        (without,) = ENGINES["reference"]([case])
        assert list(differences(case, without)), f"{recipe}: {name} decides nothing"


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_raises_no_doubt_but_of_names_nobody_declares(recipe):
    _, strategy, _ = parts(recipe)
    channels = {"channels": dict.fromkeys(("email", "sms", "push", "post", "call"))}
    warnings = check_text(json.dumps({"strategy": {"name": "x"}, **channels, **strategy})).warnings
    meant = ("nobody declares", "pack", "binds one side only")
    assert [w.what for w in warnings if not any(words in w.what for words in meant)] == []
