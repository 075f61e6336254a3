"""The document of a trace: its numbers, its places, and what is drawn from it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

import symdiff
from symdiff import grad
from symdiff.cli import main
from symdiff.errors import InternalError, UsageError
from symdiff.explain.document import graph_of, static_document
from symdiff.explain.draw import dot, mermaid
from symdiff.explain.lines import links, normal
from symdiff.explain.summary import number, shown, summary
from symdiff.explain.table import table
from symdiff.explain.trace import trace
from symdiff.options import Options
from symdiff.pipeline import compile_text
from symdiff.testing import compare

SCALE = np.array([0.5, -1.0, 2.0])


def wave(x):
    h = np.tanh(x)
    return np.sum(h * h + 0.1 * x)


def regression(w, x, y):
    e = np.tanh(x @ w) - y
    return np.mean(e**2)


def looped(x, n):
    s = x
    for i in range(n):
        s = s * x + i
    return s


def halving(x):
    s = x
    while s > 1.0:
        s = 0.5 * s * s / (1.0 + s)
    return s * x


def stopped(x):
    total = 0.0
    for k in range(10):
        total = total + x**k
        if total > 4.0:
            break
    return total


def chosen(x):
    if x > 0:
        y = np.sin(x)
        y = y * x
    else:
        y = x**3
    return y * y


def stores(x):
    u = x.copy()
    for i in range(1, len(u)):
        u[i] = u[i] * u[i - 1]
        u[i] += x[0]
    return np.sum(u)


def paired(a, b):
    total = 0.0
    for k, (p, q) in enumerate(zip(a, b)):  # noqa: B905
        total = total + k * p * q**2
    for p in a:
        total += np.exp(p)
    for q in reversed(b):
        total = total * 0.9 + q
    return total


def whole(a, b):
    total = 0.0
    for pair in zip(a, b):  # noqa: B905
        total = total + pair[0] * pair[1] ** 2
    return total


def grown(x):
    items = []
    for v in x:
        items.append(v * v)
    return items[0] * items[-1] + sum(items)


def tallied(x, names):
    tally = {}
    for i, name in enumerate(names):
        tally[name] = tally.get(name, 0.0) + x[i] * x[i]
        tally["a"] *= 1.5
    return tally["a"] * tally["b"]


def factorial_like(x, n):
    if n <= 1:
        return x
    return x * n * factorial_like(x, n - 1)


def both(x):
    q, r = np.linalg.qr(x)
    return np.sum(q * q * q) + np.sum(r * r)


def kept(params):
    return np.sum(params["w"] ** 2) * params["b"] + params["w"][0]


def scaled(x):
    return np.sum(SCALE * x * x)


def masked(x):
    return np.sum(np.where(x > 0, np.sqrt(np.abs(x)), 0.0))


def unused(x, y):
    return y * y


X = np.array([0.3, -1.2, 0.7])
W = np.array([[1.0, 0.2], [0.3, -0.5], [0.4, 2.0]])
CASES: list[tuple[Any, Any, tuple[Any, ...]]] = [
    (wave, 0, (X,)),
    (wave, 0, (np.zeros(0),)),
    (wave, 0, (W.T,)),
    (regression, (0, 1, 2), (np.array([0.4, -0.3]), W, X)),
    (looped, 0, (1.3, 4)),
    (looped, 0, (1.3, 0)),
    (halving, 0, (7.5,)),
    (halving, 0, (0.5,)),
    (stopped, 0, (1.5,)),
    (chosen, 0, (0.8,)),
    (chosen, 0, (-0.8,)),
    (stores, 0, (X,)),
    (paired, (0, 1), (X, np.array([0.5, 1.5, -0.4]))),
    (whole, (0, 1), (X, np.array([0.5, 1.5, -0.4]))),
    (grown, 0, (X,)),
    (tallied, 0, (X, ["a", "b", "a"])),
    (factorial_like, 0, (1.1, 4)),
    (both, 0, (W,)),
    (kept, 0, ({"w": X, "b": 0.7},)),
    (scaled, 0, (X,)),
    (unused, (0, 1), (2.0, 3.0)),
]


@pytest.mark.parametrize(("fun", "argnums", "args"), CASES)
def test_the_steps_add_up_to_the_gradient(
    fun: Any, argnums: Any, args: tuple[Any, ...]
) -> None:
    """The generated function agrees with differences, and the steps with both."""
    made = grad(fun, argnums)
    found = trace(made, *args)
    assert found.difference < 1e-12
    given = made(*args)
    positions = argnums if isinstance(argnums, tuple) else (argnums,)
    parts = given if isinstance(argnums, tuple) else (given,)
    rows = compare(fun, parts, list(args), positions)
    assert all(row.ok for row in rows)
    assert np.allclose(found.value, fun(*args))
    check_document(found.document())


def check_document(document: Any) -> None:
    """Everything that is named exists, and every sentence is true."""
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    nodes = {node["id"] for node in document["nodes"]}
    edges = {edge["id"]: edge for edge in document["edges"]}
    assert len(nodes) == len(document["nodes"])
    assert len(edges) == len(document["edges"])
    for edge in edges.values():
        assert {edge["from"], edge["to"]} <= nodes
    values = document["values"]
    for number_, step in enumerate(document["steps"]):
        assert step["i"] == number_
        assert step["node"] in nodes
        for c in step["contributions"]:
            edge = edges[c["edge"]]
            assert edge["to"] == step["node"]
            assert edge["active"]
            check_sentence(values, c)
    lines = next(s for s in document["sources"] if s["id"] == "adjoint")["text"]
    for node in document["nodes"]:
        for place in node["adjoint"]:
            assert 1 <= place["line"] <= place["end_line"] <= lines.count("\n")


def check_sentence(values: list[Any], c: Any) -> None:
    """`upstream x local = product` and `before + product = after`."""

    def numbers(key: str) -> Any:
        return np.array(values[c[key]]["sample"])

    product = values[c["product"]]
    if c["local"] is not None and product["full"]:
        assert np.allclose(numbers("upstream") * numbers("local"), numbers("product"))
    if product.get("full") and "sample" in product:
        before = 0.0 if c["before"] is None else numbers("before")
        assert np.allclose(before + numbers("product"), numbers("after"))


def test_most_sentences_have_a_local_derivative() -> None:
    """Where it is a product of numbers the document says so, not only where easy."""
    document = trace(grad(regression), np.array([0.4, -0.3]), W, X).document()
    (last,) = [s for s in document["steps"] if s["phase"] == "backward"][-1][
        "contributions"
    ]
    edges = {edge["id"]: edge for edge in document["edges"]}
    assert last["local"] is None
    assert edges[last["edge"]]["local"] == "x.T @ upstream"
    others = [
        c
        for s in document["steps"]
        for c in s["contributions"]
        if c["edge"] != last["edge"]
    ]
    assert len(others) == 4
    assert all(c["local"] is not None for c in others)


def test_zeros_of_a_mask_stay_zeros() -> None:
    x = np.array([-1.0, 0.0, 4.0])
    with np.errstate(all="ignore"):
        found = trace(grad(masked), x)
    assert found.gradient["x"].tolist() == [0.0, 0.0, 0.25]
    assert [note["kind"] for note in found.document()["notes"]] == ["mask"]


def test_arguments_are_not_written_to() -> None:
    x = X.copy()
    trace(grad(stores), x)
    assert np.array_equal(x, X)


def test_a_draw_is_the_same_in_both_runs() -> None:
    def noisy(x: Any) -> Any:
        return np.sum(x * np.random.normal(size=3))

    assert trace(grad(noisy), X).difference == 0.0


def test_another_gradient_than_the_generated_one_is_an_error() -> None:
    made = grad(wave)
    variant = made.specialize(X)
    object.__setattr__(variant, "fn", lambda x: np.ones_like(x))
    with pytest.raises(InternalError, match="another gradient"):
        trace(made, X)


def solved(a: float) -> float:
    return brentq(lambda t: t**3 - a, 0.0, 4.0)


def test_what_is_not_shown_is_refused() -> None:
    with pytest.raises(UsageError, match=r"does not show .* `scipy.optimize.brentq`"):
        trace(grad(solved), 3.0)
    with pytest.raises(UsageError, match="a trace is of one `grad`"):
        trace(symdiff.hessian(wave), X)


def test_only_the_first_and_last_of_many_steps_are_kept() -> None:
    found = trace(grad(looped), 1.01, 50)
    document = found.document(most=10)
    numbers = [step["i"] for step in document["steps"]]
    total = len(found.document()["steps"])
    assert numbers == [0, 1, 2, 3, 4, *range(total - 5, total)]
    (note,) = document["notes"]
    assert (
        note["text"] == f"{total - 10} of {total} steps are left out, from number 5 on"
    )
    assert note["text"] in table(document)


def test_a_document_is_reproducible() -> None:
    one, other = (
        json.dumps(trace(grad(paired, (0, 1)), X, X + 1).document()) for _ in range(2)
    )
    assert one == other


class Layer:
    def __init__(self, w: Any) -> None:
        self.w = w

    def __call__(self, x: Any) -> Any:
        return np.sum(self.w * x * x)


def applied(layer: Layer, x: Any) -> Any:
    return layer(x) + x[0]


def test_parts_of_arguments_and_of_written_out_calls_have_names() -> None:
    document = trace(grad(applied, (0, 1)), Layer(X), X + 1).document()
    labels = [node["label"] for node in document["nodes"] if node["active"]]
    assert labels == [
        "layer.w",
        "x",
        "layer.w * x",
        "layer.w * x * x",
        "layer(x)",
        "x[0]",
        "layer(x) + x[0]",
    ]
    assert [g["param"] for g in document["gradient"]] == ["layer.w", "x"]
    handed = [edge["local"] for edge in document["edges"] if edge["active"]]
    assert "upstream * layer.w" in handed


# --- values


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.25, "0.25"),
        (3, "3"),
        (True, "True"),
        (np.float32(0.5), "0.5"),
        (np.array([1.0, 2.5]), "[1, 2.5]"),
        (np.ones((3, 2)), "f8[3, 2] norm 2.4495"),
        (np.array([np.nan] * 5), "f8[5] norm 0, 5 not finite"),
        (np.zeros((0,)), "[]"),
        ([1.0, (2.0,)], "list of 2"),
        ({"a": 1.0}, "dict of 1"),
        (None, "None"),
        (range(3), "range(0, 3)"),
        (object(), "object"),
    ],
)
def test_values_in_words(value: Any, words: str) -> None:
    found = summary(value)
    json.dumps(found, allow_nan=False)
    assert shown(found) == words


def test_summary_of_a_large_array() -> None:
    found = summary(np.arange(100.0).reshape(4, 25))
    assert found["shape"] == [4, 25]
    assert found["dtype"] == "f8"
    assert (found["min"], found["max"], found["mean"]) == (0.0, 99.0, 49.5)
    assert found["zeros"] == 1
    assert not found["full"]
    assert found["sample"] == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]


def test_numbers_that_json_does_not_have() -> None:
    assert [number(v) for v in (np.nan, np.inf, -np.inf)] == ["nan", "inf", "-inf"]
    assert number(1 + 2j) == "1+2j"


# --- places


def linked(text: str, of: int) -> list[str]:
    """The lines of the generated source that belong to one of the user's lines."""
    compiled = compile_text(text, "f.py", None, Options(), {})
    source = compiled.primal.main.source
    assert source is not None
    (line,) = [n for n in source.lines if n.span.line == of]
    rows = compiled.source.splitlines()
    found = links(compiled.source, source.lines)
    return [rows[first - 1].strip() for first, _ in found.of(line)]


