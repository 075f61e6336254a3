"""The rule table: one record an operation, read by every analysis and both modes.

A record is declared by `rule`, `elementwise`, `scalar` or `constant`; the declarations
live in the sibling modules and are plain data. Derivatives are templates in NumPy
terms (see `template.py`), parsed when they are first used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import ANY, Type

Infer = Callable[[tuple[Atom, ...], Mapping[str, Atom]], Type | tuple[Type, ...]]
Cost = Literal["free", "cheap", "costly", "never"]


class Required:
    """The default of a parameter that has none."""

    def __repr__(self) -> str:
        """A spelling for messages."""
        return "<required>"


REQUIRED = Required()


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of an operation.

    `star` takes all remaining positional arguments; `keyword` is not bound by position;
    `fixed` may be given, but only with its default value.
    """

    name: str
    default: Any = REQUIRED
    star: bool = False
    keyword: bool = False
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """The derivatives of an operation where `when` holds (always, if it is empty).

    `adjoint` maps an operand to its contribution, an expression in `out_bar`. An
    expression that reads the operand's own cotangent (`x_bar`) maps the cotangent so
    far to the new one instead. `dot` is the tangent of the result.
    """

    when: str
    adjoint: Mapping[str, str]
    dot: str


@dataclass(frozen=True, slots=True)
class User:
    """What is known of a user's function besides its derivatives.

    `module` is what has to be imported to call it. A `helper` is only called by the
    rules of others, and has no derivative. The derivative in a `static` parameter is
    zero by agreement. `forward` is the operation that is called in place of this one
    in a program that is differentiated: it returns the result and what the backward
    function needs.
    """

    module: str
    helper: bool = False
    static: tuple[str, ...] = ()
    forward: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """All that symdiff knows of one operation.

    `make` writes the case of one call where it depends on constants of the call in a
    way that `when` cannot say (the subscripts of an einsum, the number of operands).
    `complex_only`: constant in real numbers, so only complex ones pass a derivative on.
    """

    op: str
    params: tuple[Param, ...]
    cases: tuple[Case, ...] = ()
    elementwise: bool = False
    infer: Infer = lambda args, kwargs: ANY
    outs: int = 1
    view: tuple[str, ...] = ()
    cost: Cost = "costly"
    effect: bool = False
    formula: str = ""
    examples: tuple[Any, ...] = ()
    note: str = ""
    aliases: tuple[str, ...] = field(default=())
    make: Callable[[tuple[Atom, ...], Mapping[str, Atom]], Case] | None = None
    user: User | None = None
    complex_only: bool = False

    @property
    def constant(self) -> bool:
        """Whether every derivative is zero."""
        return not self.cases and self.make is None

    @property
    def operands(self) -> tuple[str, ...]:
        """The parameters that a derivative exists for, in the order of the signature.

        Where cases are made call by call, any parameter may have one.
        """
        if self.make is not None:
            return tuple(p.name for p in self.params)
        named = {name for case in self.cases for name in case.adjoint}
        plain = {name.rstrip("0123456789").removesuffix("_") for name in named}
        return tuple(p.name for p in self.params if p.name in named | plain)

    def varies_in(self, name: str) -> bool:
        """Whether there is a derivative, known or not, in an argument of a call."""
        known = (*self.operands, *self.lacking)
        return name in known or re.sub(r"_\d+$", "", name) in known

    @property
    def lacking(self) -> tuple[str, ...]:
        """The parameters in which the function varies, but no derivative is known.

        Of other functions what is no operand is a count, an axis, a condition, or is
        read for its shape only, and has none.
        """
        if self.user is not None:
            known = (*self.operands, *self.user.static)
            return tuple(p.name for p in self.params if p.name not in known)
        if self.constant:
            return ()
        if self.op.startswith(("scipy.special.", "scipy.stats.")):
            return tuple(p.name for p in self.params if p.name not in self.operands)
        return _LACKING.get(self.op, ())


