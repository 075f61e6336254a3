"""The first statement whose derivative is wrong is named."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from symdiff import rule
from symdiff.cli.main import main
from symdiff.suspects import first_suspect

MODEL = """
import numpy as np
import symdiff


def act(x):
    return np.tanh(x)


symdiff.rule(act, x="{bar}", dot="{dot}")


def loss(x: float) -> float:
    h = np.sin(x) * 2.0
    for _ in range(2):
        h = act(h) + np.cos(h)
    return h * x
"""
BAR, DOT = "out_bar * (1 - out**2)", "x_dot * (1 - out**2)"


def written(path: Path, name: str, bar: str = BAR, dot: str = DOT) -> str:
    (path / f"{name}.py").write_text(MODEL.format(bar=bar, dot=dot))
    return f"{name}.py:loss"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_modes_that_disagree(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = written(folder, "tilted", dot="x_dot * (1 - out)")
    assert main(["check", target, "--at", "x=0.3"]) == 1
    said = capsys.readouterr().out
    assert "along a random direction: symdiff" in said
    assert ", forward mode" in said
    assert "tilted.py:16: h = act(h) + np.cos(h)\n    `tilted.act`: reverse" in said


def test_a_rule_that_is_wrong_in_both(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = written(folder, "wrong", BAR.replace("-", "+"), DOT.replace("-", "+"))
    assert main(["check", target, "--at", "x=0.3", "--json"]) == 1
    said = capsys.readouterr().out
    found = json.loads(said[said.index("{") :])["check"]["suspect"]
    assert (found["line"], found["operation"]) == (16, "wrong.act")
    assert found["reverse"] == pytest.approx(found["forward"])
    assert found["reverse"] != pytest.approx(found["differences"])


def test_a_rule_that_is_right(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", written(folder, "right"), "--at", "x=0.3"]) == 0
    assert "first statement" not in capsys.readouterr().out


def test_lists_rows_and_factors_agree() -> None:
    def model(a: np.ndarray, b: float) -> float:
        q, r = np.linalg.qr(a)
        rows = [q[0] * b, r[1]]
        rows[0] = rows[0] + np.linalg.solve(a, rows[1])
        return float(np.sum(rows[0] ** 2) + np.max(rows[1]))

    a = np.array([[1.0, 2.0], [-0.5, 1.5]])
    assert first_suspect(model, (0, 1), (a, 0.7)) is None


def test_a_rule_for_reverse_mode_only(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    home = ModuleType("home_of_doubled")
    exec("def doubled(x):\n    return 2 * x\n", home.__dict__)
    monkeypatch.setitem(sys.modules, home.__name__, home)
    doubled = rule(home.doubled, x="3 * out_bar")

    def model(x: float) -> float:
        return doubled(x) * x

    found = first_suspect(model, (0,), (0.5,))
    assert found is not None
    assert found.operation == "home_of_doubled.doubled"
    assert found.forward is None
    assert "forward" not in str(found)