def test_lines_of_both_sweeps_are_linked() -> None:
    text = (
        "import numpy as np\n"
        "def f(x: float):\n"
        "    s = x\n"
        "    for i in range(3):\n"
        "        s = np.sin(s) * x * i\n"
        "    return s * x\n"
    )
    assert linked(text, 3)[0] == "s = x"
    loop = linked(text, 4)
    assert loop[0] == "for i in range(3):"
    assert any(row.startswith("for") and "reversed" in row for row in loop[1:])
    inside = linked(text, 5)
    assert "s = sin_s * x * i" in inside
    assert any("np.cos" in row for row in inside)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("e**2", "e ** 2"),
        ("for i in range( 3 ):", "for i in range(3)"),
        ("elif x>0:", "if x > 0"),
        ("while  True:", "while True"),
    ],
)
def test_statements_read_the_same_however_they_are_spaced(text: str, same: str) -> None:
    assert normal(text) == same


# --- graphs

PRODUCT = "def product(x: float, y: float):\n    z = x * y\n    return z * x\n"


def product_document() -> Any:
    options = Options()
    compiled = compile_text(PRODUCT, "p.py", None, options, {})
    graph = graph_of(compiled, options.argnums)
    return static_document(compiled, options.argnums, graph)


def test_graph_as_dot() -> None:
    assert dot(product_document()) == (
        'digraph "product" {\n'
        "    rankdir=TB;\n"
        '    node [shape=box, style=rounded, fontname="monospace"];\n'
        '    edge [fontname="monospace"];\n'
        '    n0 [label="x", penwidth=2];\n'
        '    n1 [label="y", style="rounded,dotted"];\n'
        '    n2 [label="z: mul"];\n'
        '    n3 [label="z * x"];\n'
        "    n0 -> n2;\n"
        '    n2 -> n0 [style=dashed, constraint=false, label="upstream * y"];\n'
        "    n1 -> n2;\n"
        "    n2 -> n3;\n"
        '    n3 -> n2 [style=dashed, constraint=false, label="upstream * x"];\n'
        "    n0 -> n3;\n"
        '    n3 -> n0 [style=dashed, constraint=false, label="upstream * z"];\n'
        "}\n"
    )


