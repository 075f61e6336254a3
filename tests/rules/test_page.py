"""The page of all rules is the one that the table gives."""

from __future__ import annotations

from pathlib import Path

from symdiff.cli.coverage import Row, asked, by_category, in_forward, text
from symdiff.cli.ops import entries, page
from symdiff.rules import find

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "ops.md"


def test_the_page_is_current():
    assert PAGE.read_text() == page(), "symdiff ops --page > docs/reference/ops.md"


def test_operands_that_are_asked_for():
    assert asked("scipy.special.betainc[wrt a b]") == (
        "scipy.special.betainc",
        ("a", "b"),
    )
    assert asked("numpy.ndarray.__getitem__[slice]")[1] == ()


def test_counts():
    rows = [
        Row("a", "1", "special", True, True),
        Row("b", "1", "special", True, False),
        Row("c", "2", "shape", False, False),
    ]
    assert text(rows)[:3] == [
        "tier 1: 2 of 2, 1 in forward",
        "tier 2: 0 of 1",
        "  missing c",
    ]
    special = next(line for line in by_category(rows) if line.startswith("special"))
    assert special.split() == [*["special", "2", "of", "2", "1", "0", "of", "0", "0"]]


def test_nearly_every_rule_has_a_tangent():
    bare = {e.op for e in entries() if not e.constant and not in_forward(e)}
    assert not bare, bare


def test_fixed_keywords_are_shown():
    assert "numpy.sum" in {e.op for e in entries()}
    assert find("numpy.sum") is not None
    assert "### `cumsum(a, axis=None; dtype=None, " in page()
