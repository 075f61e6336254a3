"""`symdiff demo`: see `symdiff.demo`."""

from __future__ import annotations

import argparse
import json
import shutil
import sys

from symdiff.cli.failures import OK, USAGE, Failure


def run(args: argparse.Namespace) -> int:
    """Run the demo; its JSON form is the accuracy alone."""
    from symdiff import demo

    if args.epochs < 1:
        raise Failure(USAGE, "--epochs must be at least 1")
    if args.json:
        accuracy = demo.train(args.epochs, say=lambda text: None)
        print(json.dumps({"schema": 1, "demo": {"test_accuracy": accuracy}}))
        return OK
    live = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if live else 80
    demo.main(args.epochs, width, live)
    return OK
