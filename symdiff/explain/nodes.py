"""A program → the nodes and edges of its graph, as the document lists them.

A node is a value of the program: a parameter, the result of an operation or a call,
a loop's target, or what may come from two places (`phi`). An edge goes from what is
read to what is made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from symdiff.analysis.activity import active, differentiable
from symdiff.explain.labels import Labels, line_of
from symdiff.explain.lines import Links
from symdiff.explain.summary import Json
from symdiff.ir.nodes import (
    NOWHERE,
    Apply,
    Atom,
    Block,
    Call,
    For,
    Function,
    If,
    Origin,
    Program,
    Stmt,
    Var,
    While,
    phis,
    targets,
)
from symdiff.ir.notation import show_type
from symdiff.ir.types import dtype_of, shape_of
from symdiff.rules import registry

Group = tuple[str, ...]


@dataclass(slots=True)
class Graph:
    """The nodes and edges of a program, and where each value comes from.

    `chosen` are the parameters that it is differentiated by, `titles` what the user
    calls parameters that are parts of an argument: `params["w"]`.
    """

    program: Program
    links: Links
    chosen: frozenset[str]
    titles: Mapping[str, str]
    nodes: list[Json] = field(default_factory=list)
    edges: list[Json] = field(default_factory=list)
    owner: dict[tuple[str, str], str] = field(default_factory=dict)
    """The node that a variable of a function is a result of."""

    def __post_init__(self) -> None:
        """List everything; edges come after all nodes, as loops lead back."""
        for fn in self.program.functions:
            _Function(self, fn).collect()

    def node_of(self, function: str, var: Var) -> str:
        """The id of the node that a variable belongs to."""
        return self.owner[function, var.name]


class _Function:
    """The nodes of one function, under way."""

    def __init__(self, graph: Graph, fn: Function) -> None:
        self.graph, self.fn = graph, fn
        self.main = fn is graph.program.main
        self.prefix = "" if self.main else f"{fn.name}."
        self.labels = Labels(fn, graph.titles if self.main else {})
        self.lines = fn.source.lines if fn.source else ()
        wrt = [
            p
            for p in fn.params
            if (p.name in graph.chosen if self.main else differentiable(p.type))
        ]
        self.active = {v.name for v in active(fn, wrt)}

    def collect(self) -> None:
        """Enter the nodes, then the edges between them."""
        around: Group = () if self.main else (f"{self.fn.shown}()",)
        reads: list[tuple[str, list[tuple[str, Atom]], Apply | None]] = []
        for p in self.fn.params:
            self._node("parameter", (p,), NOWHERE, around)
        for stmt, group in _walk(self.fn.body, around, self._header):
            match stmt:
                case Apply(outs=outs, origin=origin) if outs:
                    node = self._node(stmt.op, outs, origin, group)
                    reads.append((node, _arguments(stmt), stmt))
                case Call(outs=outs, origin=origin) if outs:
                    node = self._node(f"call {stmt.function}", outs, origin, group)
                    given = [(str(n), a) for n, a in enumerate(stmt.args)]
                    reads.append((node, given, None))
                case For():
                    inner = (*group, self._header(stmt))
                    for target in targets(stmt.target):
                        node = self._node("item", (target,), stmt.origin, inner)
                        reads.append((node, [("0", stmt.iterable)], None))
            for phi in phis(stmt):
                assert isinstance(stmt, If | For | While)
                node = self._node("phi", (phi.out,), stmt.origin, group)
                both = [("first", phi.first), ("second", phi.second)]
                reads.append((node, both, None))
        for node, atoms, made in reads:
            self._edges(node, atoms, made)

    def _node(self, op: str, outs: Sequence[Var], origin: Origin, group: Group) -> str:
        first = outs[0]
        id_ = f"{self.prefix}{first.name}"
        for out in outs:
            self.graph.owner[self.fn.name, out.name] = id_
        entry = registry.find(op)
        shape = shape_of(first.type)
        self.graph.nodes.append(
            {
                "id": id_,
                "label": self.labels.of(first),
                "vars": [out.name for out in outs],
                "op": op,
                "function": self.fn.name,
                "source": source_id(self.graph.program, self.fn),
                "primal": _places(origin),
                "adjoint": self._adjoint(origin),
                "rule": {"id": entry.op, "formula": entry.formula} if entry else None,
                "type": show_type(first.type),
                "shape": None if shape is None else [_length(n) for n in shape],
                "dtype": dtype_of(first.type),
                "active": any(out.name in self.active for out in outs),
                "wrt": self.main and op == "parameter" and id_ in self.graph.chosen,
                "group": list(group),
            }
        )
        return id_

    def _edges(
        self, node: str, atoms: list[tuple[str, Atom]], made: Apply | None
    ) -> None:
        for at, (arg, atom) in enumerate(atoms):
            if not isinstance(atom, Var):
                continue
            live = atom.name in self.active and self._is_active(node)
            text = self.labels.derivative(made, at) if live and made else ""
            self.graph.edges.append(
                {
                    "id": f"{node}:{at}",
                    "from": self.graph.node_of(self.fn.name, atom),
                    "to": node,
                    "arg": arg,
                    "active": live,
                    "local": text,
                }
            )

    def _is_active(self, node: str) -> bool:
        return node.removeprefix(self.prefix) in self.active

    def _adjoint(self, origin: Origin) -> list[Json]:
        """The lines of the generated source that belong to the same statements."""
        found: set[tuple[int, int]] = set()
        for span in origin.spans:
            line = line_of(self.lines, span)
            found.update(self.graph.links.of(line) if line else ())
        return [{"line": first, "end_line": last} for first, last in sorted(found)]

    def _header(self, stmt: If | For | While) -> str:
        spans = stmt.origin.spans
        line = line_of(self.lines, spans[0]) if spans else None
        if line is None:
            return type(stmt).__name__.lower()
        return f"line {line.span.line}: {line.text.strip().rstrip(':')}"


def source_id(program: Program, fn: Function) -> str:
    """The id of the source that a function's places are in."""
    return "primal" if fn is program.main else f"primal.{fn.name}"


def _walk(block: Block, group: Group, name: Any) -> Iterator[tuple[Stmt, Group]]:
    """Every statement with the regions it is in, in textual order."""
    todo: list[tuple[Stmt, Group]] = [(s, group) for s in reversed(block)]
    while todo:
        stmt, around = todo.pop()
        yield stmt, around
        inner: list[tuple[Block, Group]] = []
        match stmt:
            case If(then=then, orelse=orelse):
                header = name(stmt)
                inner = [
                    (then, (*around, header)),
                    (orelse, (*around, f"{header} (else)")),
                ]
            case For(body=body):
                inner = [(body, (*around, name(stmt)))]
            case While(head=head, body=body):
                inner = [(part, (*around, name(stmt))) for part in (head, body)]
        for part, path in reversed(inner):
            todo += [(s, path) for s in reversed(part)]


def _arguments(stmt: Apply) -> list[tuple[str, Atom]]:
    positional = [(str(n), atom) for n, atom in enumerate(stmt.args)]
    return [*positional, *stmt.kwargs]


def _places(origin: Origin) -> list[Json]:
    return [
        {
            "line": s.line,
            "col": s.column,
            "end_line": s.end_line,
            "end_col": s.end_column,
        }
        for s in origin.spans
    ]


def _length(n: Any) -> int | str:
    return n if isinstance(n, int) else str(n)
