"""The types of random draws."""

from __future__ import annotations

from symdiff.ir.nodes import Atom
from symdiff.ir.types import ANY, Array, Type
from symdiff.rules.infer.common import Kwargs, lengths


def drawn(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Double precision in the shape that `size` says."""
    size = kwargs.get("size")
    return ANY if size is None else Array("f8", lengths(size))
