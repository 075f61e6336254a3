"""One function in the making: its blocks, its state, its cells and findings."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import libcst as cst

from symdiff.analysis.builder import Builder, Names
from symdiff.errors import Label, Span
from symdiff.frontend.findings import Place
from symdiff.frontend.headers import WORDS, header_end
from symdiff.frontend.scope import Scope
from symdiff.frontend.session import Capture, Returned, Session
from symdiff.frontend.source import FunctionText
from symdiff.frontend.state import HIDDEN, Cell, Key, State
from symdiff.frontend.values import BAD, Bad, Closure, Plain, Value
from symdiff.ir.lengths import forget, loose
from symdiff.ir.nodes import (
    NOWHERE,
    UNDEF,
    Atom,
    Origin,
    Var,
)
from symdiff.ir.records import Branch, Source
from symdiff.ir.types import ANY, List, Type


class Engine(Protocol):
    """What the handlers of single constructs need of the whole."""

    def evaluate(
        self, frame: Frame, node: cst.BaseExpression, root: bool = False
    ) -> Value:
        """Lower an expression; a `root` is a whole statement's, and may write."""

    def suite(self, frame: Frame, body: cst.CSTNode) -> None:
        """Lower a block."""

    def statements(self, frame: Frame, body: Sequence[cst.CSTNode]) -> None:
        """Lower statements in a row."""

    def function(
        self, text: FunctionText, given: Mapping[str, Any], entry: bool = False
    ) -> Returned:
        """Lower a function for what is given of its parameters, once."""

    def call(
        self, frame: Frame, function: FunctionText, values: dict[str, Value], node: Any
    ) -> Value:
        """Lower a call of a user's function as a call, its arguments bound by name."""

    def call_again(
        self,
        frame: Frame,
        function: FunctionText,
        closure: Closure | None,
        values: dict[str, Value],
        node: Any,
    ) -> Value:
        """Lower a call of a function that calls itself, the `closure` if it is one."""


class Block(Builder):
    """A block of the user's program: its statements, and the views read in it so far.

    `seen` maps a step of a view and the version of its base to the value.
    """

    def __init__(self, names: Names, origin: Origin = NOWHERE) -> None:
        super().__init__(names, origin)
        self.seen: dict[tuple[int, str], Var] = {}


