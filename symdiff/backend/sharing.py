"""Which values may share storage if stores are in place: a points-to analysis.

Every value has the places of its own storage and the places of what it holds. A
place is the statement that allocates it, or a parameter. Places of parameters, and
read-only views, are never written to.

A statement in a loop allocates anew in each iteration: what comes in from the one
before is at the `OLD` place of the same statement, where nothing is allocated now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from symdiff.backend.operations import (
    AUGMENTED,
    STORES,
    has_storage,
    is_container,
    is_display,
    is_update,
    shown_items,
)
from symdiff.backend.views import basic_index, is_read_only, viewed
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Call,
    For,
    Function,
    If,
    Phi,
    Stmt,
    Var,
    While,
    blocks,
    bound,
    phis,
    targets,
    walk,
)
from symdiff.ir.types import Array, List, Table, Tuple

Places = frozenset[str]
NONE: Places = frozenset()
FIXED = "fixed:"
OLD = "~"


@dataclass(frozen=True, slots=True)
class Storage:
    """Where a value's own data may be, and where what it holds may be."""

    own: Places = NONE
    inner: Places = NONE

    @property
    def reach(self) -> Places:
        """Every place that can be read or written through the value."""
        return self.own | self.inner if self.inner else self.own

    def join(self, other: Storage) -> Storage:
        """What is true of one value or the other."""
        return Storage(self.own | other.own, self.inner | other.inner)


EMPTY = Storage()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a function returns: for each item, its places in terms of the parameters.

    `apart` says that the items of the second one, a forward function's record, share
    no storage with each other, with the result, or with the caller.
    """

    params: tuple[str, ...]
    items: tuple[Storage, ...]
    apart: bool = False


UNKNOWN = Summary((), ())
"""What is assumed first of a function that is called before it is printed."""


@dataclass(slots=True)
class Copies:
    """The explicit copies that make in-place stores safe, by the variable defined.

    `values` wraps the definition's right-hand side, `updates` copies the operand of a
    store first, `entries` copies what a loop's phi starts from.
    """

    values: set[str] = field(default_factory=set)
    updates: set[str] = field(default_factory=set)
    entries: set[str] = field(default_factory=set)


def is_fixed(places: Places) -> bool:
    """Whether some place must not be written to."""
    return any(p.startswith(FIXED) for p in places)


def _given(param: Var) -> Storage:
    """The storage of a parameter, which is the caller's."""
    place = frozenset({FIXED + param.name})
    if not has_storage(param.type):
        return EMPTY
    return Storage(place, place if is_container(param.type) else NONE)


def _owned(var: Var) -> Storage:
    """The storage of a value that nobody else has."""
    place = frozenset({var.name})
    return Storage(place, place if is_container(var.type) else NONE)


def _inside(label: str, place: str) -> str:
    """A place that a call makes; however deep it calls itself, it is one place."""
    calls = place.split(":")
    if label in calls[:-1]:
        calls = calls[calls.index(label) + 1 :]
    return ":".join((label, *calls))


def _aged(places: Places, made: Collection[str]) -> Places:
    """The places as they are called in the next iteration."""
    return frozenset(
        p + OLD if p.partition(":")[0] in made and not p.endswith(OLD) else p
        for p in places
    )


