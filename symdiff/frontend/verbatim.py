"""A `try` that no derivative goes through → a function with the user's own text.

    try:                             def try_n(s):
        n = int(s)                       try:
    except ValueError:       →               n = int(s)
        n = 3                            except ValueError:
                                             n = 3
                                         return n

The call is one operation that nobody looks into. Its text is lowered once on the side,
for the types of what it binds, and to see that it writes to nothing else; if a
derivative depends on what it binds, it is refused (see `symdiff.rules.regions`).
"""

from __future__ import annotations

import builtins
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType

import libcst as cst

from symdiff.frontend.assign import assign
from symdiff.frontend.constants import Unresolved
from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.library import dotted, is_library
from symdiff.frontend.liveness import mentioned
from symdiff.frontend.memory import atom_of, bind
from symdiff.frontend.scope import bound_names, has_exit
from symdiff.frontend.state import State
from symdiff.frontend.values import Bad, Dict, Items, Plain, Ref, Value, cells_of
from symdiff.ir.nodes import UNDEF, Apply, Const
from symdiff.ir.types import Opaque, Type, join

_OPAQUE = (
    cst.Return,
    cst.Break,
    cst.Continue,
    cst.FunctionDef,
    cst.ClassDef,
    cst.Lambda,
    cst.Global,
    cst.Nonlocal,
    cst.NamedExpr,
)
"""What a function of its own would give another meaning."""
_ERROR = Opaque("object")


@dataclass(eq=False)
class _Paths:
    """What the ways through a statement bind, by name: the types on each."""

    found: list[dict[str, Type]] = field(default_factory=list)

    def types(self) -> dict[str, Type]:
        """The names that every way binds."""
        first, *others = self.found or [{}]
        common = [n for n in first if all(n in other for other in others)]
        out = {name: first[name] for name in common}
        for other in others:
            out = {name: join(t, other[name]) for name, t in out.items()}
        return out


def lower_verbatim(frame: Frame, node: cst.Try | cst.With) -> bool:
    """Lower a statement as a call of its own text; false if it cannot be."""
    if has_exit(node, _OPAQUE):
        return False
    imports = _imports(frame, node)
    inputs = _inputs(frame, node)
    if imports is None or inputs is None:
        return False
    types = _types_of(frame, node)
    if types is None:
        return False
    text = _text(frame, node, imports, list(inputs), list(types))
    atoms = [atom_of(frame, value, node) for value in inputs.values()]
    if UNDEF in atoms:
        return False
    outs = tuple(frame.builder.fresh(name, type) for name, type in types.items())
    args = (Const(text), *atoms)
    frame.builder.emit(Apply(outs, "verbatim", args, (), frame.origin(node)))
    shares = frozenset().union(*map(cells_of, inputs.values()))
    for out, name in zip(outs, types, strict=True):
        key = frame.key(name)
        assert key is not None
        bind(frame, key, Plain(out, shares), node)
    for name in bound_names(node) - types.keys():
        gone = frame.key(name)
        if gone is not None:
            frame.state.names.pop(gone, None)
    return True


# ---- what it takes


def _inputs(frame: Frame, node: cst.CSTNode) -> dict[str, Value] | None:
    """The values of the function's names that the text mentions, if they are data."""
    found: dict[str, Value] = {}
    for name in sorted(mentioned(node) | bound_names(node)):
        key = frame.key(name)
        value = None if key is None else frame.state.names.get(key)
        if value is None:
            continue
        if not isinstance(value, Plain | Ref | Items):
            return None
        found[name] = value
    return found


def _imports(frame: Frame, node: cst.CSTNode) -> list[str] | None:
    """The imports that the text needs; None if it mentions more than libraries."""
    lines: list[str] = []
    for name in sorted(mentioned(node) - bound_names(node)):
        if frame.key(name) is not None:
            continue
        found = frame.scope.text.resolver.find(name)
        if found is None or isinstance(found.object, Unresolved):
            return None
        value = found.object
        if getattr(builtins, name, None) is value:
            continue
        if isinstance(value, bool | None) or not is_library(value):
            return None
        path = value.__name__ if isinstance(value, ModuleType) else dotted(value)
        module, _, last = path.rpartition(".")
        short = "" if last == name else f" as {name}"
        lines.append(
            f"from {module} import {last}{short}" if module else f"import {last}{short}"
        )
    return lines


# ---- what it gives


def _types_of(frame: Frame, node: cst.Try | cst.With) -> dict[str, Type] | None:
    """The types of what every way through it binds; None if it does something else."""
    mark, findings = frame.mark(), frame.session.findings.mark()
    outer = frame.state.copy()
    paths = _Paths()
    wrote = False
    for error, way in _ways(node):
        with frame.block(outer.copy()):
            if error is not None:
                assign(frame, error, Plain(frame.builder.fresh("", _ERROR)), node)
            for part in way:
                if not frame.state.dead:
                    frame.engine.suite(frame, part)
            wrote = wrote or _writes(frame, node, outer)
            if not frame.state.dead:
                paths.found.append(_bound(frame, node, outer))
        frame.state = outer.copy()
    refused = bool(frame.session.findings.since(findings))
    frame.rollback(mark)
    known = paths.types()
    return None if refused or wrote or not paths.found else known


def _writes(frame: Frame, node: cst.CSTNode, outer: State) -> bool:
    """Whether a way through it has changed more than the names that it binds."""
    heap, names = frame.state.heap, frame.state.names
    own = {frame.key(name) for name in bound_names(node)}
    stored = any(heap[cell] != version for cell, version in outer.heap.items())
    return stored or any(
        names.get(k) != v for k, v in outer.names.items() if k not in own
    )


_Way = tuple[cst.CSTNode | None, list[cst.BaseSuite]]


def _ways(node: cst.Try | cst.With) -> list[_Way]:
    """The blocks that run, if nothing is raised and for each handler with its name."""
    if isinstance(node, cst.With):
        return [(None, [node.body]), (None, [])]
    last = [] if node.finalbody is None else [node.finalbody.body]
    rest = [] if node.orelse is None else [node.orelse.body]
    ways: list[_Way] = [(None, [node.body, *rest, *last])]
    for handler in node.handlers:
        name = None if handler.name is None else handler.name.name
        ways.append((name, [handler.body, *last]))
    return ways


def _bound(frame: Frame, node: cst.CSTNode, outer: State) -> dict[str, Type]:
    """The types of the names that the statement may bind, at the end of a way."""
    found: dict[str, Type] = {}
    for name in sorted(bound_names(node)):
        key = frame.key(name)
        value = None if key is None else frame.state.names.get(key)
        if value is None or isinstance(value, Bad | Dict):
            continue
        atom = atom_of(frame, value, node)
        if atom != UNDEF:
            found[name] = frame.outside(type_of(atom))
    return found


# ---- its text


def _text(
    frame: Frame,
    node: cst.CSTNode,
    imports: Sequence[str],
    params: Sequence[str],
    results: Sequence[str],
) -> str:
    source = frame.scope.text.text
    span = source.span(node)
    rows = source.lines[span.line - 1 : span.end_line]
    body = textwrap.dedent("\n".join(rows)).rstrip("\n")
    lines = [*imports, *body.split("\n")]
    if results:
        lines.append(f"return {', '.join(results)}")
    name = frame.session.kept(f"try_{results[0] if results else 'it'}", body)
    shown = textwrap.indent("\n".join(lines), "    ")
    return f"def {name}({', '.join(params)}):\n{shown}\n"
