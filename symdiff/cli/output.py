"""Where a result goes: stdout, or a file that is replaced in one step."""

from __future__ import annotations

import contextlib
import difflib
import os
import tempfile
from pathlib import Path

from symdiff.cli.color import Paint
from symdiff.cli.failures import MISSING, Failure


def read_old(path: str) -> str:
    """Return what the file holds now; nothing if it is not there."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise Failure(MISSING, f"cannot read {path}: {error}") from error


def write_atomically(path: str, text: str) -> None:
    """Replace the file's text; a reader sees the old text or the new, never a part."""
    place = Path(path).resolve()
    try:
        handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    except OSError as error:
        raise Failure(MISSING, f"cannot write {path}: {error}") from error
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, _mode(place))
        os.replace(temporary, place)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise Failure(MISSING, f"cannot write {path}: {error}") from error


def unified_diff(old: str, new: str, path: str, paint: Paint) -> str:
    """Return the diff from the file as it is to the new text."""
    rows = difflib.unified_diff(
        old.splitlines(), new.splitlines(), path, f"{path} (new)", lineterm=""
    )
    return "\n".join(paint(row[:1], row) for row in rows)


def _mode(place: Path) -> int:
    """Return the file's mode, or what a new file would get."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