def test_graph_as_mermaid() -> None:
    assert mermaid(product_document()) == (
        "flowchart TB\n"
        '    n0["x"]\n'
        '    n1["y"]\n'
        '    n2["z: mul"]\n'
        '    n3["z * x"]\n'
        "    n0 --> n2\n"
        '    n2 -.->|"upstream * y"| n0\n'
        "    n1 --> n2\n"
        "    n2 --> n3\n"
        '    n3 -.->|"upstream * x"| n2\n'
        "    n0 --> n3\n"
        '    n3 -.->|"upstream * z"| n0\n'
    )


def test_boxes_are_closed() -> None:
    """One box for each of two loops, the inner one inside of the outer one."""
    text = (
        "def f(x: float):\n"
        "    for i in range(2):\n"
        "        for j in range(3):\n"
        '            x = x * x if "a<b" else x\n'
        "    return x\n"
    )
    options = Options()
    compiled = compile_text(text, "f.py", None, options, {})
    graph = graph_of(compiled, options.argnums)
    document = static_document(compiled, options.argnums, graph)
    as_dot, as_mermaid = dot(document), mermaid(document)
    assert as_dot.count("{") == as_dot.count("}") == 3
    assert as_mermaid.count("subgraph") == as_mermaid.count("    end") == 2
    outer, inner = (as_dot.index(f"line {n}: for") for n in (2, 3))
    assert outer < inner < as_dot.index("    }")


