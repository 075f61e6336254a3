"""The command line: arguments in; Python, tables or findings out.

One file a command; `main` holds the parser, `failures` the exit codes.
"""

from symdiff.cli.main import main

__all__ = ["main"]
