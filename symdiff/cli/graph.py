"""`symdiff graph`: the computational graph of a function, as dot, Mermaid or JSON."""

from __future__ import annotations

import argparse
import json

from symdiff import pipeline
from symdiff.cli.failures import OK
from symdiff.cli.grad import parse_argnums
from symdiff.cli.target import load_target, parse_target, read_target
from symdiff.explain.document import graph_of, static_document
from symdiff.explain.draw import dot, mermaid
from symdiff.options import Options
from symdiff.pipeline import Compiled
from symdiff.typespec import parse_types


def run(args: argparse.Namespace) -> int:
    """Print the graph. A file or stdin is read, never run."""
    options = Options(argnums=parse_argnums(args.argnums) if args.argnums else 0)
    compiled = _compile(args, options)
    graph = graph_of(compiled, options.argnums)
    document = static_document(compiled, options.argnums, graph)
    if args.json or args.format == "json":
        print(json.dumps(document, indent=2, allow_nan=False))
    else:
        print({"dot": dot, "mermaid": mermaid}[args.format](document), end="")
    return OK


def _compile(args: argparse.Namespace, options: Options) -> Compiled:
    target = parse_target(args.target)
    types = parse_types(args.types)
    if target.module:
        return pipeline.compile_live(load_target(target), options, types)
    found = read_target(target)
    return pipeline.compile_text(found.text, found.filename, found.name, options, types)