# --- the commands


@pytest.fixture
def folder(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "wave_target.py").write_text(
        "print('the module was run')\n\n\ndef wave(x: float):\n    return x * x * x\n"
    )
    return tmp_path


def test_trace_as_a_table(folder: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "wave_target.py", "--at", "x=2"]) == 0
    out, err = capsys.readouterr()
    assert out == (
        "wave = 8\n\n"
        "forward\n"
        "  5  x * x      =  4\n"
        "  5  x * x * x  =  8\n\n"
        "backward, with respect to x\n"
        "  line  of                   upstream  local  downstream  total\n"
        "  5     x * x  <- x * x * x  1         x 2    = 2         2\n"
        "  5     x      <- x * x * x  1         x 4    = 4         4\n"
        "  5     x      <- x * x      2         x 2    = 4         8\n"
        "  5     x      <- x * x      2         x 2    = 4         12\n\n"
        "gradient of x = 12\n"
        "the generated wave_grad gives the same (difference 0.0e+00)\n"
    )
    assert err == "the module was run\n"


def test_trace_as_json(folder: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "wave_target.py", "--at", "x=2", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    check_document(document)
    assert document["schema"] == 1
    assert document["function"]["wrt"] == ["x"]
    (excerpt,) = [s for s in document["sources"] if s["id"] == "primal"]
    assert excerpt == {
        "id": "primal",
        "file": "wave_target.py",
        "first_line": 4,
        "text": "def wave(x: float):\n    return x * x * x\n",
    }


def test_graph_does_not_run_a_file(
    folder: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("dot", "mermaid", "json"):
        assert main(["graph", "wave_target.py", "--format", form]) == 0
        assert "the module was run" not in capsys.readouterr().out


def test_keyword_only_parameters(
    folder: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "def f(a: float, b: float = 2.0, *, c: float):\n    return a * b * c\n"
    (folder / "keyword_target.py").write_text(text)
    assert main(["trace", "keyword_target.py", "--at", "a=1; b=2; c=3"]) == 0
    assert "gradient of a = 6\n" in capsys.readouterr().out


def test_trace_needs_two_steps(folder: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["trace", "wave_target.py", "--at", "x=2", "--most", "1"]) == 2
    assert "--most 1" in capsys.readouterr().err


def test_a_function_that_raises(
    folder: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "import math\n\n\ndef f(x: float):\n    return math.log(x)\n"
    (folder / "log_target.py").write_text(text)
    assert main(["trace", "log_target.py", "--at", "x=-1"]) == 2
    assert "the function raises ValueError" in capsys.readouterr().err
