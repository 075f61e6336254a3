"""`symdiff graph`: the computational graph as dot, Mermaid, SVG or JSON."""

from __future__ import annotations

import argparse
import json
import sys

from symdiff import pipeline
from symdiff.cli.failures import OK
from symdiff.cli.grad import parse_argnums
from symdiff.cli.target import load_target, parse_target, read_target
from symdiff.explain.document import graph_of, static_document
from symdiff.explain.draw import dot, mermaid
from symdiff.explain.summary import Json
from symdiff.options import Options
from symdiff.page.picture import drawing, svg
from symdiff.pipeline import Compiled
from symdiff.typespec import parse_types


def _svg(document: Json) -> str:
    found = drawing(document)
    if found.notice:
        print(f"note: {found.notice}", file=sys.stderr)
    return svg(found, document["function"]["name"]) + "\n"


_FORMATS = {"dot": dot, "mermaid": mermaid, "svg": _svg}


def run(args: argparse.Namespace) -> int:
    """Print the graph. A file or stdin is read, never run."""
    options = Options(argnums=parse_argnums(args.argnums) if args.argnums else 0)
    compiled = compile_target(args, options)
    graph = graph_of(compiled, options.argnums)
    document = static_document(compiled, options.argnums, graph)
    if args.json or args.format == "json":
        print(json.dumps(document, indent=2, allow_nan=False))
    else:
        print(_FORMATS[args.format](document), end="")
    return OK


def compile_target(args: argparse.Namespace, options: Options) -> Compiled:
    """Compile the target; a file or stdin is read, and not run."""
    target = parse_target(args.target)
    types = parse_types(args.types)
    if target.module:
        return pipeline.compile_live(load_target(target), options, types)
    found = read_target(target)
    return pipeline.compile_text(found.text, found.filename, found.name, options, types)
