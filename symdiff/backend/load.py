"""The text of a module → one of its functions, whose source Python's tools can show."""

from __future__ import annotations

import hashlib
import linecache
from collections.abc import Callable, Mapping
from typing import Any


def load(
    source: str, name: str, namespace: Mapping[str, Any] | None = None
) -> Callable[..., Any]:
    """Execute a module's text and return its function `name`.

    `inspect.getsource`, tracebacks and debuggers show the text; `namespace` are
    further globals of the module.
    """
    digest = hashlib.sha256(source.encode()).hexdigest()[:12]
    filename = f"<symdiff {name} {digest}>"
    lines = source.splitlines(keepends=True)
    # No time stamp: an entry without one is never dropped by `checkcache`.
    linecache.cache[filename] = (len(source), None, lines, filename)
    space: dict[str, Any] = {"__name__": f"symdiff.generated.{name}"}
    space.update(namespace or {})
    exec(compile(source, filename, "exec"), space)
    found: Callable[..., Any] = space[name]
    return found
