"""The workspace's key: where it is looked for, how it is made, and whether it is the one that was used.

Owns the key's place outside the workspace and the record `.primum/identity/workspace.json` (the workspace's id, and
the mark of the key its history was hashed with). Refuses to keep a key inside the workspace, to print one, and to
make a new one where an existing one was named and is missing.
"""

import base64
import binascii
import hashlib
import json
import os
import re
import secrets
from pathlib import Path

from primum.identity.keyed import KEY_BYTES, IdentityKey
from primum.words.errors import IdentityKeyError

KEY, KEY_FILE = "PRIMUM_KEY", "PRIMUM_KEY_FILE"
RECORD = "workspace.json"


class Keyring:
    """The key of one workspace."""

    def __init__(self, folder: Path, derived: Path) -> None:
        """Args:
        folder: the workspace.
        derived: its `.primum`.
        """
        self._folder = folder
        self._record = derived / "identity" / RECORD
        self._store = derived / "identity" / "names.parquet"
        self.made: Path | None = None
        """The file of the key, where this object made it."""

    def held(self) -> IdentityKey | None:
        """The key, from `PRIMUM_KEY`, the file named by `PRIMUM_KEY_FILE`, or the default file; None without one.

        Raises: IdentityKeyError where what was named is no key, lies in the workspace, or is not there.
        """
        if os.environ.get(KEY):
            return _parsed(os.environ[KEY], KEY)
        if os.environ.get(KEY_FILE):
            return _read(self._named_file())
        return _read(self.default_file) if self.default_file.exists() else None

    def needed(self) -> IdentityKey:
        """The key that the history was hashed with.

        Raises: IdentityKeyError that says where it was looked for and what to do, where it is not there or another.
        """
        key, mark = self.held(), self._recorded().get("key")
        if key is None:
            raise IdentityKeyError(
                f"This needs the workspace's key, and there is none: {KEY} and {KEY_FILE} are not set, and "
                f"{self.default_file} does not exist. {_BRING_BACK}"
            )
        if mark is not None and key.mark != mark:
            raise IdentityKeyError(
                f"The key found in {self._where()} is not the one the history was made with ({mark}). {_BRING_BACK}"
            )
        return key

    def fits(self, key: IdentityKey | None) -> bool:
        """Whether the history is hashed with this key; without one, whether its identity folder is whole."""
        mark = self._recorded().get("key")
        return mark is not None and self._store.exists() and (key is None or key.mark == mark)

    def make(self) -> IdentityKey:
        """A new key in the default file, readable by its owner only.

        Raises: IdentityKeyError where it cannot be written.
        """
        path = self.default_file
        secret = secrets.token_bytes(KEY_BYTES)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_once(path, secret.hex() + "\n")
        except OSError as error:
            raise IdentityKeyError(
                f"The workspace's key cannot be kept in {path} ({error.strerror or error}). Set {KEY_FILE} to a file "
                f"outside the workspace that holds a key (`openssl rand -hex {KEY_BYTES}` makes one), or {KEY} to it."
            ) from None
        self.made = path
        return _read(path)

    def record(self, key: IdentityKey) -> None:
        """Note which key the history is being hashed with."""
        self._record.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = self._record.with_suffix(".half")
        half.write_text(json.dumps({"workspace": self.workspace_id, "key": key.mark}) + "\n", encoding="utf-8")
        half.replace(self._record)

    @property
    def workspace_id(self) -> str:
        """The recorded id, so that a workspace that moves keeps its key; else one of the folder's name and path."""
        known = self._recorded().get("workspace")
        if known and re.fullmatch(r"[\w.-]{1,80}", known):
            return known
        place = hashlib.blake2b(str(self._folder).encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
        return f"{re.sub('[^a-z0-9]+', '-', self._folder.name.lower()).strip('-')[:40] or 'workspace'}-{place}"

    @property
    def default_file(self) -> Path:
        """Where the key is kept unless the environment says otherwise (XDG Base Directory Specification)."""
        named = os.environ.get("XDG_CONFIG_HOME", "")
        base = Path(named) if named.startswith("/") else Path.home() / ".config"
        return base / "primum" / "keys" / f"{self.workspace_id}.key"

    def _named_file(self) -> Path:
        path = Path(os.environ[KEY_FILE]).expanduser().resolve()
        if path.is_relative_to(self._folder):
            raise IdentityKeyError(
                f"{KEY_FILE} names {path}, which lies in the workspace: who gets the folder would get the key with it. "
                "Move the file outside."
            )
        if not path.is_file():
            raise IdentityKeyError(
                f"{KEY_FILE} names {path}, which is not there. Bring it back, or make a key with "
                f"`openssl rand -hex {KEY_BYTES} > {path}` (the history is then built anew)."
            )
        return path

    def _recorded(self) -> dict[str, str]:
        try:
            found = json.loads(self._record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {k: v for k, v in found.items() if isinstance(v, str)} if isinstance(found, dict) else {}

    def _where(self) -> str:
        return next((name for name in (KEY, KEY_FILE) if os.environ.get(name)), str(self.default_file))


_BRING_BACK = (
    "Bring the key back; or run `primum audit --rebuild`, which reads the sources again under the key there is, or "
    "under a new one. Nothing but the sources is needed."
)


def _read(path: Path) -> IdentityKey:
    try:
        return _parsed(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise IdentityKeyError(f"{path} cannot be read ({error}): look at its permissions.") from None


def _parsed(text: str, place: str) -> IdentityKey:
    """A key written as 64 hexadecimal digits or as base64 (standard or URL-safe); the text is never shown."""
    text = text.strip()
    try:
        secret = bytes.fromhex(text) if re.fullmatch("[0-9a-fA-F]+", text) else _from_base64(text)
        return IdentityKey(secret)
    except (ValueError, binascii.Error):
        raise IdentityKeyError(
            f"{place} holds no key: it must be {KEY_BYTES} bytes, as {2 * KEY_BYTES} hexadecimal digits or in base64. "
            f"`openssl rand -hex {KEY_BYTES}` makes one."
        ) from None


def _from_base64(text: str) -> bytes:
    plain = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


def _write_once(path: Path, text: str) -> None:
    """Write a file of mode 0600, whole or not at all; one that is there already stays as it is."""
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
        try:
            os.link(half, path)
        except FileExistsError:
            return
    finally:
        half.unlink(missing_ok=True)
