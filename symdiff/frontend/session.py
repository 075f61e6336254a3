"""One compilation: what its functions have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import FunctionType
from typing import Any

import libcst as cst

from symdiff.errors import Diagnostic
from symdiff.frontend.classes import ClassText
from symdiff.frontend.findings import Findings
from symdiff.frontend.liveness import Liveness, decisive_names, liveness
from symdiff.frontend.read import read_function
from symdiff.frontend.source import FunctionText
from symdiff.ir.lengths import loose
from symdiff.ir.nodes import Function, Program
from symdiff.ir.records import PLAIN, Layout
from symdiff.ir.types import Type, type_of_value
from symdiff.options import Options


@dataclass(frozen=True, slots=True)
class Guard:
    """A value of the user's module that was compiled in; it must still be the same.

    `getter` asks for it again, `value` is what it was.
    """

    name: str
    getter: Callable[[], Any]
    value: Any

    def holds(self) -> bool:
        """Whether the value is still the one that was compiled in."""
        try:
            now = self.getter()
        except (AttributeError, KeyError, ValueError):
            return False
        if isinstance(self.value, bool | int | float | complex | str | tuple):
            return type(now) is type(self.value) and repr(now) == repr(self.value)
        return now is self.value


@dataclass(frozen=True, slots=True)
class TypeGuard:
    """An array or container of an enclosing scope; it must keep its type and shape."""

    name: str
    getter: Callable[[], Any]
    type: Type

    def holds(self) -> bool:
        """Whether what was compiled is right for what is there now."""
        try:
            return loose(type_of_value(self.getter())) == self.type
        except (AttributeError, KeyError, ValueError):
            return False


@dataclass(frozen=True, slots=True)
class Capture:
    """An array or container of an enclosing scope that becomes a parameter."""

    name: str
    getter: Callable[[], Any]
    object: Any


@dataclass(frozen=True, slots=True)
class Returned:
    """What a call of a lowered function takes and gives.

    `parameters` are the names of those that are passed. There are `count` results, as a
    tuple if `packed`; of each, `same` is the parameter that it is, if it is one, and
    `shares` are those that it may share storage with. `writes` are the parameters whose
    new values follow the results, as they do in `types`. `doubts` are those that it may
    have written to, which cannot be told. The `layout` is that of the entry. It `ends`
    unless all paths raise.
    """

    function: Function
    parameters: tuple[str, ...]
    count: int
    packed: bool
    types: tuple[Type, ...]
    same: tuple[str, ...]
    shares: tuple[frozenset[str], ...]
    writes: tuple[str, ...]
    doubts: tuple[str, ...]
    captures: tuple[Capture, ...]
    layout: Layout = PLAIN
    findings: tuple[Diagnostic, ...] = ()
    ends: bool = True


Derive = Callable[
    [Program, Layout, tuple[Options, ...]], tuple[Program, dict[str, Layout]]
]
"""Apply transforms, innermost first, to a program: the result and its layouts."""


class Restart(Exception):
    """More is known now than the present attempt at the program has assumed."""


@dataclass(eq=False)
class Session:
    """The findings, the functions lowered so far, and what was taken from outside.

    `tables` are the places whose dicts get keys that are known at run time only.

    The library functions named in `follow` are read as if they were the user's.
    The definitions in `recursive` are known to call themselves. Of the calls, those in
    `followed` are of functions of the user's, those in `stepping` make iterators whose
    steps run code. `parents` has the node around each node of a function. `derive`
    makes the derivatives that functions ask for, which are `derived` once.
    """

    follow: frozenset[str] = frozenset()
    findings: Findings = field(default_factory=Findings)
    functions: dict[Any, Returned] = field(default_factory=dict)
    outlined: dict[str, Function] = field(default_factory=dict)
    active: list[FunctionText] = field(default_factory=list)
    constants: dict[str, Any] = field(default_factory=dict)
    texts_kept: dict[str, str] = field(default_factory=dict)
    guards: dict[str, Guard | TypeGuard] = field(default_factory=dict)
    texts: dict[int, FunctionText] = field(default_factory=dict)
    known: list[FunctionType] = field(default_factory=list)
    classes: dict[type, ClassText] = field(default_factory=dict)
    lives: dict[FunctionText, Liveness] = field(default_factory=dict)
    checkpointed: dict[FunctionText, FunctionText] = field(default_factory=dict)
    tables: set[int] = field(default_factory=set)
    decisions: dict[FunctionText, frozenset[str]] = field(default_factory=dict)
    recursive: set[cst.CSTNode] = field(default_factory=set)
    parents: dict[FunctionText, dict[cst.CSTNode, cst.CSTNode]] = field(
        default_factory=dict
    )
    followed: set[cst.CSTNode] = field(default_factory=set)
    stepping: set[cst.CSTNode] = field(default_factory=set)
    derive: Derive | None = None
    derived: dict[Any, Any] = field(default_factory=dict)

    def again(self) -> Session:
        """A new attempt, which keeps the texts and knows what calls itself."""
        return Session(
            self.follow,
            texts=self.texts,
            known=self.known,
            classes=self.classes,
            lives=self.lives,
            checkpointed=self.checkpointed,
            decisions=self.decisions,
            recursive=self.recursive,
            derive=self.derive,
        )

    def text_of(self, fun: FunctionType) -> FunctionText:
        """The text of a live function, read once."""
        found = self.texts.get(id(fun))
        if found is None:
            found = read_function(fun)
            self.keep(found)
        return found

    def rerun(self, text: FunctionText) -> FunctionText:
        """A function's text with the remark that it runs again; always the same."""
        if text not in self.checkpointed:
            self.checkpointed[text] = replace(text, again=True)
        return text if text.again else self.checkpointed[text]

    def keep(self, text: FunctionText) -> None:
        """Let a text that has been read be that of its live function, if it has one."""
        if text.live is not None:
            self.texts[id(text.live)] = text
            self.known.append(text.live)

    def class_of(self, cls: type) -> ClassText:
        """What is known of a live class; the same for the same class."""
        if cls not in self.classes:
            self.classes[cls] = ClassText(cls.__name__, cls)
        return self.classes[cls]

    def liveness(self, text: FunctionText) -> Liveness:
        """Which names of a function are read later, found once."""
        if text not in self.lives:
            self.lives[text] = liveness(text.node)
        return self.lives[text]

    def decisive(self, text: FunctionText) -> frozenset[str]:
        """The parameters whose values decide what a function's code is."""
        if text not in self.decisions:
            self.decisions[text] = decisive_names(text)
        return self.decisions[text]

    def constant(self, name: str, value: Any) -> str:
        """The name in the program of a named constant: its own unless that is taken."""
        free, count = name, 1
        while free in self.constants and not _same(self.constants[free], value):
            count += 1
            free = f"{name}_{count}"
        self.constants[free] = value
        return free

    def kept(self, base: str, text: str) -> str:
        """The name of a function whose body is a text, the same for the same text."""
        free, count = base, 1
        while self.texts_kept.get(free, text) != text:
            count += 1
            free = f"{base}_{count}"
        self.texts_kept[free] = text
        return free

    def capture(self, capture: Capture) -> Type:
        """The type of something captured, which it must keep."""
        type = loose(type_of_value(capture.object))
        guard = TypeGuard(capture.name, capture.getter, type)
        self.guards.setdefault(f"{capture.name} {id(capture.object)}", guard)
        return type

    def guard(self, name: str, getter: Callable[[], Any] | None, value: Any) -> None:
        """Note that a value of the user's module was compiled in."""
        if getter is not None:
            self.guards.setdefault(f"{name} {id(value)}", Guard(name, getter, value))


def _same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and repr(a) == repr(b)
