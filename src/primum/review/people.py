"""Checks about people: who speaks for the customer, who answers for what, and for whom it is all made.

Owns checks of owners and personas. Refuses to know any person.
"""

from collections.abc import Iterator

from primum.review.remarks import Found, Setting, check, named
from primum.strategy.positions import KeyPath


@check("no-customer-champion", "error", "Without one, nobody is asked before a rule is loosened.")
def no_customer_champion(setting: Setting) -> Iterator[Found]:
    """The strategy names the person who speaks for the customer."""
    if not setting.strategy.strategy.customer_champion:
        what = "the strategy names no customer champion."
        yield Found(("strategy",), what, "Add `customer_champion:` below `strategy:`, with a person's name.")


@check("department-without-owner", "error", "A rule that holds back a department needs a person who can agree to it.")
def department_without_owner(setting: Setting) -> Iterator[Found]:
    """Every department has a person who answers for what it sends."""
    for name, department in setting.strategy.departments.items():
        if not department.owner:
            what = f'the department "{name}" has no owner.'
            yield Found(("departments", name), what, "Add `owner:` with the name of the person who answers for it.")


@check("rule-owner-unknown", "error", "A rule that nobody owns is changed by everybody, or by nobody.")
def rule_owner_unknown(setting: Setting) -> Iterator[Found]:
    """The owner of a rule is a declared department, or the owner of one, or the customer champion."""
    about, departments = setting.strategy.strategy, setting.strategy.departments
    known = {*departments, *(d.owner for d in departments.values()), about.customer_champion}
    for rule in setting.rules.rules:
        if rule.owner is not None and rule.owner not in known:
            what = f'rule "{rule.name}" is owned by "{rule.owner}", who is no department and owns none.'
            yield Found(setting.rule_path(rule.name, "owner"), what, "Name a department, its owner, or declare it.")


@check("owner-missing", "warning", "What belongs to everybody is done by nobody.")
def owner_missing(setting: Setting) -> Iterator[Found]:
    """Objectives, flows and initiatives have owners, and so have communications."""
    s = setting.strategy
    owned: list[tuple[KeyPath, str, str | None]] = [
        *((("objectives", n), f'the objective "{n}"', o.owner) for n, o in s.objectives.items()),
        *((("flows", n), f'the flow "{n}"', f.owner) for n, f in s.flows.items()),
        *((("balance", n), f'the initiative "{n}"', i.owner) for n, i in s.balance.items()),
        *((("journey", "stages", n), f'the stage "{n}" of the journey', j.owner) for n, j in s.journey.stages.items()),
    ]
    for path, name, owner in owned:
        if owner is None:
            yield Found(path, f"{name} has no owner.", "Add `owner:` with the department that answers for it.")
    free = [n for n, c in s.communications.items() if c.owner is None]
    if free:
        what = f"no department owns the communications {named(free)}."
        yield Found(("communications", free[0]), what, "Add `owner:` to each: who may change or stop it?")


@check("persona-unused", "warning", "A persona that changes nothing is a poster on a wall.")
def persona_unused(setting: Setting) -> Iterator[Found]:
    """Every persona is named by a flow, an objective or a stage of the journey."""
    s = setting.strategy
    named_by = [
        *(flow.personas for flow in s.flows.values()),
        *(objective.personas for objective in s.objectives.values()),
        *(stage.personas for stage in s.journey.stages.values()),
    ]
    used = {persona for personas in named_by for persona in personas}
    for name in s.customers.personas:
        if name not in used:
            what = f'nothing is made for the persona "{name}".'
            yield Found(("customers", "personas", name), what, "Name it under `personas` of a flow, or drop it.")
