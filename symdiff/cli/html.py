"""`symdiff html`: the teaching page of a function at one point."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import webbrowser
from pathlib import Path

from symdiff.cli.failures import OK
from symdiff.cli.output import write_atomically
from symdiff.cli.trace import point
from symdiff.page.write import page_of


def run(args: argparse.Namespace) -> int:
    """Write the page; what the function prints goes to stderr."""
    with contextlib.redirect_stdout(sys.stderr):
        at = point(args)
        text = at.show(
            lambda: page_of(at.gradient, at.positional, at.keywords, args.sweep)
        )
    if args.output == "-":
        sys.stdout.write(text)
        return OK
    write_atomically(args.output, text)
    if args.json:
        print(json.dumps({"schema": 1, "page": args.output}))
    else:
        print(f"wrote {args.output}", file=sys.stderr)
    if args.open:
        webbrowser.open(Path(args.output).resolve().as_uri())
    return OK
