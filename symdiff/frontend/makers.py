"""How an object of a class is made again: the operation that is printed for it.

No code of the class runs twice: `__init__` and `__post_init__` may check or change
what they get, and a gradient is no valid argument for them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import libcst as cst

from symdiff.frontend.classes import ClassText

NAMESPACE = "types.SimpleNamespace"


def like(kind: str, cls: ClassText | None, keys: Sequence[Any]) -> str:
    """The operation that makes an object like another; "" for a container."""
    if cls is None or cls.live is SimpleNamespace:
        return NAMESPACE if cls is not None else ""
    if kind == "named":
        return "builtins.tuple._replace"
    return "dataclasses.replace" if _is_plain(cls, keys) else "like"


def anew(kind: str, cls: ClassText | None, keys: Sequence[Any]) -> str:
    """The operation that makes an object of a class; "" for a container."""
    if cls is None or cls.live is SimpleNamespace:
        return NAMESPACE if cls is not None else ""
    return "new" if kind == "named" or _is_plain(cls, keys) else "instance"


def _is_plain(cls: ClassText, keys: Sequence[Any]) -> bool:
    """Whether a class is a dataclass that only stores what it gets."""
    fields = cls.fields()
    if fields is None or {item.name for item in fields} != set(keys):
        return False
    if cls.method("__post_init__") is not None:
        return False
    if cls.live is None:
        made = any(isinstance(item.default, cst.Call) for item in fields)
        return not made and cls.method("__init__") is None
    own = cls.live.__dataclass_params__.init  # type: ignore[attr-defined]
    return bool(own) and all(item.init for item in dataclasses.fields(cls.live))
