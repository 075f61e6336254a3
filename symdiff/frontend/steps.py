"""Iterators that are used up where they are made, and code that runs in their steps.

An iterator is lowered as if all its items were taken at once. That is what the program
does only if nobody keeps it (it would be empty the second time), and if what happens
between its steps neither changes what they read nor prints in between.
"""

from __future__ import annotations

import collections
import functools
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import libcst as cst
import numpy as np

from symdiff.frontend.frame import Frame
from symdiff.frontend.iterators import library_object
from symdiff.frontend.kinds import is_table
from symdiff.frontend.outlined import has_effect
from symdiff.frontend.scope import bound_names, local_names, target_names
from symdiff.frontend.state import Key
from symdiff.frontend.values import (
    Bound,
    Choice,
    Closure,
    Deque,
    Derived,
    Dict,
    Known,
    Listed,
    Method,
    Object,
    Partial,
    Pulled,
    Value,
    cells_of,
    leaves,
)
from symdiff.ir.nodes import Atom

_EAGER = (
    *(list, tuple, set, frozenset, dict, sum, min, max, any, all, sorted),
    *(collections.deque, collections.Counter, functools.reduce),
    *(math.fsum, math.prod, np.fromiter),
)
_LAZY = (map, filter, zip, enumerate, reversed)
_ITERTOOLS = tuple(v for k, v in vars(itertools).items() if not k.startswith("_"))
_FEEDS = (*_EAGER, *_LAZY, *_ITERTOOLS, itertools.chain.from_iterable)
"""What goes through an iterator, or makes another one of it."""
_ONE_SHOT = (*_LAZY, *_ITERTOOLS, itertools.chain.from_iterable)
_STEPS = tuple(f for f in _ONE_SHOT if f not in (zip, enumerate, reversed))
_INTO = frozenset(["extend", "extendleft", "join", "update", "union"])
"""Methods of lists, strings, dicts and sets that go through their argument."""
_VIEWS = frozenset(["items", "keys", "values"])


def note_call(frame: Frame, node: cst.Call, callee: Value) -> None:
    """Remember of a call whether it steps, or is one of the user's functions."""
    if not isinstance(callee, Known | Method):
        frame.session.followed.add(node)
    elif isinstance(callee, Known) and _among(callee.object, _STEPS):
        frame.session.stepping.add(node)


# ---- iterators that somebody keeps


def check_kept(frame: Frame, node: cst.BaseExpression, callee: Value | None) -> bool:
    """Report an iterator, or a view of a dict, that is not used up where it is made."""
    what = "a generator" if callee is None else _one_shot(frame, callee)
    if what is None or _is_used_up(frame, node):
        return False
    why = "it changes with the dict" if "." in what else "it gives its items only once"
    frame.report(
        "SD121",
        f"{what} is kept; {why}",
        node,
        help="make it a list: `list(…)` or `[…]`",
    )
    return True


def _one_shot(frame: Frame, callee: Value) -> str | None:
    """What a call gives that is no list."""
    match callee:
        case Known(object=found, name=name) if _among(found, _ONE_SHOT):
            return f"`{name.rpartition('.')[2]}(…)`"
        case Method(receiver=receiver, name=name) if name in _VIEWS:
            if isinstance(receiver, Dict) or is_table(frame, receiver):
                return f"`.{name}()`"
    return None


def _among(found: Any, known: Sequence[Any]) -> bool:
    return any(found is one for one in known)


def _is_used_up(frame: Frame, node: cst.BaseExpression) -> bool:
    """Whether the place of an expression takes all the items of an iterator."""
    match _parents(frame).get(node):
        case cst.Arg(star="*") | cst.StarredElement() | cst.ComparisonTarget():
            return True
        case cst.Arg() as arg:
            return _goes_through(frame, arg)
        case cst.For(iter=over) | cst.CompFor(iter=over):
            return over is node
        case cst.Assign(targets=targets):
            return all(isinstance(t.target, cst.Tuple | cst.List) for t in targets)
        case cst.AugAssign():
            return True
    return False


def _goes_through(frame: Frame, arg: cst.Arg) -> bool:
    call = _parents(frame).get(arg)
    if not isinstance(call, cst.Call) or call in frame.session.followed:
        return False
    found = library_object(frame, call.func)
    if found is iter:
        return _is_used_up(frame, call)
    if _among(found, _FEEDS) or found in (len, next):
        return True
    method = call.func.attr.value if isinstance(call.func, cst.Attribute) else ""
    return found is None and method in _INTO


def _parents(frame: Frame) -> Mapping[cst.CSTNode, cst.CSTNode]:
    """The node around each node of the function in which the frame is."""
    text = frame.scope.text
    found = frame.session.parents.get(text)
    if found is None:
        found = frame.session.parents[text] = {}
        todo: list[cst.CSTNode] = [text.node]
        while todo:
            node = todo.pop()
            found.update(dict.fromkeys(node.children, node))
            todo.extend(node.children)
    return found


# ---- what happens between the steps


