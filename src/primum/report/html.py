"""The audit as one HTML file that opens from an e-mail: no network, no fonts, no library.

Owns the page: its sections in order, its style and its small script, allowed by hash in a Content-Security-Policy that
allows nothing else. Refuses arithmetic and foreign markup: every text is escaped, and stripped of control characters.

Charts are static SVG, drawn while writing (in two widths, so that a phone gets its own), rather than Vega in the page:
the file stays a tenth of the size, prints, needs no script, can be read in viewers that run none, and leaves nothing
in a script that a hostile name could break out of. What is lost is zooming; numbers appear on pointing all the same.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any, Final

from primum.audit.results import AuditResult
from primum.report import palette
from primum.report.blocks import Cover, Section
from primum.report.cover import build_cover
from primum.report.files import write_whole
from primum.report.phrases import clean
from primum.report.samples import Sample
from primum.report.sections import build_sections
from primum.words.errors import MissingExtraError

_MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
)
_DAY: Final = re.compile(rf"\b([0-9]{{1,2}}) ((?:{_MONTHS})\b)")
_KEY: Final = re.compile(r"`([^`]{1,80})`")


def write_html(
    result: AuditResult, path: Path, classification: str | None = None, samples: Sequence[Sample] = ()
) -> None:
    """Write the page to `path`, whole or not at all; `classification` (by default the result's): on every page."""
    write_whole(path, render_html(result, classification, samples))


def render_html(result: AuditResult, classification: str | None = None, samples: Sequence[Sample] = ()) -> str:
    """The page as a text; `samples` show what communications look like."""
    try:
        cover = build_cover(result, classification or result.classification)
        return render_page(cover, build_sections(result, samples), samples)
    except ImportError as missing:
        raise MissingExtraError(
            f"The report needs '{missing.name}', which is not installed. Run: pip install 'primum[report]'"
        ) from missing


def render_page(cover: Cover, sections: Sequence[Section], samples: Sequence[Sample] = (), *, style: str = "") -> str:
    """A first screen and sections as one self-contained page; the audit's, or another report's with more `style`."""
    environment = _environment()
    style = "\n".join((palette.style_sheet(), static("page.css"), style, _printed(cover)))
    script = static("page.js")
    page: str = environment.get_template("page.html").render(
        cover=cover, sections=sections, style=style, script=script, policy=_policy(style, script, samples)
    )
    return page


def _environment() -> Any:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("primum.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: clean(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["told"] = told
    return environment


def told(sentence: str) -> Any:
    """A sentence of ours as HTML: escaped, with `keys` of the strategy as code, and days that keep to their month."""
    import markupsafe

    escaped = _KEY.sub(r"<code>\1</code>", str(markupsafe.escape(clean(sentence))))
    return markupsafe.Markup(_DAY.sub(r"\1&nbsp;\2", escaped))


def static(file: str) -> str:
    """A file of `static/`."""
    return resources.files("primum.report").joinpath("static", file).read_text(encoding="utf-8").strip()


def _policy(style: str, script: str, samples: Sequence[Sample]) -> str:
    """Allow our own style and script by their hash, pictures that stand in the page where there are any, no more."""
    allowed = {"style-src": style, "script-src": script}
    hashes = "; ".join(f"{kind} 'sha256-{_hash(text)}'" for kind, text in allowed.items())
    pictures = "; img-src data:" if any(sample.picture for sample in samples) else ""
    return f"default-src 'none'; {hashes}{pictures}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _printed(cover: Cover) -> str:
    """Page margins that name the company and the classification, every character but letters and digits escaped."""
    left = " · ".join(part for part in (cover.classification, f"{cover.kind.capitalize()}, {cover.company}") if part)
    return f'@page{{@bottom-left{{content:"{_css_text(clean(left, 110))}"}}}}'


def _css_text(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", lambda found: f"\\{ord(found[0]):06x}", text)
