"""The core operations: the bare names of the IR and how many arguments they take."""

from __future__ import annotations

_ARITHMETIC = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"]
AUGMENTED = frozenset(f"i{name}" for name in _ARITHMETIC)
"""`y = copy(x); y += e` as values."""

_TWO = """
    lt le gt ge eq ne is_ is_not contains and_ or_ xor lshift rshift
    logical_and logical_or getitem attribute append unbroadcast
"""

ARITY: dict[str, int | None] = {
    **dict.fromkeys([*_ARITHMETIC, *sorted(AUGMENTED), *_TWO.split()], 2),
    **dict.fromkeys(["neg", "pos", "not_", "invert"], 1),
    **dict.fromkeys(["same", "unpack", "zeros", "defined"], 1),
    **dict.fromkeys(["setitem", "additem", "insert", "slice", "ifelse"], 3),
    **dict.fromkeys(
        [
            "tuple",
            "list",
            "dict",
            "new",
            "like",
            "instance",
            "pop",
            "format",
            "assert",
            "raise",
        ]
    ),
    "attempt": 0,
    "verbatim": None,
    "external": None,
    **dict.fromkeys(["enter", "lastly", "leave"], 1),
    "handler": 2,
}
"""The number of arguments of each core operation, None where it varies.

Any other bare name in the IR's text calls a function of the program.
"""