@dataclass(eq=False)
class Frame:
    """The lowering of one function of the program.

    `blocks` are the open ones around `builder`, the innermost. `pending` are names
    that are not bound before the loop being lowered; reading one at the loop's head
    puts it into `wanted`. `written` are the cells that have got a new version,
    `stored` those that are surely containers, with their kind. `records` are the
    containers that are arguments, by the numbers of their scopes, `rebound` those whose
    items are replaced; `labels` say what their entries are shown as. `entered` is the
    mark of the names at the entry of the loop being lowered.
    """

    session: Session
    engine: Engine
    names: Names
    builder: Block
    scope: Scope
    state: State = field(default_factory=State)
    cells: list[Cell] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    captures: list[tuple[Capture, Var]] = field(default_factory=list)
    pending: set[Key] = field(default_factory=set)
    wanted: set[Key] = field(default_factory=set)
    memo: dict[Hashable, Any] = field(default_factory=dict)
    written: set[int] = field(default_factory=set)
    rearranged: set[tuple[int, int, bool]] = field(default_factory=set)
    stored: dict[int, str] = field(default_factory=dict)
    returns: list[Origin] = field(default_factory=list)
    records: dict[int, Branch] = field(default_factory=dict)
    rebound: set[Source] = field(default_factory=set)
    labels: dict[Key, str] = field(default_factory=dict)
    entered: int = 0
    root: cst.CSTNode | None = None
    tokens: int = 0
    scopes: int = 0
    depth: int = 0

    # ---- places

    def place(self, node: cst.CSTNode) -> Place:
        """Where a node is, for a finding."""
        if self.scope.place is not None:
            return self.scope.place
        text = self.scope.text.text
        span = self.span(node)
        return Place(span, text.filename, self.scope.text.name, text.lines)

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node is; of a compound statement, its header."""
        text = self.scope.text.text
        start = text.span(node)
        word = WORDS.get(type(node))
        if word is not None:
            column = start.column + len(word)
            return Span(start.line, start.column, start.line, column)
        end = text.span(header_end(node))
        return Span(start.line, start.column, end.end_line, end.end_column)

    def origin(self, node: cst.CSTNode) -> Origin:
        """Where a node is, for a statement; the call's place inside an inlined one."""
        if self.scope.origin is not None:
            return self.scope.origin
        return Origin((self.span(node),))

    def report(self, code: str, message: str, node: cst.CSTNode, **more: Any) -> Bad:
        """Add a finding at a node and go on with a value that silences what follows."""
        self.session.findings.report(code, message, self.place(node), **more)
        return BAD

    # ---- operations

    def emit(
        self,
        op: str,
        args: Iterable[Any],
        node: cst.CSTNode,
        kwargs: dict[str, Any] | None = None,
        base: str = "",
    ) -> Atom:
        """Bind one operation; what reads a refused value is refused in silence."""
        args, named = tuple(args), kwargs or {}
        if UNDEF in args or UNDEF in named.values():
            return UNDEF
        (out,) = self.builder.bind(
            op, args, named, (base,), temp=not base, origin=self.origin(node)
        )
        return out

    def token(self) -> int:
        """A number of its own for a step of a view."""
        self.tokens += 1
        return self.tokens

    def scope_number(self) -> int:
        """A number of its own for a scope."""
        self.scopes += 1
        return self.scopes

    # ---- blocks

    @contextmanager
    def block(self, state: State | None = None) -> Iterator[Block]:
        """Lower into a nested block, from the present state or from the given one."""
        with self._open(Block(self.names)) as inner:
            if state is not None:
                self.state = state
            yield inner

    @contextmanager
    def reopen(self, block: Block, state: State) -> Iterator[None]:
        """Go on in a nested block that was left before."""
        before, self.state = self.state, state
        with self._open(block):
            try:
                yield
            finally:
                self.state = before

    @contextmanager
    def _open(self, block: Block) -> Iterator[Block]:
        outer, self.builder = self.builder, block
        self.blocks.append(outer)
        try:
            yield block
        finally:
            self.builder = outer
            self.blocks.pop()

    def viewed(self, key: tuple[int, str]) -> Var | None:
        """The value of a view that was read before in this block or around it."""
        for block in (self.builder, *reversed(self.blocks)):
            if key in block.seen:
                return block.seen[key]
        return None

    def live_after(self, node: cst.CSTNode, key: Key) -> bool:
        """Whether a name may be read after a statement; of other scopes, it may."""
        return self._live(self.session.liveness(self.scope.text).after, node, key)

    def live_at_head(self, node: cst.CSTNode, key: Key) -> bool:
        """Whether a name may be read in the next iteration of a loop, or after it."""
        return self._live(self.session.liveness(self.scope.text).head, node, key)

    def _live(
        self, known: Mapping[cst.CSTNode, frozenset[str]], node: cst.CSTNode, key: Key
    ) -> bool:
        if node not in known or key[0] != self.scope.number or key[1] in HIDDEN:
            return True
        always = self.session.liveness(self.scope.text).always
        return key[1] in known[node] or key[1] in always

    @contextmanager
    def inside(self, scope: Scope) -> Iterator[None]:
        """Lower in another scope: the text of an inlined function."""
        outer, root = self.scope, self.root
        self.scope = scope
        try:
            yield
        finally:
            self.scope, self.root = outer, root

    # ---- names and cells

    def new_cell(self, value: Plain, name: str, site: Hashable) -> int:
        """A cell whose first version is a value that nothing refers to yet."""
        number = len(self.cells)
        self.cells.append(Cell(name, site, value.packed, value.frozen))
        self.state.heap[number] = value.atom
        for other in sorted(value.shares):
            self.state.sharing.alias(number, other)
        for other in sorted(value.holds):
            self.state.sharing.hold(number, other)
        for other in sorted(value.within):
            self.state.sharing.item(other, number)
        if value.uniform:
            self.state.sharing.inner.add((number, number))
        return number

    def capture(self, capture: Capture) -> int:
        """The cell of an outside array or container; it is numbered below zero."""
        for at, (found, _) in enumerate(self.captures):
            if found.object is capture.object:
                return -1 - at
        name = self.names.reserve(capture.name)
        var = Var(name, self.session.capture(capture), capture.name)
        self.captures.append((replace(capture, name=name), var))
        return -len(self.captures)

    def version(self, cell: int) -> Atom:
        """The present value of a cell."""
        return self.captures[-1 - cell][1] if cell < 0 else self.state.heap[cell]

    def cell(self, number: int) -> Cell:
        """What is known of a cell itself."""
        if number >= 0:
            return self.cells[number]
        name = self.captures[-1 - number][0].name
        return Cell(name, ("captured", name))

    def key(self, name: str) -> Key | None:
        """The scope that binds a name, if one of the function's own does."""
        scope: Scope | None = self.scope
        while scope is not None:
            if name in scope.locals:
                return scope.number, name
            scope = scope.parent
        return None

    def outside(self, type: Type) -> Type:
        """What is known of a value's type in another iteration of the present loop."""
        inside = self.names.since(self.entered)
        return forget(loose(type), lambda name: name.lstrip("?") in inside)

    def mark(self) -> tuple[Any, ...]:
        """The present moment, for `rollback`."""
        return (
            len(self.builder.stmts),
            self.names.mark(),
            self.session.findings.mark(),
            len(self.cells),
            self.tokens,
            self.scopes,
            self.state.copy(),
            set(self.written),
            dict(self.stored),
            len(self.returns),
            dict(self.builder.seen),
        )

    def rollback(self, mark: tuple[Any, ...]) -> None:
        """Undo all lowering after the mark; for an attempt that must be repeated."""
        stmts, names, findings, cells, tokens, scopes, state, *more = mark
        del self.builder.stmts[stmts:]
        self.names.rollback(names)
        self.session.findings.rollback(findings)
        del self.cells[cells:]
        self.tokens, self.scopes = tokens, scopes
        self.state = state.copy()
        self.written, self.stored = set(more[0]), dict(more[1])
        del self.returns[more[2] :]
        self.builder.seen = dict(more[3])

    def stale(self, cell: int, node: cst.CSTNode) -> bool:
        """Report a read of storage that another name may have written to."""
        poison = self.state.poison.get(cell)
        if poison is None:
            return False
        name = self.cell(cell).name or "this value"
        copied = "….copy()"
        if isinstance(type_of(self.version(cell)), List):
            # A list's own copy has the same items.
            copied = "[item.copy() for item in …]"
        self.report(
            "SD301",
            f"`{name}` may share storage with `{poison.through}`, which was written to",
            node,
            secondary=(Label(poison.span, f"written to through `{poison.through}`"),),
            help=f"make the copy explicit where the two part: `{name} = {copied}`",
        )
        return True


def type_of(atom: Atom) -> Type:
    """The type of an atom; of an undefined value, nothing is known."""
    return ANY if atom == UNDEF else atom.type


def plain(atom: Atom, shares: frozenset[int] = frozenset()) -> Value:
    """An atom as a value; the undefined one is what is left of a refusal."""
    return BAD if atom == UNDEF else Plain(atom, shares)
