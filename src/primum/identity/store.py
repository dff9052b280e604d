"""The readable forms of identifiers, apart from everything else and encrypted with the workspace's key.

Owns `names.parquet` and `links.parquet` below `.primum/identity/`. Refuses to write a readable identifier that is not
encrypted, and to read one without the key.

Encryption is Parquet's own (modular encryption: AES-256-GCM over every page and the footer), by Arrow: it is kept by
the format's makers, adds no library, and costs about 30 ns an identifier.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

from primum.identity.keyed import IdentityKey
from primum.identity.link import LINKS, NAMES
from primum.words.errors import HistoryError

LOOK_UP_ROWS = 1 << 20


@dataclass(frozen=True)
class IdentityStore:
    """The folder `.primum/identity/` of a workspace."""

    folder: Path

    def write(self, names: pa.Table, links: pa.Table | None, key: IdentityKey) -> None:
        """Replace what is held.

        Args:
            names: readable forms (`hash`, `kind`, `value`), see `Linked.names`.
            links: the customer of each identifier that is not a customer's own id, see `Linked.links`.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write("names", names, key)
        self._write("links", LINKS.empty_table() if links is None else links, key)
        for path in self._paths("names")[1:]:
            path.unlink(missing_ok=True)

    def add(self, names: pa.Table, name: str, key: IdentityKey) -> None:
        """Write further readable forms beside those that are held.

        Args:
            name: tells this addition from others, as `0003`.
        """
        if names.num_rows:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._write("names", names, key, f"-{name}")

    def clear(self) -> None:
        """Remove all readable forms; who was shown them stays on record."""
        for path in (*self._paths("names"), *self._paths("links")):
            path.unlink(missing_ok=True)

    def names(self, key: IdentityKey, columns: Sequence[str] | None = None) -> pa.Table:
        """Every readable form: `hash` (binary, 16 bytes), `kind`, `value`. Raises HistoryError as `links` does."""
        return self._read("names", NAMES, key, columns)

    def links(self, key: IdentityKey) -> pa.Table:
        """`hash` of every identifier that is not a customer's own id, and the `id` of its customer (binary, 16 bytes).

        Raises: HistoryError where the file is damaged or was encrypted with another key.
        """
        return self._read("links", LINKS, key, None)

    def readable(self, hashes: Iterable[str], key: IdentityKey) -> dict[str, str]:
        """`kind:value` of each of some hashes (32 hexadecimal digits); those that are not known are absent."""
        wanted = pa.array(sorted({bytes.fromhex(h) for h in hashes}), pa.binary(16))
        found: dict[str, str] = {}
        if len(wanted):
            for batch in self._batches("names", key):
                held = batch.filter(pc.is_in(batch["hash"], wanted))
                found |= {row["hash"].hex(): f"{row['kind']}:{row['value']}" for row in held.to_pylist()}
        return found

    def customer_of(self, hashed: str, key: IdentityKey) -> str | None:
        """The id of the customer who has this identifier beside others; None where it is no such identifier."""
        wanted = pa.scalar(bytes.fromhex(hashed), pa.binary(16))
        for batch in self._batches("links", key):
            held = batch.filter(pc.equal(batch["hash"], wanted))
            if held.num_rows:
                return str(held["id"][0].as_py().hex())
        return None

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.parquet"

    def _paths(self, name: str) -> list[Path]:
        return [self._path(name), *sorted(self.folder.glob(f"{name}-*.parquet"))]

    def _write(self, name: str, table: pa.Table, key: IdentityKey, addition: str = "") -> None:
        path = self._path(f"{name}{addition}")
        half = path.with_suffix(".half")
        pq.write_table(
            table,
            half,
            compression="zstd" if name == "names" else "none",
            use_dictionary=["kind"],
            write_statistics=False,
            row_group_size=LOOK_UP_ROWS,
            encryption_properties=pe.create_encryption_properties(key.derived(f"primum {name}")),
        )
        half.chmod(0o600)
        half.replace(path)

    def _open(self, name: str, path: Path, key: IdentityKey) -> pq.ParquetFile | None:
        secret = pe.create_decryption_properties(key.derived(f"primum {name}"))
        try:
            return pq.ParquetFile(path, decryption_properties=secret)
        except FileNotFoundError:
            return None
        except (OSError, pa.ArrowInvalid):
            raise HistoryError(
                f"{path} cannot be read with this key: it is damaged, or was written with another one. "
                "Bring back the key it was written with, or run `primum audit --rebuild`."
            ) from None

    def _read(self, name: str, schema: pa.Schema, key: IdentityKey, columns: Sequence[str] | None) -> pa.Table:
        empty = schema.empty_table()
        found = [empty.select(columns) if columns else empty]
        for path in self._paths(name):
            file = self._open(name, path, key)
            if file is not None:
                with file:
                    found.append(file.read(columns=columns))
        return pa.concat_tables(found).unify_dictionaries()

    def _batches(self, name: str, key: IdentityKey) -> Iterable[pa.RecordBatch]:
        for path in self._paths(name):
            file = self._open(name, path, key)
            if file is not None:
                with file:
                    yield from file.iter_batches(LOOK_UP_ROWS)
