"""What communications look like: the pictures, texts and HTML files that the register names as samples.

Owns what of such a file may stand in a report: a picture as it is (told by its first bytes, never SVG), a text as
lines, HTML as the text a reader would see. Refuses markup, scripts, links, files outside the strategy's folder, and
files so large that the report could not be mailed.
"""

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from primum.report.phrases import clean
from primum.strategy.models import Strategy

MOST_PICTURE_BYTES: Final = 400_000
MOST_BYTES_IN_ALL: Final = 4_000_000
MOST_TEXT_BYTES: Final = 1_000_000
MOST_LINES: Final = 60

_PICTURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_PICTURE_NAMES: Final = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".tif", ".tiff", ".heic", ".pdf")


@dataclass(frozen=True)
class Sample:
    """One communication's sample: a picture as a data URI, or lines of text, or a remark why there is neither."""

    communication: str
    file: str
    picture: str = ""
    lines: tuple[str, ...] = ()
    note: str = ""


def read_samples(
    strategy: Strategy, folder: Path, mask: Callable[[str], str], owner: str | None = None
) -> tuple[Sample, ...]:
    """Every sample that the register names.

    Args:
        folder: what the files' paths are relative to; none may lie outside it.
        mask: takes personal data out of a line.
        owner: only those of this department's communications; None for all.
    """
    found, used = [], 0
    for name, communication in strategy.communications.items():
        if communication.sample and owner in (None, communication.owner):
            sample = _read(name, communication.sample, folder, mask, MOST_BYTES_IN_ALL - used)
            used += len(sample.picture)
            found.append(sample)
    return tuple(found)


def _read(name: str, file: str, folder: Path, mask: Callable[[str], str], left: int) -> Sample:
    shown = clean(file, 200)
    try:
        path = (folder / file).resolve()
        if not path.is_relative_to(folder.resolve()):
            return Sample(name, shown, note="not shown: it lies outside the strategy's folder")
        size = path.stat().st_size
        if not path.is_file():
            return Sample(name, shown, note="not shown: it is no file")
        if size > max(MOST_PICTURE_BYTES, MOST_TEXT_BYTES):
            return Sample(name, shown, note=_too_large(size))
        raw = path.read_bytes()
    except (OSError, ValueError):
        return Sample(name, shown, note="not shown: there is no such file, or it cannot be opened")
    kind = _picture(raw)
    if kind:
        return _pictured(name, shown, raw, kind, left)
    if path.suffix.lower() in _PICTURE_NAMES or b"\x00" in raw[:4096]:
        return Sample(name, shown, note="not shown: PNG, JPEG, GIF and WebP pictures, texts and HTML files are")
    text = raw.decode("utf-8-sig", errors="replace")
    is_html = path.suffix.lower() in (".html", ".htm") or text.lstrip()[:15].lower().startswith(("<!doctype", "<html"))
    lines = read_html(text) if is_html else text.splitlines()
    return _quoted(name, shown, lines, mask, "the text of the HTML file" if is_html else "")


def _picture(raw: bytes) -> str | None:
    """The type of a picture that a browser shows, by its first bytes."""
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _PICTURES if raw.startswith(start)), None)


def _pictured(name: str, shown: str, raw: bytes, kind: str, left: int) -> Sample:
    if len(raw) > MOST_PICTURE_BYTES:
        return Sample(name, shown, note=_too_large(len(raw)))
    uri = f"data:{kind};base64,{b64encode(raw).decode()}"
    if len(uri) > left:
        return Sample(name, shown, note="not shown: the samples before it fill the report already")
    return Sample(name, shown, uri)


def _too_large(size: int) -> str:
    return (
        f"not shown: it is {size // 1000:,} kB, and a report holds pictures of at most {MOST_PICTURE_BYTES // 1000} kB"
    )


def _quoted(name: str, shown: str, lines: list[str], mask: Callable[[str], str], note: str) -> Sample:
    kept = [clean(mask(line), 1000) for line in lines]
    kept = [line for line in kept if line]
    if len(kept) > MOST_LINES:
        note = f"{note}, its first {MOST_LINES} lines" if note else f"its first {MOST_LINES} lines"
    if not kept:
        return Sample(name, shown, note="not shown: it holds no text")
    return Sample(name, shown, lines=tuple(kept[:MOST_LINES]), note=note)


def read_html(text: str) -> list[str]:
    """The text of an HTML file, a line a block; scripts, styles, comments and attributes are left out."""
    reader = _Text()
    reader.feed(text)
    reader.close()
    return "".join(reader.parts).splitlines()


_SPACES: Final = re.compile(r"\s+")
_SILENT: Final = ("script", "style", "head", "template", "noscript", "object", "iframe", "svg", "math")
_INLINE: Final = tuple("a abbr b bdi bdo code em font i mark s small span strong sub sup u td th".split())
_EMPTY: Final = ("br", "hr", "img", "input", "link", "meta", "wbr", "base", "area", "col", "embed", "source", "track")


class _Text(HTMLParser):
    """Gathers what a reader of the page would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        if self._silent:
            return
        if tag == "img":
            alt = dict(attrs).get("alt")
            self.parts.append(f" [picture: {alt}] " if alt else "")
        elif tag in ("td", "th"):
            self.parts.append(" ")
        elif tag not in _INLINE:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent and self._silent.pop() != tag:
                pass
        elif not self._silent and tag not in (*_INLINE, *_EMPTY):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(_SPACES.sub(" ", data))
