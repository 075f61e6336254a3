"""Declare a rule: the notation of the tables.

scalar("numpy.tanh", "tanh(x)", "1 - out**2", [-2.0, 0.3])
elementwise("numpy.hypot(x, y)", x="out_bar * x / out", y="out_bar * y / out")
rule("numpy.dot(a, b)", when="...", a="...", b="...", dot="...", example=[...])
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from symdiff.errors import InternalError
from symdiff.ir.nodes import Atom
from symdiff.rules.contribution import safe, times
from symdiff.rules.infer.elementwise import ufunc_infer
from symdiff.rules.registry import REQUIRED, Case, Cost, Infer, Param, Rule, register

FREE = frozenset({"check_finite", "workers"})
"""Keywords that change how, not what is computed: any value will do."""
Make = Callable[[tuple[Atom, ...], Mapping[str, Atom]], Case]


def signature(text: str) -> tuple[str, tuple[Param, ...]]:
    """Read `numpy.sum(a, axis=None, *, keepdims=False; out=None)`.

    What comes after the semicolon may be given only as it stands.
    """
    op, _, rest = text.partition("(")
    plain, _, fixed = rest.removesuffix(")").partition(";")
    tree = ast.parse(f"lambda {plain}: 0", mode="eval").body
    assert isinstance(tree, ast.Lambda)
    spec = tree.args
    gap = len(spec.args) - len(spec.defaults)
    params = [
        Param(a.arg, _default(spec.defaults[n - gap] if n >= gap else None))
        for n, a in enumerate(spec.args)
    ]
    if spec.vararg is not None:
        params.append(Param(spec.vararg.arg, star=True))
    params += [
        Param(a.arg, _default(d), keyword=True)
        for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True)
    ]
    for name, value in _pairs(fixed):
        params.append(Param(name, value, keyword=True, fixed=name not in FREE))
    return op, tuple(params)


def _pairs(text: str) -> list[tuple[str, Any]]:
    parts = [part.partition("=") for part in text.split(",") if part.strip()]
    return [(name.strip(), ast.literal_eval(value)) for name, _, value in parts]


def _default(node: ast.expr | None) -> Any:
    return REQUIRED if node is None else ast.literal_eval(node)


def case(when: str = "", dot: str = "", **adjoint: str) -> Case:
    """One case of a rule: where it holds, the tangent, the operands' contributions."""
    return Case(when, adjoint, dot)


def rule(
    text: str,
    *,
    infer: Infer,
    when: str = "",
    dot: str = "",
    cases: Sequence[Case] = (),
    view: Iterable[str] = (),
    cost: Cost = "costly",
    outs: int = 1,
    aliases: Iterable[str] = (),
    formula: str = "",
    note: str = "",
    example: Any = None,
    examples: Sequence[Any] = (),
    effect: bool = False,
    make: Make | None = None,
    **adjoint: str,
) -> Rule:
    """Declare an operation with one case, or with `cases`, tried in order."""
    op, params = signature(text)
    own = (case(when, dot, **adjoint),) if adjoint else ()
    return _enter(
        Rule(
            op,
            params,
            (*own, *cases),
            infer=infer,
            outs=outs,
            view=tuple(view),
            cost=cost,
            effect=effect,
            formula=formula,
            examples=(example, *examples) if example is not None else tuple(examples),
            note=note,
            aliases=tuple(aliases),
            make=make,
        )
    )


def _enter(entry: Rule) -> Rule:
    names = {p.name for p in entry.params}
    for one in entry.cases:
        unknown = {n for n in one.adjoint if re.sub(r"_\d+$", "", n) not in names}
        if unknown:
            raise InternalError(f"{entry.op} has no parameter {sorted(unknown)}")
    return register(entry)


def scalar(
    op: str,
    formula: str,
    derivative: str,
    points: Sequence[float],
    *,
    aliases: Iterable[str] = (),
    note: str = "",
    infer: Infer | None = None,
    cost: Cost = "costly",
) -> Rule:
    """Declare a function of one number by its formula and its derivative in x and out.

    Functions in both are those of the operation's own module. A derivative that can
    divide by zero gets a second case for Python floats, where that would raise.
    """
    partial = qualify(derivative, op)
    fast = times(partial)
    slow = safe(partial, python=op.startswith("math."))
    cases = [tangents({"x": slow})]
    if slow != fast and not op.startswith("math."):
        cases.insert(
            0, tangents({"x": fast}, "x.array or x.kind == 'scalar' and not x.python")
        )
    return _enter(
        Rule(
            op,
            (Param("x"),),
            tuple(cases),
            elementwise=True,
            infer=infer or ufunc_infer(op),
            cost=cost,
            formula=formula,
            examples=tuple((point,) for point in points),
            note=note,
            aliases=tuple(aliases),
        )
    )