class Sharing:
    """The storage of every variable of a function, for given copies.

    `used_up` are parameters that no caller looks at again, taken apart by an `unpack`.
    """

    def __init__(
        self,
        function: Function,
        copies: Copies,
        summaries: Mapping[str, Summary],
        used_up: frozenset[str] = frozenset(),
    ) -> None:
        self.copies = copies
        self.summaries = summaries
        self.used_up = used_up
        self.values: dict[str, Storage] = {}
        self.tuples: dict[str, tuple[Atom, ...]] = {}
        self._copied = set(copies.updates)
        self._made: dict[int, frozenset[str]] = {}
        self._changed = True
        while self._changed:
            copied = len(self._copied)
            self._changed = False
            if not self.values:
                self.values.update(
                    (p.name, _owned(p) if p.name in used_up else _given(p))
                    for p in function.params
                )
            self._block(function.body)
            if len(self._copied) > copied:
                # What was concluded while these stores seemed to be in place is void.
                self.values.clear()
                self._changed = True

    def _allocated(self, stmt: Stmt) -> frozenset[str]:
        """The variables that an iteration of a loop binds anew, its phis apart."""
        if not isinstance(stmt, For | While):
            return NONE
        if id(stmt) not in self._made:
            inside = (s for block in blocks(stmt) for s in walk(block))
            self._made[id(stmt)] = frozenset(v.name for s in inside for v in bound(s))
        return self._made[id(stmt)]

    def of(self, atom: Atom) -> Storage:
        """The storage of an atom; a constant has none that can be written to."""
        return self.values.get(atom.name, EMPTY) if isinstance(atom, Var) else EMPTY

    def _bind(self, var: Var, storage: Storage) -> None:
        if not has_storage(var.type):
            storage = EMPTY
        elif not is_container(var.type) and storage.inner:
            storage = Storage(storage.own)
        # Places are only ever added, so that names that swap come to rest.
        before = self.values.get(var.name)
        storage = storage if before is None else before.join(storage)
        if before != storage:
            self.values[var.name] = storage
            self._changed = True

    def _block(self, block: Block) -> None:
        for stmt in block:
            self._stmt(stmt)

    def _stmt(self, stmt: Stmt) -> None:
        made = self._allocated(stmt)
        match stmt:
            case Apply():
                self._apply(stmt)
            case Call():
                self._call(stmt)
            case For(target=target, iterable=iterable):
                self._entries(stmt.phis, made)
                reach = self.of(iterable).reach
                for var in targets(target):
                    self._bind(var, Storage(reach, reach))
            case While():
                self._entries(stmt.phis, made)
        for block in blocks(stmt):
            self._block(block)
        if isinstance(stmt, If):
            for phi in stmt.phis:
                self._bind(phi.out, self.of(phi.first).join(self.of(phi.second)))
        else:
            self._entries(phis(stmt), made)

    def _entries(self, merged: tuple[Phi, ...], made: Collection[str]) -> None:
        """Bind the phis of a loop, in whose iterations the places `made` are new."""
        for phi in merged:
            second = self.of(phi.second)
            aged = Storage(_aged(second.own, made), _aged(second.inner, made))
            self._bind(phi.out, self._entry(phi).join(aged))

    def _entry(self, phi: Phi) -> Storage:
        if phi.out.name in self.copies.entries:
            return Storage(frozenset({phi.out.name}), self.of(phi.first).inner)
        return self.of(phi.first)

    def _apply(self, stmt: Apply) -> None:
        if is_update(stmt.op):
            self._update(stmt)
            return
        if stmt.op == "tuple":
            self.tuples[stmt.outs[0].name] = stmt.args
        elif stmt.op == "unpack" and self._unpack(stmt):
            return
        storage = self._result(stmt)
        for var in stmt.outs:
            if var.name in self.copies.values:
                storage = Storage(frozenset({var.name}), storage.inner)
            self._bind(var, storage)

    def _unpack(self, stmt: Apply) -> bool:
        """Bind the items of a tuple that is made in the same function one by one."""
        pack = stmt.args[0]
        if isinstance(pack, Var) and pack.name in self.used_up:
            for var in stmt.outs:
                self._bind(var, _owned(var))
            return True
        items = self.tuples.get(pack.name, ()) if isinstance(pack, Var) else ()
        if len(items) != len(stmt.outs):
            return False
        for var, atom in zip(stmt.outs, items, strict=True):
            self._bind(var, self.of(atom))
        return True

    def _update(self, stmt: Apply) -> None:
        out, x = stmt.outs[0], self.of(stmt.args[0])
        held = NONE
        if stmt.op in STORES or stmt.op in ("append", "insert"):
            held = self.of(stmt.args[-1]).reach
        elif stmt.op in AUGMENTED:
            held = self.of(stmt.args[1]).inner
        if is_fixed(x.own):
            self._copied.add(out.name)
        if not x.own or out.name in self._copied:
            x = Storage(frozenset({out.name}), x.inner)
        self._bind(out, Storage(x.own, x.inner | held))
        for item in stmt.outs[1:]:
            self._bind(item, Storage(x.inner | {item.name}, x.inner))

    def _result(self, stmt: Apply) -> Storage:
        site = frozenset({stmt.outs[0].name}) if stmt.outs else NONE
        if stmt.op == "getitem":
            return self._item(stmt, site)
        if stmt.op == "unpack":
            held = self._held(stmt.args[0])
            return Storage(held | site, held)
        if is_display(stmt.op):
            return Storage(site, self._reach(shown_items(stmt)))
        if stmt.op == "builtins.list":
            return Storage(site, self._reach(stmt.args))
        shared = viewed(stmt)
        every = (*stmt.args, *(a for _, a in stmt.kwargs))
        if shared is None:
            reach = self._reach(every)
            return Storage(site | reach, reach)
        if shared:
            reach = self._reach(shared)
            fixed = frozenset({FIXED}) if is_read_only(stmt.op) else NONE
            return Storage(site | reach | fixed, reach)
        if "." in stmt.op or stmt.origin.sweep == "reverse":
            return Storage(site)
        # `[x] * n` and `a + b` of lists hold what their operands hold; the reverse
        # sweep computes with numbers and arrays only.
        return Storage(site, frozenset().union(*(self.of(a).inner for a in every)))

    def _item(self, stmt: Apply, site: Places) -> Storage:
        x, index = stmt.args
        if isinstance(x.type, Array):
            return Storage(self.of(x).own) if basic_index(index) else Storage(site)
        held = self._held(x)
        return Storage(held | site, held)

    def _held(self, x: Atom) -> Places:
        """What an item of a value may be; of an unknown one, also a view."""
        storage = self.of(x)
        if isinstance(x.type, List | Table | Tuple):
            # A slice of a list is a new list, but of the same items.
            return storage.inner
        return storage.reach

    def _reach(self, found: tuple[Atom, ...]) -> Places:
        return frozenset().union(*(self.of(a).reach for a in found))

    def _call(self, stmt: Call) -> None:
        summary = self.summaries.get(stmt.function, UNKNOWN)
        given = {
            FIXED + name: self.of(a).reach
            for name, a in zip(summary.params, stmt.args, strict=False)
        }
        label = stmt.outs[0].name if stmt.outs else ""
        for i, var in enumerate(stmt.outs):
            whole = len(stmt.outs) != len(summary.items)
            parts = summary.items if whole else (summary.items[i],)
            found: set[str] = set()
            for place in (p for part in parts for p in part.reach):
                if place in given:
                    found |= given[place]
                else:
                    found.add(place if place == FIXED else _inside(label, place))
            places = frozenset(found)
            if var.name in self.copies.values:
                places = frozenset({var.name})
            self._bind(var, Storage(places, places))
