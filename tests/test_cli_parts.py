"""The parts of the command line that need no compiler."""

from __future__ import annotations

import io
import stat
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symdiff.cli import main
from symdiff.cli.color import painter, wanted
from symdiff.cli.diagnostics import as_json, render, render_all
from symdiff.cli.failures import Failure, exit_code, explain_failure
from symdiff.cli.output import unified_diff, write_atomically
from symdiff.cli.target import Target, load_target, parse_target, read_target
from symdiff.cli.values import Draw, parse_at
from symdiff.errors import (
    Diagnostic,
    InternalError,
    Label,
    SourceError,
    Span,
    UnsupportedError,
    UsageError,
)
from symdiff.typespec import parse_types

plain = painter(False)


# --- TARGET


@pytest.mark.parametrize(
    ("spec", "target"),
    [
        ("pkg.mod:func", Target(module="pkg.mod", name="func")),
        ("file.py:func", Target(path="file.py", name="func")),
        ("a/file.py::func", Target(path="a/file.py", name="func")),
        ("file.py", Target(path="file.py")),
        ("-", Target()),
        ("-:func", Target(name="func")),
    ],
)
def test_forms_of_target(spec: str, target: Target) -> None:
    assert parse_target(spec) == target


@pytest.mark.parametrize("spec", ["pkg.mod", ":f", "", "pkg:"])
def test_other_forms_are_usage_errors(spec: str) -> None:
    with pytest.raises(Failure, match="is not a target") as caught:
        parse_target(spec)
    assert caught.value.exit_code == 2


def test_unknown_function_lists_the_nearest_first(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text("def other(x): return x\n\ndef loss(x): return x\n")
    with pytest.raises(Failure, match="no function 'los'") as caught:
        read_target(Target(path=str(path), name="los"))
    assert caught.value.help == "it has loss, other"
    assert caught.value.exit_code == 4


def test_file_with_several_functions_needs_a_name(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text("def f(x): return x\n\ndef g(x): return x\n")
    with pytest.raises(Failure, match="defines 2 functions: f, g") as caught:
        read_target(Target(path=str(path)))
    assert caught.value.exit_code == 2
    assert caught.value.help.endswith("m.py:g")


@pytest.mark.parametrize(
    ("text", "reason"), [("x = 1", "defines no function"), ("def f(:", "not valid Py")]
)
def test_file_without_a_function(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "m.py"
    path.write_text(text)
    with pytest.raises(Failure, match=reason) as caught:
        read_target(Target(path=str(path)))
    assert caught.value.exit_code == 4


def test_missing_file_names_a_similar_one(tmp_path: Path) -> None:
    (tmp_path / "model.py").touch()
    with pytest.raises(Failure, match="there is no file") as caught:
        read_target(Target(path=str(tmp_path / "modle.py")))
    assert caught.value.help == "did you mean model.py?"


def test_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(Failure, match="cannot read"):
        read_target(Target(path=str(path)))


def test_loading_runs_the_file(tmp_path: Path) -> None:
    path = tmp_path / "loaded_target.py"
    path.write_text("K = 3\n\ndef f(x): return K * x\n")
    assert load_target(Target(path=str(path)))(2) == 6


def test_what_loading_raises_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "broken_target.py"
    path.write_text("def f(x): return x\n\nraise ValueError('no')\n")
    with pytest.raises(Failure, match=r"failed: ValueError\('no'\)"):
        load_target(Target(path=str(path)))


def test_module_targets() -> None:
    assert load_target(Target(module="math", name="sin")).__name__ == "sin"
    with pytest.raises(Failure, match="no function 'sine'") as caught:
        load_target(Target(module="math", name="sine"))
    assert caught.value.help.startswith("it has sin")
    with pytest.raises(Failure, match="is no function"):
        load_target(Target(module="math", name="pi"))
    with pytest.raises(Failure, match="could not import no_such_module") as caught:
        load_target(Target(module="no_such_module", name="f"))
    assert "current folder" in caught.value.help


# --- findings

LINES = (
    "import cv2",
    "def loss(w, x):",
    "    z = x * w",
    "    return cv2.blur(z, 5)",
)
FINDING = Diagnostic(
    code="SD201",
    message="`cv2.blur` has no derivative rule",
    span=Span(4, 12, 4, 26),
    label="not known to symdiff",
    secondary=(Label(Span(3, 9, 3, 14), "active: depends on `w`"),),
    notes=("argnums=('w',) makes `w` active",),
    help="declare one with symdiff.rule",
    filename="model.py",
    function="loss",
    lines=LINES,
)


def test_findings_look_like_those_of_rustc() -> None:
    assert render(FINDING, plain).splitlines() == [
        "error[SD201]: `cv2.blur` has no derivative rule",
        "  --> model.py:4:12 in `loss`",
        "   |",
        " 3 |     z = x * w",
        "   |         ----- active: depends on `w`",
        " 4 |     return cv2.blur(z, 5)",
        "   |            ^^^^^^^^^^^^^^ not known to symdiff",
        "   = note: argnums=('w',) makes `w` active",
        "help: declare one with symdiff.rule",
        "   = more: symdiff explain SD201",
    ]


def test_wide_characters_keep_the_marks_in_place() -> None:
    lines = ("名前 = f(x)",)
    finding = Diagnostic("SD1", "no", Span(1, 6, 1, 10), filename="m.py", lines=lines)
    row, marks = render(finding, plain).splitlines()[3:5]
    assert row == " 1 | 名前 = f(x)"
    assert marks == "   |        ^^^^"


def test_span_over_lines_is_marked_to_the_end_of_the_first() -> None:
    lines = ("f(a,", "  b)")
    finding = Diagnostic("SD1", "no", Span(1, 1, 2, 5), filename="m.py", lines=lines)
    assert "   | ^^^^" in render(finding, plain).splitlines()


def test_finding_without_a_place() -> None:
    finding = Diagnostic("SD1", "no", filename="m.py")
    assert render(finding, plain).splitlines()[:2] == ["error[SD1]: no", "  --> m.py"]
    assert as_json(finding)["span"] is None


def test_all_findings_are_counted() -> None:
    assert render_all((FINDING, FINDING), plain).endswith("2 errors")
    assert "errors" not in render_all((FINDING,), plain)


def test_json_of_a_finding() -> None:
    found = as_json(FINDING)
    assert found["code"] == "SD201"
    assert found["span"] == {"line": 4, "col": 12, "end_line": 4, "end_col": 26}
    assert found["secondary"][0]["text"] == "active: depends on `w`"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UnsupportedError((FINDING,)), 3),
        (SourceError("no text"), 4),
        (UsageError("wrong"), 2),
        (Failure(1, "no"), 1),
        (InternalError("broken"), 70),
        (ZeroDivisionError("x"), 70),
        (KeyboardInterrupt(), 130),
    ],
)
def test_exit_codes(error: BaseException, code: int) -> None:
    assert exit_code(error) == code
    assert explain_failure(error, plain)


