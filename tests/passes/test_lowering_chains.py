"""Long chains are parsed in pieces; nothing else shows that."""

from __future__ import annotations

import ast

import pytest
from lowering import HEADER

from symdiff.frontend import lower, read_text
from symdiff.ir.nodes import walk
from symdiff.ir.run import run
from symdiff.ir.types import FLOAT

PLAIN = " + ".join(f"x * {i}" for i in range(300))
LINES = "\n        - ".join(f"x * {i}  # term {i}" for i in range(300))
INNER = " - ".join(["x"] * 70 + [f"({' + '.join(['y'] * 150)})"] + ["x"] * 100)
FACTORS = "*".join(["(1 + 0.01*x)"] * 200)
CHAINS = {
    "one line": f"    return {PLAIN}",
    "several lines": f"    é = (\n        {LINES}\n    )\n    return é * ({PLAIN})",
    "continued": "    return " + PLAIN.replace(" + ", " + \\\n  "),
    "factors": f"    'é' ; return {FACTORS} - x / y if x else y",
    "a chain in a chain": f"    return {INNER}",
}


@pytest.mark.parametrize("name", CHAINS)
def test_chain(name):
    text = f"{HEADER}def f(x, y):\n{CHAINS[name]}\n"
    program = lower(read_text(text, "model.py"), {"x": FLOAT, "y": FLOAT}).program
    space = {}
    exec(text, space)
    assert run(program, 0.3, 0.7) == pytest.approx(space["f"](0.3, 0.7), rel=1e-12)
    rows = text.split("\n")
    for stmt in walk(program.main.body):
        for span in stmt.origin.spans:
            if span.line == span.end_line:
                code = rows[span.line - 1][span.column - 1 : span.end_column - 1]
                ast.parse(code)
