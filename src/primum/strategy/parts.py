"""What every part of the strategy file is made of: texts, shares, durations, days, and the base of all models.

Owns the small shapes and how they may be written. Refuses unknown keys, wrong types and silent conversions (all models
are strict), and to know any facet.
"""

import re
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from primum.words.durations import DURATION_PATTERN

MONTH_PATTERN: Final = "^[0-9]{4}-(0[1-9]|1[0-2])$"
DAY_PATTERN: Final = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
RATE_PATTERN: Final = "^[0-9]+ per (hour|day|week|month)$"
Text = Annotated[str, Field(min_length=1)]


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[Text], BeforeValidator(_one_or_many, json_schema_input_type=Text | list[Text])]
"""A text or a list of texts."""


_PERCENTAGE = re.compile(r"\s*([0-9]+(?:[.][0-9]*)?)\s*%\s*")


def _percentage(value: Any) -> Any:
    """`5%` means 0.05; a plain number is a share already."""
    found = _PERCENTAGE.fullmatch(value) if isinstance(value, str) else None
    return float(found[1]) / 100 if found else value


_Portion = Annotated[float, Field(ge=0, le=1)]
_Percent = Annotated[str, Field(pattern=r"^\s*(100([.]0*)?|[0-9]{1,2}([.][0-9]*)?)\s*%\s*$")]
Share = Annotated[_Portion, BeforeValidator(_percentage, json_schema_input_type=_Portion | _Percent)]
"""A share between 0 and 1, or a percentage such as `5%`."""


def nothing_more(value: Any) -> Any:
    """A name that stands alone: the empty group."""
    return {} if value is None else value


Duration = Annotated[str, Field(pattern=DURATION_PATTERN)]
"""An elapsed time such as `7 days` or `36 hours`."""

Day = Annotated[str, Field(pattern=DAY_PATTERN)]
"""A day of the calendar, as 2026-06-30."""

Rate = Annotated[str, Field(pattern=RATE_PATTERN)]
"""So many in a period, as `500 per day`."""

Month = Annotated[str, Field(pattern=MONTH_PATTERN)]
"""A calendar month, as 2026-03."""


class Model(BaseModel):
    """Base of all parts: strict, frozen, and refusing unknown keys."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)
