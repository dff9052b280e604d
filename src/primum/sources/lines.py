"""JSON Lines (and a JSON array of objects): one object a row, nested names joined with a dot.

Owns the flattening; every value becomes text, whole numbers exactly. Refuses rows that are no object.
"""

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from primum.sources.delimited import LONGEST_LINE, ROW, encoding_of, open_bytes
from primum.sources.rejects import RejectLog
from primum.strategy.models import FileSpec
from primum.words.errors import Complaint, SourceError

BATCH = 50_000


class Lines:
    """One file of JSON objects."""

    def __init__(self, path: Path, spec: FileSpec, log: RejectLog) -> None:
        self._path, self._spec, self._log = path, spec, log
        self._encoding = encoding_of(path, spec.encoding)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Every object as a row of texts, in batches; a batch has the columns its objects have.

        Raises: SourceError where the file as a whole cannot be read.
        """
        held: list[tuple[int, dict[str, str | None]]] = []
        try:
            for number, value in self._objects():
                held.append((number, _flat(value)))
                if len(held) == BATCH:
                    yield _batch(held)
                    held = []
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise SourceError(
                [Complaint(self._log.file, 0, 0, f"the gzip file is damaged or cut off ({error}).", "Copy it again.")]
            ) from None
        if held:
            yield _batch(held)

    def _objects(self) -> Iterator[tuple[int, dict[str, Any]]]:
        if self._path.name.lower().removesuffix(".gz").endswith(".json") and self._is_array():
            yield from self._array()
            return
        with open_bytes(self._path) as stream:
            number = 0
            while line := stream.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise SourceError(
                        [
                            Complaint(
                                self._log.file,
                                number,
                                0,
                                f"line {number:,} is longer than {LONGEST_LINE:,} bytes.",
                                "JSON Lines has one object a line; is it a JSON array? Then name the file .json.",
                            )
                        ]
                    )
                if line.strip():
                    yield from self._one(number, line)

    def _one(self, number: int, line: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
        try:
            value = json.loads(line.decode(self._encoding))
        except UnicodeDecodeError as error:
            self._log.add(
                number, "", f"byte 0x{line[error.start]:02X} is not {self._encoding}; say another `encoding:`"
            )
        except json.JSONDecodeError as error:
            self._log.add(number, "", f"not valid JSON at character {error.pos + 1}: {error.msg}")
        except (RecursionError, ValueError):
            self._log.add(number, "", "nested too deeply, or a number with thousands of digits")
        else:
            yield from self._usable(number, value)

    def _usable(self, number: int, value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
        if not isinstance(value, dict):
            self._log.add(number, "", f"a {type(value).__name__} where an object is needed")
        elif re.search("[\ud800-\udfff]", json.dumps(value, ensure_ascii=False)):
            self._log.add(number, "", "half of a character pair stands alone (an escape between d800 and dfff)")
        else:
            yield number, value

    def _is_array(self) -> bool:
        with open_bytes(self._path) as stream:
            return stream.read(1024).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")

    def _array(self) -> Iterator[tuple[int, dict[str, Any]]]:
        with open_bytes(self._path) as stream:
            try:
                values = json.loads(stream.read().decode(self._encoding))
            except (UnicodeDecodeError, json.JSONDecodeError) as error:
                raise SourceError(
                    [Complaint(self._log.file, 0, 0, f"the JSON cannot be read ({error}).", "Export it again.")]
                ) from None
        for number, value in enumerate(values, 1):
            yield from self._usable(number, value)


def _flat(value: dict[str, Any], prefix: str = "") -> dict[str, str | None]:
    out: dict[str, str | None] = {}
    for name, inner in value.items():
        if isinstance(inner, dict):
            out |= _flat(inner, f"{prefix}{name}.")
        else:
            out[prefix + name] = _text(inner)
    return out


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list) and all(isinstance(v, str | int) for v in value):
        return ";".join(str(v) for v in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)


def _batch(held: list[tuple[int, dict[str, str | None]]]) -> pa.RecordBatch:
    names = list(dict.fromkeys(n for _, row in held for n in row))
    columns = [pa.array([row.get(n) for _, row in held], pa.string()) for n in names]
    return pa.RecordBatch.from_arrays([*columns, pa.array([n for n, _ in held], pa.int64())], names=[*names, ROW])
