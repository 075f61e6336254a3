"""Whether complex numbers occur in a program, so that a type may hide one."""

from __future__ import annotations

from symdiff.ir.nodes import Program, atoms, bound, walk
from symdiff.rules.projection import is_complex


def has_complex(program: Program) -> bool:
    """Whether a value of the program is known to be complex.

    In such a program a value of unknown type is taken for a complex one, and the
    cotangent of a real one is made real again. In all others unknown is real.
    """
    for fn in program.functions:
        if any(is_complex(p.type) for p in fn.params):
            return True
        for stmt in walk(fn.body):
            if any(is_complex(a.type) for a in (*atoms(stmt), *bound(stmt))):
                return True
    return False
