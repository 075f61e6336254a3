"""Annotations that name a class of the user's: what an argument of it is made of.

@dataclass
class Params:                       params: Params     →     an object with
    W: Float[np.ndarray, "k d"]                              W: f8[k, d]
    rate: float                                              rate: float
"""

from __future__ import annotations

from typing import Any

from symdiff.frontend.annotations import annotated
from symdiff.frontend.classes import ClassText
from symdiff.frontend.source import Resolver
from symdiff.ir.records import Part, Record
from symdiff.ir.types import ANY


def described(text: str, resolver: Resolver) -> Part:
    """What an annotation says; nothing is known if it says anything else."""
    return _part(text, resolver, ())


def _part(text: str, resolver: Resolver, around: tuple[Any, ...]) -> Part:
    found = annotated(text)
    cls = _class(text, resolver) if found == ANY else None
    if cls is None or cls.key in around:
        return found
    fields = cls.annotations()
    kind = _kind(cls)
    if not fields or not kind:
        return found
    inner = (*around, cls.key)
    items = tuple(
        _part(note, cls.resolver or resolver, inner) for note in fields.values()
    )
    own = None if kind == "dict" else cls.live or cls
    return Record(kind, tuple(fields), items, own)


def _class(text: str, resolver: Resolver) -> ClassText | None:
    """The class that an annotation names."""
    name = text.strip().strip("\"'")
    if not name.isidentifier():
        return None
    found = resolver.find(name)
    match found.object if found is not None else None:
        case ClassText() as cls:
            return cls
        case type() as live if live.__module__ not in ("builtins", "typing"):
            return ClassText(live.__name__, live)
    return None


def _kind(cls: ClassText) -> str:
    """How objects of the class are taken apart; "" if they are not."""
    if cls.typed_dict:
        return "dict"
    if cls.named_tuple:
        return "named"
    return "object" if cls.fields() is not None else ""
