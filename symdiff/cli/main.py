"""The parser, and the one place where exceptions become exit codes."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

from symdiff.cli.color import painter, wanted
from symdiff.cli.failures import (
    EXIT_CODES,
    OK,
    exit_code,
    explain_failure,
    failure_as_json,
)
from symdiff.cli.target import FORMS

STAGES = ("parse", "ssa", "adjoint", "final")
_TARGET = f"the function: {FORMS} (stdin)"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a closed pipe ends it quietly."""
    try:
        args = _parser().parse_args(argv)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    try:
        code = _run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes stdout once more at exit; that must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    return code


def _run(args: argparse.Namespace) -> int:
    try:
        command = import_module(f"symdiff.cli.{args.command}")
        return int(command.run(args))
    except BrokenPipeError:
        raise
    except (Exception, KeyboardInterrupt) as error:
        if args.debug:
            traceback.print_exc()
        if args.json:
            print(failure_as_json(error))
        else:
            paint = painter(wanted(args.color, sys.stderr))
            print(explain_failure(error, paint), file=sys.stderr)
        return exit_code(error)


def _parser() -> argparse.ArgumentParser:
    from symdiff import __version__

    parser = argparse.ArgumentParser(
        prog="symdiff",
        description="Write the gradient of a NumPy function as NumPy source.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"symdiff {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (_grad, _view, _check, _trace, _html, _graph, _ops, _explain, _demo):
        _common(add(commands))
    return parser


_Commands = argparse._SubParsersAction  # the class that add_subparsers returns


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print a JSON document")
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="use colour",
    )
    parser.add_argument("--debug", action="store_true", help="show tracebacks")


def _types(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="TARGET", help=_TARGET)
    parser.add_argument(
        "--argnums",
        metavar="w,b",
        help="differentiate these parameters (name or number)",
    )
    parser.add_argument(
        "--types",
        metavar="TYPES",
        default="",
        help='types of the parameters: "W: f8[784, n], x: float"',
    )


def _grad(commands: _Commands[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "grad",
        help="print the gradient's source",
        description="Print the gradient's source. A file or stdin is read, never run; "
        "a module (pkg.mod:func) is imported.",
    )
    _types(parser)
    add = parser.add_argument
    add("--value", action="store_true", help="return the value as well")
    add("--name", help="name of the gradient function")
    add(
        "--comments",
        choices=("origin", "none"),
        default="origin",
        help="comments in the generated source",
    )
    add("--stage", choices=STAGES, help="print the IR at this stage instead")
    add("--without", metavar="PASSES", default="", help="leave out these passes")
    add("-o", "--output", metavar="FILE", help="write to a file, atomically")
    add("--check", action="store_true", help="exit 1 if FILE is stale; write nothing")
    add(
        "--diff", action="store_true", help="print how FILE would change; write nothing"
    )
    return parser


def _view(commands: _Commands[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "view",
        help="print the function and its gradient side by side",
        description="Print the function and its gradient side by side; what belongs "
        "together has one letter. A file or stdin is read, never run; a module "
        "(pkg.mod:func) is imported.",
    )
    _types(parser)
    parser.add_argument("--stage", choices=STAGES, help="show the IR at this stage")
    return parser


def _check(commands: _Commands[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "check",
        help="compare the gradient with differences",
        description="Compare the gradient with differences of the function. "
        "This runs the target's code.",
    )
    _types(parser)
    add = parser.add_argument
    add("--at", metavar="VALUES", default="", help="arguments: 'w=[1, 2]; x=3.0'")
    add("--random", type=int, default=3, metavar="N", help="number of random points")
    add("--seed", type=int, default=0, help="seed of the random points")
    add("--method", choices=("central", "complex"), default="central")
    add("--rtol", type=float, default=1e-6, help="relative tolerance")
    return parser


def _trace(commands: _Commands[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "trace",
        help="show every step of the gradient at one point",
        description="Show every step of the gradient at one point: upstream x local = "
        "downstream. This runs the target's code.",
    )
    _types(parser)
    add = parser.add_argument
    add("--at", metavar="VALUES", default="", help="arguments: 'w=[1, 2]; x=3.0'")
    add("--seed", type=int, default=0, help="seed of the arguments that are drawn")
    add("--most", type=int, default=2000, metavar="N", help="number of steps listed")
    return parser


def _html(commands: _Commands[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "html",
        help="write the teaching page of a function at one point",
        description="Write one HTML file that shows the function, its gradient and "
        "every step at one point. This runs the target's code.",
    )
    _types(parser)
    add = parser.add_argument
    add("--at", metavar="VALUES", default="", help="arguments: 'w=[1, 2]; x=3.0'")
    add("--seed", type=int, default=0, help="seed of the arguments that are drawn")
    add(
        "--sweep",
        metavar="k=A:B:N",
        default="",
        help="a slider over N values of a number: k=-3:3:25, ks[2]=0:1:11",
    )
    add("-o", "--output", metavar="FILE", required=True, help="the page; - is stdout")
    add("--open", action="store_true", help="open it in the browser")
    return parser


def _graph(commands: _Commands[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "graph",
        help="print the computational graph",
        description="Print the computational graph. A file or stdin is read, never "
        "run; a module (pkg.mod:func) is imported.",
    )
    _types(parser)
    parser.add_argument(
        "--format",
        choices=("dot", "mermaid", "svg", "json"),
        default="dot",
        help="the language of the graph",
    )
    return parser


def _ops(commands: _Commands[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("ops", help="list the operations that have a rule")
    parser.add_argument(
        "--coverage", metavar="CSV", help="compare with a list: columns name, tier"
    )
    parser.add_argument("--page", action="store_true", help="print the docs' page")
    return parser


def _explain(commands: _Commands[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("explain", help="explain a rule or an error code")
    parser.add_argument("subject", metavar="NAME", help="np.tanh, or SD012")
    return parser


def _demo(commands: _Commands[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "demo", help="show a gradient, check it, and train a classifier with it"
    )
    parser.add_argument("--epochs", type=int, default=30, help="passes over the data")
    return parser
