"""Each line of the case files that says `# error: SDnnn` raises it; no other does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symdiff.errors import UnsupportedError
from symdiff.frontend import lower, read_text
from symdiff.orders import derived

FOLDER = Path(__file__).parent
FILES = ("language.py", "meaning.py")


def expected(file: str) -> dict[str, list[tuple[int, str]]]:
    """The codes of each function with their lines."""
    found: dict[str, list[tuple[int, str]]] = {}
    name = ""
    for number, row in enumerate((FOLDER / file).read_text().split("\n"), 1):
        header = re.match(r"(?:async )?def (\w+)", row)
        if header is not None:
            name = header[1]
        _, mark, codes = row.partition("# error: ")
        if mark:
            found.setdefault(name, []).extend((number, code) for code in codes.split())
    return found


CASES = [
    pytest.param(file, name, want, id=name)
    for file in FILES
    for name, want in expected(file).items()
]


@pytest.mark.parametrize(("file", "name", "want"), CASES)
def test_every_finding(file, name, want):
    target = read_text((FOLDER / file).read_text(), file, name)
    with pytest.raises(UnsupportedError) as caught:
        lower(target, {}, derive=derived)
    found = caught.value.diagnostics
    assert [(d.span.line, d.code) for d in found] == want
    for finding in found:
        assert (finding.filename, finding.function) == (file, name)
        assert finding.message.strip()
        window = finding.render()
        assert f"{file}:{finding.span.line}:{finding.span.column}" in window
        assert "^" in window


def test_the_window_shows_both_places():
    text = (
        "import numpy as np\n"
        "def f(a: np.ndarray, n):\n"
        "    past = [a]\n"
        "    a *= 2.0\n"
        "    return np.sum(past[0])\n"
    )
    with pytest.raises(UnsupportedError) as caught:
        lower(read_text(text, "model.py"), {})
    assert str(caught.value) == (
        "model.py:5:19: SD301 `past` may share storage with `a`, which was written to\n"
        "     4 |     a *= 2.0\n"
        "       |     -------- written to through `a`\n"
        "     5 |     return np.sum(past[0])\n"
        "       |                   ^^^^^^^\n"
        "  help: make the copy explicit where the two part: "
        "`past = [item.copy() for item in …]`"
    )
