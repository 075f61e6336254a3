"""`symdiff.rule`: declare the derivative of any function."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, get_type_hints

from symdiff.errors import UsageError
from symdiff.ir.nodes import Atom
from symdiff.ir.types import ANY, FLOAT, Scalar, Type
from symdiff.rules import registry
from symdiff.rules.declare import tangents
from symdiff.rules.infer.elementwise import ufunc_infer
from symdiff.rules.registry import Case, Infer, Rule, User
from symdiff.userrules.formulas import partials
from symdiff.userrules.names import module_of, operation, parameters, path_of
from symdiff.userrules.templates import Scope, checked, from_function

Decorator = Callable[[Any], Any]


def rule(
    fun: Any = None,
    /,
    *,
    formula: str = "",
    dot: str = "",
    forward: Callable[..., Any] | None = None,
    backward: Callable[..., Any] | None = None,
    static: str | Iterable[str] = (),
    elementwise: bool = False,
    returns: str | type[float] | None = None,
    note: str = "",
    **contributions: str,
) -> Any:
    """Declare the derivative of a function, which is then called and not looked into.

    `rule(f, x="out_bar * np.cos(x)")` gives the contribution to each parameter as a
    template; `rule(f, formula="log(1 + exp(x))")` leaves it to sympy; `rule(f,
    forward=f_fwd, backward=f_bwd)` calls `out, saved = f_fwd(*args)` in place of `f`
    and `f_bwd(saved, out_bar)` for the cotangents. Without any of these the result is
    a decorator of a function whose text is the template: it takes parameters of `f`,
    `out` and `out_bar` by name and returns the contributions.

    The derivative in a `static` parameter is taken to be zero. `elementwise` functions
    broadcast, and get their tangent from the same template; any other needs `dot` for
    forward mode. `returns` names the parameter whose shape and dtype the result has,
    or is `float`: what is known makes the gradient shorter. The result is taken to be
    new, not a view of an argument. Returns `fun`. Raises `UsageError` for a template
    that cannot be followed.
    """
    given = bool(formula or forward or backward or contributions)
    fixed = (static,) if isinstance(static, str) else tuple(static)
    if fun is None and not given:
        raise UsageError("rule needs a function, or contributions, or a formula")

    def declare(function: Any, template: Any = None) -> Any:
        broadcast = elementwise or bool(formula)
        made = _Declaration(function, fixed, broadcast, dot, note, returns)
        if (forward is None) != (backward is None):
            raise UsageError(f"{made.what} needs both `forward` and `backward`")
        if forward is not None and backward is not None:
            made.pair(forward, backward)
        elif template is not None:
            wanted = made.varying
            made.enter(from_function(template, wanted, made.scope(template)))
        else:
            made.enter(made.texts(formula, contributions))
        return function

    if fun is None:
        return declare
    if given:
        return declare(fun)

    def decorate(template: Any) -> Any:
        declare(fun, template)
        return template

    return decorate


class _Declaration:
    """The rule of one function in the making."""

    def __init__(
        self,
        fun: Any,
        static: tuple[str, ...],
        elementwise: bool,
        dot: str,
        note: str,
        returns: str | type[float] | None,
    ) -> None:
        self.fun = fun
        self.path = path_of(fun)
        self.what = f"the rule of `{self.path}`"
        self.params = parameters(fun, self.path)
        self.static = static
        self.elementwise = elementwise
        self.dot = dot
        self.note = note
        self.returns = _returns(fun) if returns is None else returns
        self._require_known(static)
        self._require_known([returns] if isinstance(returns, str) else [])

    @property
    def varying(self) -> tuple[str, ...]:
        """The parameters that are not static."""
        return tuple(p.name for p in self.params if p.name not in self.static)

    def _require_known(self, names: Iterable[str]) -> None:
        known = [p.name for p in self.params]
        for name in names:
            if name not in known:
                listed = ", ".join(known)
                raise UsageError(f"{self.what} names {name!r}, but it takes {listed}")

    def scope(self, template: Any = None, tangent: bool = False) -> Scope:
        """What a template may read."""
        names = {p.name for p in self.params}
        more = {f"{n}_dot" for n in names} if tangent else {f"{n}_bar" for n in names}
        values = frozenset(names | {"out"} | more | (set() if tangent else {"out_bar"}))
        source = self.fun if template is None else template
        return Scope(self.what, values, _globals(source))

    def texts(self, formula: str, given: Mapping[str, str]) -> dict[str, str]:
        """The contributions by parameter: as given, or of a formula."""
        self._require_known(given)
        if formula:
            plain = [n for n in self.varying if n not in given]
            given = {**partials(formula, plain, self.what), **given}
        return {name: checked(text, self.scope()) for name, text in given.items()}

    def enter(self, texts: Mapping[str, str], forward: str = "") -> None:
        """Put the record into the table."""
        if not texts:
            raise UsageError(f"{self.what} has no contribution: name the parameters")
        dot = checked(self.dot, self.scope(tangent=True)) if self.dot else ""
        case = Case("", dict(texts), dot)
        if self.elementwise and not dot and all("\n" not in t for t in texts.values()):
            case = tangents(texts)
        registry.register(
            Rule(
                self.path,
                self.params,
                (case,),
                elementwise=self.elementwise,
                infer=self.infer(),
                note=self.note,
                user=User(module_of(self.path), static=self.static, forward=forward),
            )
        )

    def infer(self) -> Infer:
        """The type of the result: that of a broadcast, or what is annotated."""
        if self.elementwise:
            return ufunc_infer(self.path)
        if isinstance(self.returns, str):
            return self._like(self.returns)
        found = FLOAT if self.returns is float else ANY
        return lambda args, kwargs: found

    def _like(self, name: str) -> Infer:
        path = self.path

        def infer(args: tuple[Atom, ...], kwargs: Mapping[str, Atom]) -> Type:
            named = registry.arguments(registry.RULES[path], args, kwargs.items())
            found = named[name]
            if isinstance(found, tuple):
                return ANY
            kind = found.type
            return replace(kind, value=None) if isinstance(kind, Scalar) else kind

        return infer

    def pair(self, forward: Any, backward: Any) -> None:
        """Enter a forward and a backward function.

        The operation of the forward function has two results, the value and what is
        saved; the backward function is called once for all contributions.
        """
        wanted, first = self.varying, operation(forward)
        second = operation(backward)
        if len(second.params) != 2:
            raise UsageError(f"`{second.op}` takes the saved values and the cotangent")
        count = len(wanted)
        registry.register(replace(second, outs=count))
        parts = [f"{name}_part" for name in wanted]
        call = f"{second.op}(SAVED, BAR)"
        lines = f"{', '.join(parts)} = {call}\n" if count > 1 else ""
        ends = parts if count > 1 else [call]
        plain = {n: f"{lines}{end}" for n, end in zip(wanted, ends, strict=True)}
        texts = {n: _filled(text, "out1", "out0_bar") for n, text in plain.items()}
        value = self.infer()

        def both(
            args: tuple[Atom, ...], kwargs: Mapping[str, Atom]
        ) -> tuple[Type, ...]:
            found = value(args, kwargs)
            return (found if not isinstance(found, tuple) else found[0]), ANY

        user = User(module_of(first.op), static=self.static)
        if [p.name for p in first.params] != [p.name for p in self.params]:
            raise UsageError(f"`{first.op}` must take the parameters of `{self.path}`")
        case = Case("", texts, "")
        registry.register(
            Rule(first.op, first.params, (case,), infer=both, outs=2, user=user)
        )
        listed = ", ".join(p.name for p in self.params)
        again = f"value, saved = {first.op}({listed})\n"
        whole = {n: again + _filled(t, "saved", "out_bar") for n, t in plain.items()}
        self.enter(whole, first.op)


def _filled(text: str, saved: str, bar: str) -> str:
    return text.replace("SAVED", saved).replace("BAR", bar)


def _globals(fun: Any) -> Mapping[str, Any]:
    """The names around a function, those of its closure among them."""
    space = dict(getattr(fun, "__globals__", None) or {})
    if not space:
        module = sys.modules.get(getattr(fun, "__module__", None) or "")
        space = dict(vars(module)) if module is not None else {}
    if inspect.isfunction(fun):
        space.update(inspect.getclosurevars(fun).nonlocals)
    return space


def _returns(fun: Any) -> Any:
    try:
        return get_type_hints(fun).get("return")
    except (NameError, TypeError):
        return None