def qualify(text: str, op: str) -> str:
    """Write the module before the functions of a formula: `math.` where it is constant.

    A constant of `math` is a Python float and does not widen single precision.
    """
    root = "math" if op.startswith("math.") else "np"
    tree = ast.parse(text, mode="eval")
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if name != "float":
                read = {
                    n.id for a in args for n in ast.walk(a) if isinstance(n, ast.Name)
                }
                module = root if read & {"x", "out"} else "math"
                node.func = ast.Attribute(ast.Name(module), name)
    return re.sub(r"(?<![\w.])pi\b", f"{root}.pi", ast.unparse(tree))


def tangents(adjoint: Mapping[str, str], when: str = "", let: str = "") -> Case:
    """A case whose tangent is the sum of its contributions with `x_dot` for `out_bar`.

    `let` are assignments that every contribution starts with.
    """
    prefix = f"{let}\n" if let else ""
    terms = [
        _term(re.sub(r"\bout_bar\b", f"{x}_dot", text)) for x, text in adjoint.items()
    ]
    full = {x: prefix + text for x, text in adjoint.items()}
    return Case(when, full, prefix + " + ".join(terms))


def _term(text: str) -> str:
    tree = ast.parse(text, mode="eval").body
    loose = isinstance(tree, ast.IfExp | ast.Compare | ast.BoolOp)
    return f"({text})" if loose else text


def elementwise(
    text: str,
    *,
    infer: Infer | None = None,
    when: str = "",
    cases: Sequence[Case] = (),
    let: str = "",
    cost: Cost = "cheap",
    aliases: Iterable[str] = (),
    formula: str = "",
    note: str = "",
    example: Any = None,
    examples: Sequence[Any] = (),
    partials: Mapping[str, str] | None = None,
    complex_only: bool = False,
    **adjoint: str,
) -> Rule:
    """Declare a broadcasting function by contributions that are linear in `out_bar`.

    `cases` (see `tangents`) are tried first; the contributions given by keyword are the
    last case, or the only one, as are `partials`. `let` are assignments that they
    start with. With `complex_only` the function is constant in real numbers.
    """
    op, params = signature(text)
    return _enter(
        Rule(
            op,
            params,
            (*cases, tangents({**(partials or {}), **adjoint}, when, let)),
            elementwise=True,
            infer=infer or ufunc_infer(op),
            cost=cost,
            formula=formula,
            examples=(example, *examples) if example is not None else tuple(examples),
            note=note,
            aliases=tuple(aliases),
            complex_only=complex_only,
        )
    )


def constant(
    *texts: str,
    infer: Infer,
    cost: Cost = "cheap",
    effect: bool = False,
    elementwise: bool = False,
    view: Iterable[str] = (),
    outs: int = 1,
    note: str = "",
    examples: Sequence[Any] = (),
    aliases: Iterable[str] = (),
) -> None:
    """Declare operations whose every derivative is zero."""
    for text in texts:
        op, params = signature(text)
        _enter(
            Rule(
                op,
                params,
                infer=infer,
                cost=cost,
                effect=effect,
                elementwise=elementwise,
                view=tuple(view),
                outs=outs,
                note=note,
                examples=tuple(examples),
                aliases=tuple(aliases),
            )
        )


def linear(text: str, *, infer: Infer, **options: Any) -> Rule:
    """Declare an operation that is linear in its operands taken together.

    The tangent is the operation itself on the tangents of the operands.
    """
    dots = [name for name in options if name in _names(text)]
    return rule(text, infer=infer, dot=_call(text, dots), **options)


def bilinear(text: str, *, infer: Infer, **options: Any) -> Rule:
    """Declare an operation that is linear in each of its operands."""
    dots = [name for name in options if name in _names(text)]
    dot = " + ".join(_call(text, [name]) for name in dots)
    return rule(text, infer=infer, dot=dot, **options)


def _names(text: str) -> set[str]:
    return {p.name for p in signature(text)[1]}


def _call(text: str, dots: Sequence[str]) -> str:
    """The call of an operation on its parameters, `x_dot` for the names in `dots`."""
    op, params = signature(text)
    params = tuple(p for p in params if not p.fixed)
    path = op.replace("numpy.", "np.", 1) if op.startswith("numpy.") else op
    words = [f"{p.name}_dot" if p.name in dots else p.name for p in params]
    args = [
        word if p.default is REQUIRED else f"{p.name}={word}"
        for word, p in zip(words, params, strict=True)
    ]
    if path.startswith("ndarray."):
        return f"{args[0]}.{path.removeprefix('ndarray.')}({', '.join(args[1:])})"
    return f"{path.removeprefix('builtins.')}({', '.join(args)})"
