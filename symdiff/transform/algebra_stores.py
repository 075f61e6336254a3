"""Peepholes on slots of arrays: what is cleared and added to is simply set."""

from __future__ import annotations

from symdiff.ir.nodes import Apply, Atom, Const, Var
from symdiff.ir.types import Array, List, rank
from symdiff.transform.algebra_forms import Context, Form, Found, Rule, is_number

_DEPTH = 16
"""How many stores back a cleared slot is looked for."""


def set_cleared(context: Context, at: Form) -> Found:
    """`x[i] = 0; x[k] += u; x[i] += v` is `x[i] = v; x[k] += u`.

    Sums may be taken in any order, so `i` and `k` may be one slot.
    """
    _, index, value = at.args
    between: list[Apply] = []
    made = _version(context, at.args[0])
    while made is not None and made.op == "additem" and len(between) < _DEPTH:
        between.append(made)
        made = _version(context, made.args[0])
    if made is None or made.op != "setitem":
        return None
    x, cleared, nothing = made.args
    if cleared != index or not is_number(nothing, 0) or not isinstance(x.type, Array):
        return None
    out = Form("setitem", (x, index, value), (), at.type)
    for stmt in reversed(between):
        args = (context.bind(out), *stmt.args[1:])
        out = Form("additem", args, (), at.type)
    return out


def _version(context: Context, atom: Atom) -> Apply | None:
    """The store that makes a version of an array which only the next store reads."""
    if not isinstance(atom, Var) or atom not in context.local:
        return None
    if context.uses[atom] > 1 and atom not in context.made:
        return None
    return context.definitions.get(atom)


def store_back(context: Context, at: Form) -> Found:
    """`x[i] = x[i]` is nothing."""
    x, index, value = at.args
    found = context.behind(value, "getitem")
    same = found is not None and found.args == (x, index)
    return x if same and isinstance(x.type, Array) else None


def item_of_listed(context: Context, at: Form) -> Found:
    """`list(x)[0]` is `x[0]`."""
    found = context.behind(at.args[0], "builtins.list")
    if found is None or not _is_place(at.args[1]):
        return None
    (x,) = found.args
    return Form("getitem", (x, at.args[1]), (), at.type) if _is_array(x, 1) else None


def list_of_display(context: Context, at: Form) -> Found:
    """`list((a, b))` is `[a, b]`."""
    (x,) = at.args
    if isinstance(x, Const) and isinstance(x.value, tuple):
        return Form("list", tuple(map(Const, x.value)), (), at.type)
    found = context.behind(x, "tuple")
    return Form("list", found.args, (), at.type) if found is not None else None


def item_of_repeated(context: Context, at: Form) -> Found:
    """`([g] * n)[0]` is `g`."""
    found = context.behind(at.args[0], "mul")
    shown = context.behind(found.args[0], "list") if found is not None else None
    if shown is None or len(shown.args) != 1 or not _is_count(at.args[1]):
        return None
    return shown.args[0]


def item_of_row(context: Context, at: Form) -> Found:
    """`x[0][1]` is `x[0, 1]`."""
    found = context.behind(at.args[0], "getitem")
    if found is None or not found.out.temp or not _is_place(at.args[1]):
        return None
    x, row = found.args
    places = row.value if isinstance(row, Const) else None
    places = places if isinstance(places, tuple) else (places,)
    if not all(type(n) is int for n in places) or not _is_array(x, len(places) + 1):
        return None
    assert isinstance(at.args[1], Const)
    place = Const((*places, at.args[1].value))
    return Form("getitem", (x, place), (), at.type)


def item_of_updated(context: Context, at: Form) -> Found:
    """An item of a list that is stored to: what was stored, or what was there."""
    x, index = at.args
    found = context.behind(x, "setitem")
    if found is None or not isinstance(x.type, List):
        return None
    if not (_is_count(index) and _is_count(found.args[1])):
        return None
    if found.args[1] == index:
        return found.args[2]
    return Form("getitem", (found.args[0], index), (), at.type)


def plus_nothing(context: Context, at: Form) -> Found:
    """`plus(zeros(xs)[0], v)` is `v`."""
    found = context.behind(at.args[0], "getitem")
    if found is None or context.behind(found.args[0], "zeros") is None:
        return None
    return at.args[1]


def every_item(context: Context, at: Form) -> Found:
    """A list of known length whose every item is stored is a display of them."""
    length = at.type.length if isinstance(at.type, List) else None
    if not isinstance(length, int):
        return None
    items: dict[int, Atom] = {}
    step: Form | Apply = at
    while step.op == "setitem":
        x, index, value = step.args
        if not isinstance(index, Const) or not _is_count(index):
            return None
        items.setdefault(index.value, value)
        made = _version(context, x)
        if made is None:
            return None
        step = made
    if step.op != "zeros" or sorted(items) != list(range(length)):
        return None
    return Form("list", tuple(items[n] for n in range(length)), (), at.type)


def shorter_of_parts(context: Context, at: Form) -> Found:
    """`min(len(x), len(x[1:]))` is `len(x[1:])`: a part is never longer."""
    wholes: set[Atom] = set()
    for arg in at.args:
        x = _measured(context, arg)
        part = None if x is None else context.behind(x, "getitem")
        if part is not None and isinstance(part.args[1], Const):
            sliced = isinstance(part.args[1].value, slice)
            wholes |= {part.args[0]} if sliced else set()
    kept = tuple(a for a in at.args if _measured(context, a) not in wholes)
    if len(kept) == len(at.args) or not kept:
        return None
    return kept[0] if len(kept) == 1 else Form(at.op, kept, at.kwargs, at.type)


def _measured(context: Context, atom: Atom) -> Atom | None:
    """What an atom is the length of."""
    found = context.behind(atom, "builtins.len")
    return None if found is None else found.args[0]


def _is_count(index: Atom) -> bool:
    """Whether an index is a constant that counts from the front."""
    return isinstance(index, Const) and type(index.value) is int and index.value >= 0


def _is_place(index: Atom) -> bool:
    return isinstance(index, Const) and type(index.value) is int


def _is_array(x: Atom, axes: int) -> bool:
    """Whether a value is an array that has at least so many axes."""
    return isinstance(x.type, Array) and (rank(x.type) or 0) >= axes


RULES: dict[str, tuple[Rule, ...]] = {
    "additem": (set_cleared,),
    "setitem": (store_back, every_item),
    "getitem": (item_of_listed, item_of_repeated, item_of_row, item_of_updated),
    "builtins.list": (list_of_display,),
    "builtins.min": (shorter_of_parts,),
    "plus": (plus_nothing,),
}
