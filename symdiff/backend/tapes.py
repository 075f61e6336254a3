"""What is put into lists and taken from them, for naming one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from symdiff.backend.inline import Nesting
from symdiff.ir.nodes import Apply, Atom, For, Function, Target, Var, walk


def recorded(function: Function) -> Iterator[tuple[str, str]]:
    """Every list that something is appended to, after that, and what."""
    for stmt in walk(function.body):
        match stmt:
            case Apply(op="append", outs=(out,), args=(_, Var(name=item))):
                yield out.name, item


def taken(function: Function, nesting: Nesting) -> Iterator[tuple[Var, str]]:
    """Variables that are taken from a list, by `pop` or a loop, and the list."""
    for stmt in walk(function.body):
        match stmt:
            case Apply(op="pop", outs=(_, item), args=(Var(name=name),)):
                yield item, name
            case For(target=target, iterable=iterable):
                yield from _items(target, iterable, nesting)


def _items(
    target: Target, iterable: Atom, nesting: Nesting
) -> Iterator[tuple[Var, str]]:
    if not isinstance(iterable, Var):
        return
    made = nesting.nested.get(iterable.name)
    match made, target:
        case Apply(op="builtins.reversed", args=(inner,)), _:
            yield from _items(target, inner, nesting)
        case Apply(op="builtins.zip", args=parts), tuple() if len(parts) == len(target):
            for one, part in zip(target, parts, strict=True):
                yield from _items(one, part, nesting)
        case None, Var():
            yield target, iterable.name
