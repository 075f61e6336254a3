"""`symdiff view`: the function and what is made of it, side by side."""

from __future__ import annotations

import argparse
import json
import shutil
import sys

from symdiff.cli.failures import OK
from symdiff.cli.grad import parse_argnums, stage_text
from symdiff.cli.graph import compile_target
from symdiff.explain.document import graph_of, static_document
from symdiff.explain.side import side_by_side
from symdiff.options import Options


def run(args: argparse.Namespace) -> int:
    """Print both, one below the other on a terminal that is too narrow."""
    options = Options(argnums=parse_argnums(args.argnums) if args.argnums else 0)
    compiled = compile_target(args, options)
    graph = graph_of(compiled, options.argnums)
    document = static_document(compiled, options.argnums, graph)
    if args.json:
        print(json.dumps(document, indent=2, allow_nan=False))
        return OK
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else None
    stage = stage_text(compiled, args.stage) if args.stage else ""
    print(side_by_side(document, stage, width))
    return OK
