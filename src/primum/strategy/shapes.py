"""What the models expect at a place of the file.

Owns the walk from a path to the model, list or closed list that stands there, and the words for it. Refuses to know
how a complaint is put.
"""

import types
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from primum.strategy.models import Entry, Strategy
from primum.strategy.positions import KeyPath

_SIMPLE: Final[dict[Any, str]] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def shape_at(path: KeyPath) -> Any:
    """The annotation that the models have at this path; None where they have none."""
    shape: Any = Strategy
    for step in path:
        shape = _below(shape, step)
    return shape


def known_part(path: KeyPath) -> KeyPath:
    """The path without what the validator adds below a value (the branch of a union)."""
    shape: Any = Strategy
    for length, step in enumerate(path):
        if not _has_parts(shape):
            return path[:length]
        shape = _below(shape, step)
    return path


def keys_of(shape: Any) -> tuple[str, ...]:
    """The keys that a group may have; empty when it is none, or when any name will do."""
    return tuple(shape.model_fields) if _is_model(shape) else ()


def listed(shape: Any) -> tuple[str, ...]:
    """The words of a closed list; empty for everything else."""
    return get_args(shape) if get_origin(shape) is Literal else ()


def wanted(shape: Any) -> str:
    """What must stand there, in words."""
    if shape is Entry:
        return "a column's name, or a group with one of column, value, sql"
    if get_origin(shape) is list:
        return "a text or a list of texts"
    if _is_model(shape) or get_origin(shape) is dict:
        return "a group of keys"
    if listed(shape):
        return "one of " + ", ".join(listed(shape))
    if _is_union(shape):
        return "a text, a number, true or false"
    return _SIMPLE.get(shape, "something else")


def _below(shape: Any, step: str | int) -> Any:
    if _is_model(shape):
        field = shape.model_fields.get(str(step))
        return _bare(field.annotation) if field else None
    inner = get_args(shape)
    return _bare(inner[-1]) if inner and get_origin(shape) in (dict, list) else None


def _bare(shape: Any) -> Any:
    """The annotation without `Annotated` and without `| None`."""
    if get_origin(shape) is Annotated:
        return _bare(get_args(shape)[0])
    if _is_union(shape):
        kinds = [kind for kind in get_args(shape) if kind is not type(None)]
        return _bare(kinds[0]) if len(kinds) == 1 else shape
    return shape


def _is_union(shape: Any) -> bool:
    return get_origin(shape) in (Union, types.UnionType)


def _is_model(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, BaseModel)


def _has_parts(shape: Any) -> bool:
    return _is_model(shape) or get_origin(shape) in (dict, list)