def test_bug_asks_to_be_reported() -> None:
    text = explain_failure(ZeroDivisionError("x"), plain)
    assert "This is a bug in symdiff. Please report it" in text
    assert "NumPy" in text


# --- colour


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "environ", "on"),
    [
        ("auto", {}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("always", {"NO_COLOR": "1"}, True),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, True),
        ("auto", {"FORCE_COLOR": "0"}, False),
        ("auto", {"PYTHON_COLORS": "0"}, False),
        ("auto", {"TERM": "dumb"}, False),
        ("auto", {"TERM": "dumb", "FORCE_COLOR": "1"}, True),
    ],
)
def test_colour_rules(choice: str, environ: dict[str, str], on: bool) -> None:
    assert wanted(choice, Terminal(), environ) is on


def test_no_colour_into_a_pipe() -> None:
    assert not wanted("auto", io.StringIO(), {})
    assert wanted("auto", io.StringIO(), {"FORCE_COLOR": "1"})


def test_paint() -> None:
    assert painter(True)("error", "x") == "\x1b[1;31mx\x1b[0m"
    assert plain("error", "x") == "x"


# --- files


def test_written_file_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "out.py"
    path.write_text("old")
    path.chmod(0o640)
    write_atomically(str(path), "new\n")
    assert path.read_text() == "new\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [p.name for p in tmp_path.iterdir()] == ["out.py"]


def test_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="cannot write"):
        write_atomically(str(tmp_path / "no" / "out.py"), "x")


def test_diff() -> None:
    rows = unified_diff("a\nb\n", "a\nc\n", "f.py", plain).splitlines()
    assert rows[:2] == ["--- f.py", "+++ f.py (new)"]
    assert rows[-2:] == ["-b", "+c"]


# --- values


def test_values_at() -> None:
    found = parse_at("w=[1, 2]; x=3.0; n=4; ts=[1.0]", parse_types("ts: list[float]"))
    assert found["w"].dtype == float
    assert found["x"] == 3.0
    assert isinstance(found["n"], int)
    assert found["ts"] == [1.0]


@pytest.mark.parametrize("text", ["w", "w=x", "w=[1, [2]]", "w=open('f')"])
def test_values_that_cannot_be_read(text: str) -> None:
    with pytest.raises(Failure) as caught:
        parse_at(text, {})
    assert caught.value.exit_code == 2


def test_drawn_arguments_have_the_stated_types() -> None:
    def f(w: Any, X: Any, s: float, n: int, t: list[float], p: Any, flag: Any = True):
        raise AssertionError("the function is not called")

    types = parse_types("w: f8[k], X: f4[m, k + 1], p: tuple[b1, f8[2]]")
    w, X, s, n, t, p, flag = Draw(f, types, {}).arguments(np.random.default_rng(0))
    assert X.shape[1] == w.shape[0] + 1
    assert X.dtype == np.float32
    assert isinstance(s, float)
    assert isinstance(n, int)
    assert len(t) == 3
    assert p[1].shape == (2,)
    assert flag is True


def test_parameter_without_a_type_is_asked_for() -> None:
    def f(w: Any): ...

    with pytest.raises(Failure, match="no type or value is known for 'w'"):
        Draw(f, {}, {}).arguments(np.random.default_rng(0))
    with pytest.raises(Failure, match="no parameter 'v'"):
        Draw(f, {}, {"v": 1.0})
    with pytest.raises(Failure, match="cannot draw"):
        Draw(f, parse_types("w: f8[...]"), {}).arguments(np.random.default_rng(0))


# --- the parser


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("symdiff ")
    assert main(["grad", "--help"]) == 0
    assert "never run" in capsys.readouterr().out
    assert main([]) == 2
    assert main(["grad"]) == 2
