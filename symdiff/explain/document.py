"""The document: one JSON value that every view of a gradient is drawn from.

`static_document` is made by the compiler alone; a trace adds what happened in one run.
The schema is written down in docs/reference/trace.md.
"""

from __future__ import annotations

import ast
import platform
from pathlib import Path

import numpy as np

from symdiff.explain.lines import links
from symdiff.explain.nodes import Graph, source_id
from symdiff.explain.summary import Json
from symdiff.ir.nodes import Function, Var
from symdiff.ir.records import Branch, leaf_paths
from symdiff.options import Argnums
from symdiff.pipeline import Compiled
from symdiff.signature import spelled
from symdiff.transform.borders import choose

SCHEMA = 1


def graph_of(compiled: Compiled, argnums: Argnums) -> Graph:
    """The graph of a compiled gradient's function."""
    main = compiled.primal.main
    chosen = choose(main, compiled.lowered.layout, argnums)
    names = frozenset(main.params[n].name for n in chosen.leaves)
    lines = [
        line
        for fn in compiled.primal.functions
        if fn.source is not None
        for line in fn.source.lines
    ]
    titles = {
        leaf.name: spelled(path)
        for _, tree in compiled.lowered.layout.params
        if isinstance(tree, Branch)
        for path, leaf in leaf_paths(tree)
    }
    return Graph(compiled.primal, links(compiled.source, lines), names, titles)


def static_document(compiled: Compiled, argnums: Argnums, graph: Graph) -> Json:
    """What is known without running anything; `steps` is empty."""
    from symdiff import __version__

    main = compiled.primal.main
    wrt = choose(main, compiled.lowered.layout, argnums).params
    params = [name for name, _ in compiled.lowered.layout.params]
    result = main.result
    return {
        "schema": SCHEMA,
        "tool": {
            "symdiff": __version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
        "function": {
            "name": main.shown,
            "gradient": compiled.name,
            "params": params,
            "wrt": [params[n] for n in wrt],
            "mode": "reverse",
            "result": graph.node_of(main.name, result)
            if isinstance(result, Var)
            else None,
        },
        "sources": _sources(compiled),
        "nodes": graph.nodes,
        "edges": graph.edges,
        "steps": [],
        "values": [],
        "notes": [],
    }


def _sources(compiled: Compiled) -> list[Json]:
    """The user's functions, the entry first, and what the compiler made of them."""
    functions = reversed(compiled.primal.functions)
    user = [
        {"id": source_id(compiled.primal, fn), **_excerpt(fn)}
        for fn in functions
        if fn.source is not None
    ]
    made = [
        {"id": "adjoint", "file": None, "first_line": 1, "text": compiled.source},
        {"id": "ssa", "file": None, "first_line": 1, "text": compiled.primal_ir},
    ]
    return [*user, *made]


def _excerpt(fn: Function) -> Json:
    """The text of one function; places count lines in its file, from `first_line`.

    Of the file only its name is told: where it lies is nobody's business.
    """
    assert fn.source is not None
    source = fn.source
    rows = source.text.splitlines(keepends=True)
    numbers = [n for line in source.lines for n in (line.span.line, line.span.end_line)]
    first, last = (min(numbers), max(numbers)) if numbers else (1, len(rows))
    for node in ast.walk(ast.parse(source.text)):
        if not isinstance(node, ast.FunctionDef):
            continue
        end = node.end_lineno or node.lineno
        if node.lineno <= first and last <= end and node.name == fn.shown:
            starts = [node.lineno, *(d.lineno for d in node.decorator_list)]
            first, last = min(starts), end
            break
    text = "".join(rows[first - 1 : last]).rstrip("\n") + "\n"
    return {"file": Path(source.filename).name, "first_line": first, "text": text}
