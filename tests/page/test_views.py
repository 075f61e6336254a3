"""Side by side in a terminal, the graph as a picture, and what a notebook shows."""

from __future__ import annotations

import linecache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from symdiff import grad
from symdiff.cli import main
from symdiff.errors import UsageError
from symdiff.explain.side import side_by_side
from symdiff.explain.trace import trace
from symdiff.page.notebook import bundle, differentiated

TEXT = "def f(x, k):\n    y = x * k\n    return y * y\n"


@pytest.fixture
def target(tmp_path: Path) -> str:
    (tmp_path / "model.py").write_text(TEXT)
    return f"{tmp_path / 'model.py'}:f"


def rows(text: str) -> list[tuple[str, str]]:
    pairs = (line.partition("|") for line in text.splitlines())
    return [(left.strip(), right.strip()) for left, _, right in pairs]


def test_view_has_one_letter_for_what_belongs_together(
    target: str, capsys: Any
) -> None:
    assert main(["view", target, "--argnums", "x,k"]) == 0
    found = rows(capsys.readouterr().out)
    assert [left for left, _ in found][:3] == [
        "1  def f(x, k):",
        "a 2      y = x * k",
        "b 3      return y * y",
    ]
    made = {line[4:].strip(): line[:1] for _, line in found if line[:1] in ("a", "b")}
    assert made["y = x * k"] == "a"
    assert {made[line] for line in made if line.startswith("y_bar")} == {"b"}
    assert {made[line] for line in made if line.startswith("x_bar")} == {"a"}


@pytest.mark.parametrize("stage", ["parse", "ssa", "adjoint", "final"])
def test_view_of_a_stage(target: str, capsys: Any, stage: str) -> None:
    assert main(["view", target, "--stage", stage]) == 0
    found = rows(capsys.readouterr().out)
    assert any(right.startswith("a ") for _, right in found)
    assert main(["grad", target, "--stage", stage]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(found) >= len(lines)


def test_what_is_too_wide_is_put_below(target: str) -> None:
    def f(x):
        return x * x

    document = trace(grad(f), 2.0).document()
    wide, narrow = side_by_side(document, width=200), side_by_side(document, width=40)
    assert " | " in wide
    assert " | " not in narrow
    assert narrow.splitlines()[0] == "-- f"


def test_the_graph_is_a_picture(target: str, capsys: Any) -> None:
    assert main(["graph", target, "--format", "svg"]) == 0
    tree = ElementTree.fromstring(capsys.readouterr().out)
    texts = {node.text for node in tree.iter("{http://www.w3.org/2000/svg}text")}
    assert {"x", "k", "y", "y * y"} <= texts


def test_a_notebook_shows_text_without_a_script() -> None:
    def f(x):
        return x * x if x < 1 else x

    found = bundle(grad(f))
    assert set(found) == {"text/plain", "text/html"}
    assert "def f_grad(x" in found["text/plain"]
    assert "x &lt; 1" in found["text/html"]
    assert "<script" not in found["text/html"]


def test_what_has_no_gradient_is_shown_with_its_reasons() -> None:
    def f(x):
        return eval("x")

    found = bundle(grad(f))
    assert set(found) == {"text/plain"}
    assert "SD" in found["text/plain"]


def test_the_magic_defines_the_gradient_of_the_last_function() -> None:
    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "symdiff")
    cell = "import numpy as np\ndef g(x):\n    return np.sin(x)\ndef f(x, k):\n"
    made = shell.run_cell_magic("grad", "-a x,k", f"{cell}    return g(x) * k\n")
    names = shell.user_ns
    assert names["f_grad"] is made
    x_bar, k_bar = made(0.3, 2.0)
    assert x_bar == pytest.approx(2 * np.cos(0.3))
    assert k_bar == pytest.approx(np.sin(0.3))
    plain, _ = shell.display_formatter.format(made)
    assert "def f_grad(x, k):" in plain["text/plain"]


def test_the_magic_refuses_what_it_does_not_know() -> None:
    before = len(linecache.cache)
    with pytest.raises(UsageError, match="defines no function"):
        differentiated("", "x = 1", {})
    with pytest.raises(UsageError, match="unrecognized arguments"):
        differentiated("--fast", TEXT, {})
    assert len(linecache.cache) == before
    made = differentiated("--value --name both", TEXT, {})
    assert isinstance(made(1.0, 2.0), tuple)
