"""What a peephole rule sees: an operation, and the operations behind its operands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from symdiff.analysis.builder import Builder, Names, infer
from symdiff.ir.nodes import Apply, Atom, Const, Function, Var, bound, walk
from symdiff.ir.types import ANY, Scalar, Type, dtype_of, shape_of

Kwargs = tuple[tuple[str, Atom], ...]
_NAMES = """
    add sub mul truediv pow neg pos iadd isub imul itruediv matmul numpy.sum numpy.mean
    numpy.exp numpy.log numpy.sqrt numpy.tanh numpy.outer numpy.sin numpy.cos
    numpy.square numpy.zeros_like
"""
_PLAIN = frozenset(_NAMES.split())
"""Operations whose result is no bool, and no integer where it is a cotangent."""


@dataclass(frozen=True, slots=True)
class Form:
    """An operation that is not bound yet, with the type its result must have."""

    op: str
    args: tuple[Atom, ...]
    kwargs: Kwargs = ()
    type: Type = ANY


Found = Atom | Form | None
Rule = Callable[["Context", Form], Found]


@dataclass(slots=True)
class Context:
    """The block in the making and what is known of the values that it may read.

    `reduce` applies the rules to a form until none fits; it is set by the pass, so
    that rules may build operands that are themselves simplified.
    """

    build: Builder
    definitions: dict[Var, Apply]
    uses: Counter[Var]
    reduce: Callable[[Context, Form], Atom | Form]
    local: set[Var] = field(default_factory=set)
    made: set[Var] = field(default_factory=set)

    def inner(self, build: Builder) -> Context:
        """The context of a block inside this one."""
        return Context(build, self.definitions, self.uses, self.reduce)

    def behind(self, atom: Atom, *ops: str) -> Apply | None:
        """The operation that gives `atom`, if it is one of `ops`."""
        origin = self.root(atom)
        found = self.definitions.get(origin) if isinstance(origin, Var) else None
        return found if found is not None and found.op in ops else None

    def root(self, atom: Atom) -> Atom:
        """The value that `atom` is another name of, or itself."""
        while isinstance(atom, Var):
            found = self.definitions.get(atom)
            if found is None or found.op != "same":
                break
            atom = found.args[0]
        return atom

    def only(self, atom: Atom, *ops: str) -> Apply | None:
        """The same, if the value is a temporary of this block that is read once."""
        found = self.definitions.get(atom) if isinstance(atom, Var) else None
        if found is None or found.op not in ops:
            return None
        if not isinstance(atom, Var) or atom not in self.local:
            return None
        if atom in self.made:
            return found
        return found if atom.temp and self.uses[atom] <= 1 else None

    def make(self, op: str, *args: Atom, **kwargs: Atom) -> Atom:
        """Bind an operation after simplification; the result is a temporary."""
        found = self.reduce(self, form(op, args, tuple(kwargs.items())))
        return self.bind(found) if isinstance(found, Form) else found

    def bind(self, found: Form) -> Var:
        """Bind a form to a temporary."""
        (out,) = self.build.bind(found.op, found.args, dict(found.kwargs))
        self.note(self.build.stmts[-1])
        self.made.add(out)
        return out

    def note(self, stmt: object) -> None:
        """Remember what a new statement of the block defines."""
        if isinstance(stmt, Apply) and len(stmt.outs) == 1:
            self.definitions[stmt.out] = stmt
            self.local.add(stmt.out)


def names_of(fn: Function) -> Names:
    """The names taken in a function."""
    taken = {p.name for p in fn.params}
    taken.update(v.name for stmt in walk(fn.body) for v in bound(stmt))
    return Names(sorted(taken))


def form(op: str, args: tuple[Atom, ...], kwargs: Kwargs = ()) -> Form:
    """An operation with the type that its rule infers."""
    return Form(op, args, kwargs, infer(op, args, kwargs)[0])


def number(atom: Atom) -> int | float | None:
    """The value of a plain literal number; named constants stay as they are."""
    if not isinstance(atom, Const) or atom.name or isinstance(atom.value, bool):
        return None
    return atom.value if type(atom.value) in (int, float) else None


def is_number(atom: Atom, value: float) -> bool:
    """Whether the atom is the literal `value`, as an int or a float."""
    found = number(atom)
    return found is not None and found == value


def finite(value: float) -> bool:
    """Whether a folded constant may stand for the product of its factors."""
    return 1e-300 < abs(value) < (2**53 if isinstance(value, int) else 1e300)


def same_dtype(a: Type, b: Type) -> bool:
    """Whether two values have one dtype, as far as anything is known."""
    return type(a) is type(b) and dtype_of(a) == dtype_of(b)


def fits(new: Type, old: Type) -> bool:
    """Whether two types are known to have one shape and one dtype."""
    shape = shape_of(new)
    if isinstance(new, Scalar) != isinstance(old, Scalar):
        return False
    known = shape is not None and shape == shape_of(old)
    return known and dtype_of(new) is not None and dtype_of(new) == dtype_of(old)


def keeps(context: Context, atom: Atom, target: Type) -> bool:
    """Whether `atom` may stand for itself combined with a neutral number.

    The shape cannot change then; what matters is that an int or bool does not stand
    for a float. Where no dtype is known, the result of arithmetic is taken for one.
    """
    if not same_dtype(atom.type, target):
        return False
    if dtype_of(target) is not None:
        return True
    if not isinstance(atom, Var):
        return False
    found = context.definitions.get(atom)
    return "_bar" in atom.base or (found is not None and found.op in _PLAIN)