_LACKING = {
    "numpy.pad": ("constant_values",),
    "numpy.logspace": ("base",),
    "numpy.nan_to_num": ("nan", "posinf", "neginf"),
    "scipy.integrate.odeint": ("t",),
    "numpy.unwrap": ("discont", "period"),
    "numpy.ediff1d": ("to_end", "to_begin"),
    "scipy.ndimage.convolve": ("cval",),
    "scipy.ndimage.correlate": ("cval",),
}
RULES: dict[str, Rule] = {}


def register(entry: Rule) -> Rule:
    """Enter a record under its name and its aliases."""
    for name in (entry.op, *entry.aliases):
        RULES[name] = entry
    return entry


def find(op: str) -> Rule | None:
    """The record of an operation, or None if it is not known."""
    return RULES.get(op)


def bind(
    entry: Rule, args: Iterable[Atom], kwargs: Mapping[str, Atom]
) -> tuple[tuple[Atom, ...], tuple[tuple[str, Atom], ...]]:
    """The canonical form of a call: operands by position, the rest by keyword.

    Arguments equal to their default are dropped, so that `np.sum(x, None)` and
    `np.sum(x)` are one call. Raises `TypeError` with the words that Python would use.
    """
    slots, rest = _slots(entry, list(args), kwargs)
    out: list[Atom] = []
    named: list[tuple[str, Atom]] = []
    positional = True
    for p in entry.params:
        if p.star:
            out, positional = [*out, *rest], False
            continue
        found = slots.get(p.name)
        if found is None:
            if p.default is REQUIRED:
                raise TypeError(f"missing a required argument: {p.name!r}")
            positional = False
        elif p.default is not REQUIRED and found == Const(p.default):
            positional = False
        elif p.fixed:
            raise TypeError(f"is supported with {p.name}={p.default!r} only")
        elif positional and p.default is REQUIRED:
            out.append(found)
        else:
            named.append((p.name, found))
    return tuple(out), tuple(named)


def _slots(
    entry: Rule, args: list[Atom], kwargs: Mapping[str, Atom]
) -> tuple[dict[str, Atom], list[Atom]]:
    """The given arguments by parameter, and those that a starred parameter takes."""
    plain = [p for p in entry.params if not p.star]
    places = _leading(entry)
    if len(plain) == len(entry.params) and len(args) > len(places):
        raise TypeError(
            f"takes {len(places)} positional arguments but {len(args)} were given"
        )
    slots, rest = dict(zip(places, args, strict=False)), args[len(places) :]
    for name, value in kwargs.items():
        if name not in {p.name for p in plain}:
            raise TypeError(f"got an unexpected keyword argument {name!r}")
        if name in slots:
            raise TypeError(f"got multiple values for argument {name!r}")
        slots[name] = value
    return slots, rest


def _leading(entry: Rule) -> list[str]:
    """The parameters bound by position: those before the starred one, if any."""
    kinds = [p.star for p in entry.params]
    end = kinds.index(True) if True in kinds else len(kinds)
    return [p.name for p in entry.params[:end] if not p.keyword]


def arguments(
    entry: Rule, args: tuple[Atom, ...], kwargs: Iterable[tuple[str, Atom]]
) -> dict[str, Atom | tuple[Atom, ...]]:
    """The arguments of a canonical call by parameter name, defaults filled in."""
    found: dict[str, Atom | tuple[Atom, ...]] = {
        p.name: Const(p.default) for p in entry.params if p.default is not REQUIRED
    }
    plain = [p for p in entry.params if not p.star]
    star = next((p.name for p in entry.params if p.star), None)
    if star is not None:
        lead = _leading(entry)
        found.update(zip(lead, args, strict=False))
        found[star] = args[len(lead) :]
    else:
        found.update((p.name, a) for p, a in zip(plain, args, strict=False))
    found.update(kwargs)
    return found