@dataclass(frozen=True, slots=True)
class Steps:
    """What the steps of an iterator read, and what that was when it was made."""

    names: Mapping[Key, Value | None]
    cells: Mapping[int, Atom]

    def check(self, frame: Frame, node: cst.CSTNode, between: cst.CSTNode) -> None:
        """Report what the code `between` the steps has changed, as it ends.

        A name that is not read any more may be gone then, changed or not.
        """
        state, assigned = frame.state, bound_names(between)
        other = {
            key[1]
            for key, value in self.names.items()
            if state.names.get(key) != value
            and (key in state.names or key[1] in assigned)
        }
        stored = any(state.heap.get(c) != v for c, v in self.cells.items())
        if not other and not stored:
            return
        names = sorted(f"`{name}`" for name in other if name.isidentifier())
        frame.report(
            "SD310",
            f"an iterator reads {' and '.join(names) or 'what is stored into'}, and "
            "that changes between its steps",
            node,
            help="make it a list: `list(…)` or `[…]`",
        )


def steps_of(frame: Frame, node: cst.BaseExpression, since: int) -> Steps | None:
    """What the steps of an iterator read; None if nothing of it is computed in steps.

    `since` is where the statements of the block begin that it was lowered to: if they
    have an effect, it would come too early.
    """
    inside = list(nodes_of(node))
    if not any(_has_steps(frame, n) for n in inside):
        return None
    if has_effect(frame, frame.builder.stmts[since:]):
        frame.report(
            "SD310",
            "the steps of an iterator print or draw, in turn with what uses them",
            node,
            help="write a loop that does both",
        )
    own = {name for n in inside for name in _bound(n)}
    at_once, later = _words(node)
    keys, values = _reading(frame, at_once - own, later - own)
    cells = frozenset().union(*map(cells_of, values)) if values else frozenset()
    sharing = frame.state.sharing
    every = cells.union(*map(sharing.held, cells))
    return Steps(
        {key: frame.state.names.get(key) for key in keys},
        {c: frame.state.heap[c] for c in sorted(every) if c in frame.state.heap},
    )


def nodes_of(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """A part of the text and all parts inside of it."""
    todo = [node]
    while todo:
        head = todo.pop()
        yield head
        todo.extend(head.children)


def _has_steps(frame: Frame, node: cst.CSTNode) -> bool:
    if isinstance(node, cst.GeneratorExp):
        return True
    return isinstance(node, cst.Call) and node in frame.session.stepping


def _bound(node: cst.CSTNode) -> set[str]:
    """The names that a part of an expression binds for itself."""
    match node:
        case cst.CompFor(target=target):
            return set(target_names(target))
        case cst.Lambda():
            return set(local_names(node))
    return set()


def _words(node: cst.CSTNode) -> tuple[set[str], set[str]]:
    """The names that are read where an iterator is made, and those of its steps."""
    words: tuple[set[str], set[str]] = set(), set()
    todo = [(node, False)]
    while todo:
        head, late = todo.pop()
        match head:
            case cst.Name(value=name):
                words[late].add(name)
            case cst.GeneratorExp(for_in=clause):
                todo += [(part, True) for part in (head.elt, *clause.ifs)]
                todo.append((clause.iter, late))
                if clause.inner_for_in is not None:
                    todo.append((clause.inner_for_in, True))
            case cst.Lambda(body=body):
                todo.append((body, True))
            case _:
                todo += [(child, late) for child in head.children]
    return words


def _reading(
    frame: Frame, at_once: set[str], later: set[str]
) -> tuple[set[Key], list[Value]]:
    """The names that steps read, through functions and objects, and all the values."""
    names = frame.state.names
    keys = {key for word in later if (key := frame.key(word)) is not None}
    given = {key for word in at_once if (key := frame.key(word)) is not None}
    found, values = _reached(
        frame, [names[k] for k in sorted(keys | given) if k in names]
    )
    return keys | found, values


def reached_values(frame: Frame, value: Value) -> list[Value]:
    """A value, and those that can be read through it: by a closure, off an object."""
    return _reached(frame, [value])[1]


def _reached(frame: Frame, todo: list[Value]) -> tuple[set[Key], list[Value]]:
    names = frame.state.names
    keys: set[Key] = set()
    values: list[Value] = []
    while todo:
        value = todo.pop()
        values.append(value)
        more: set[Key] = set()
        match value:
            case Closure(text=text, scope=scope):
                free = {n.value for n in nodes_of(text.node) if isinstance(n, cst.Name)}
                with frame.inside(scope):
                    found = map(frame.key, free - local_names(text.node))
                    more = {key for key in found if key is not None}
            case Object(number=number) | Dict(number=number) | Listed(number=number):
                more = {key for key in names if key[0] == number}
            case Partial(function=function, args=args, kwargs=kwargs):
                todo += [function, *args, *(v for _, v in kwargs)]
            case Derived(function=function):
                todo.append(function)
            case Pulled(given=given):
                todo += given
            case Bound(receiver=receiver) | Method(receiver=receiver):
                todo.append(receiver)
            case Choice(first=first, second=second):
                todo += [first, second]
            case Deque(items=items):
                todo.append(items)
            case _:
                todo += [leaf for leaf in leaves(value) if leaf != value]
        todo += [names[key] for key in sorted(more - keys) if key in names]
        keys |= more
    return keys, values
