"""Writing a file whole or not at all.

Owns the temporary file beside the target and its removal. Refuses to leave half a file behind.
"""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write the text to a file beside `path`, then rename it; on failure nothing is left and `path` is as it was."""
    write_bytes_whole(path, text.encode(encoding))


def write_bytes_whole(path: Path, content: bytes) -> None:
    """Write the bytes as `write_whole` writes a text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(beside, 0o644 & ~_umask())
        os.replace(beside, path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
