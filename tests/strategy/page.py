"""The strategy file as a page: docs/strategy.md, written from the models and the checks themselves.

python -m strategy.page     (with tests/ on the path) writes the page; a test holds it equal
"""

import types
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from primum.review.remarks import checks
from primum.review.run import MODULES
from primum.strategy.completeness import FACETS
from primum.strategy.models import Strategy

PAGE = Path(__file__).parents[2] / "docs" / "strategy.md"
SOUND = Path(__file__).parents[1] / "review" / "sound.yaml"
INTRODUCTION = """\
    # The strategy file

    `primum.yaml` holds a company's whole contact strategy: ten facets, each a key of the file, checked against each
    other. A small file is legal: a first audit needs only `data`, and every command says what it needs.

    ```sh
    primum check                    # the whole: what does not hold, why it matters, how to mend it
    primum check --for audit        # fails only where this command could not do its work
    primum check --format github    # one annotation a line, for pipelines; `plain` for others
    primum render                   # the strategy as a document to read, print and sign
    ```

    | exit code | means |
    |---|---|
    | 0 | nothing is wrong (warnings may be told) |
    | 10 | the file cannot be read as a strategy: no command runs |
    | 19 | it can be read and used, and as a whole it does not hold (with `--for`: that command could not work) |

    ## Several files, and a base

    ```yaml
    include: [channels.yaml, flows.yaml]    # parts of this strategy; no two files may say the same thing
    extends: ../group/primum.yaml           # a base: what stands here stands in the place of what it says
    ```

    - Names under `include` and `extends` are relative to the file they stand in, all other names of files to the
      strategy file. A complaint names the file it is about.
    - Over a base, groups are laid key by key; lists, texts, numbers and each rule count as a whole. `primum check`
      lists everything that stands in the place of the base, with both lines.
    - The version of a strategy is what it says, wherever it says it: in one file or five, it is the same version.
    - **No secrets in files.** A password in a connection is refused. `${NAME}` takes a value from the environment,
      and may stand only where a connection is named (`ledger`); elsewhere it is refused, because the strategy would
      say something else on every machine.

    ## Moments of truth make rules

    Each entry of `not_near` becomes a rule named `moment:MOMENT:ENTRY`: a *response* or a *communication* pauses what
    `to` names for the time `within`; a *state* holds it back as long as it lasts. Where the moment begins in several
    ways there is a rule for each. A rule of that name under `rules` stands in its place.
    """
CLOSING = """\
    ## What `primum check` looks at

    Errors make it fail. Warnings are told.
    """
TOP = ("strategy", "extends", "include", "zone", "departments", "topics", "communications", "priorities", "exempt")
TOP_ALSO = ("use", "calendars", "ledger")


def page() -> str:
    """The whole page."""
    parts = [dedent(INTRODUCTION).strip(), "## The file", _table(Strategy, (*FACETS, *TOP, *TOP_ALSO))]
    told: set[type[BaseModel]] = set()
    for facet in FACETS:
        if facet != "rules":
            parts += _facet(facet, told)
    for key in ("strategy", "departments", "communications", "topics"):
        parts += _group(f"`{key}`", _models_below(Strategy.model_fields[key].annotation), told)
    assert MODULES
    return "\n\n".join([*parts, dedent(CLOSING).strip(), _checks()]) + "\n"


def _facet(name: str, told: set[type[BaseModel]]) -> Iterator[str]:
    field = Strategy.model_fields[name]
    yield f"## `{name}`"
    yield field.description or ""
    if name != "data":
        yield "```yaml\n" + _example(name) + "```"
    for model in _models_below(field.annotation):
        yield from _tables(model, told)


def _group(title: str, models: list[type[BaseModel]], told: set[type[BaseModel]]) -> Iterator[str]:
    yield f"## {title}"
    for model in models:
        yield from _tables(model, told)


def _tables(model: type[BaseModel], told: set[type[BaseModel]]) -> Iterator[str]:
    """A table for a model, then for those that it holds; each once."""
    if model in told:
        return
    told.add(model)
    yield f"**{model.__name__}**: {(model.__doc__ or '').splitlines()[0]}"
    yield _table(model, tuple(model.model_fields))
    for field in model.model_fields.values():
        for below in _models_below(field.annotation):
            yield from _tables(below, told)


def _table(model: type[BaseModel], keys: tuple[str, ...]) -> str:
    rows = ["| key | holds | says |", "|---|---|---|"]
    for key in keys:
        field = model.model_fields[key]
        must = " (required)" if field.is_required() else ""
        said = field.description or next((m.__doc__ or "" for m in _models_below(field.annotation)), "")
        rows.append(f"| `{key}`{must} | {_holds(key, field.annotation, model)} | {_cell(said)} |")
    return "\n".join(rows)


RULES_KEYS = {
    "rules": "name -> rule: [rules.md](rules.md)",
    "use": "packs: [packs.md](packs.md)",
    "priorities": "a list of filters",
    "exempt": "a list of filters, each with `counts`",
    "calendars": "name -> dates",
    "hours": "open hours, as `between` of a rule",
    "to": "a filter, as in rules",
    "customers": "a filter, as in rules",
}


def _holds(key: str, shape: Any, model: type[BaseModel]) -> str:
    if shape is Any or (key in RULES_KEYS and model is Strategy and key != "customers"):
        return RULES_KEYS[key]
    return _words(shape)


def _words(shape: Any) -> str:
    shape = _bare(shape)
    origin = get_origin(shape)
    if origin is Literal:
        return "one of " + ", ".join(f"`{word}`" for word in get_args(shape))
    if origin is dict:
        return f"name -> {_words(get_args(shape)[1])}"
    if origin is list:
        return f"one or several: {_words(get_args(shape)[0])}"
    if origin in (Union, types.UnionType):
        return " or ".join(_words(kind) for kind in get_args(shape) if kind is not type(None))
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return f"*{shape.__name__}*"
    return {str: "text", int: "whole number", float: "number", bool: "true or false"}[shape]


def _bare(shape: Any) -> Any:
    """Without `Annotated`, and without `| None`."""
    if get_origin(shape) is Annotated:
        return _bare(get_args(shape)[0])
    if get_origin(shape) in (Union, types.UnionType):
        kinds = [kind for kind in get_args(shape) if kind is not type(None)]
        return _bare(kinds[0]) if len(kinds) == 1 else shape
    return shape


def _models_below(shape: Any) -> list[type[BaseModel]]:
    shape = _bare(shape)
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return [shape]
    return [model for part in get_args(shape) for model in _models_below(part)] if shape is not Any else []


def _example(name: str) -> str:
    """The facet as the sound strategy of the tests has it."""
    lines = SOUND.read_text(encoding="utf-8").splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if line.startswith(f"{name}:"))
    rest = next((n for n in range(first + 1, len(lines)) if lines[n][0].isalpha()), len(lines))
    return "".join(lines[first:rest])


def _checks() -> str:
    rows = ["| name | is | holds where | otherwise |", "|---|---|---|---|"]
    for code, check in sorted(checks().items(), key=lambda item: (item[1].level, item[0])):
        rows.append(f"| `{code}` | {check.level} | {_cell((check.look.__doc__ or '').strip())} | {_cell(check.why)} |")
    return "\n".join(rows)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
