"""The page in a browser: links, steps, keyboard, accessibility, no requests.

Run `npm ci` in this folder first (or set NODE_PATH to where the packages are), with
Chromium and Node installed: `pytest -m browser`. `.ci/run` does both.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symdiff import grad
from symdiff.explain.summary import shown
from symdiff.explain.trace import trace

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent


def plain(x, k):
    y = x * k
    z = np.sin(y) + y
    return z * k


def looped(W, h, xs):
    for x in xs:
        h = np.tanh(W @ h + x)
    return np.sum(h**2)


def network(W1, b1, W2, b2, x, y):
    h = np.maximum(x @ W1 + b1, 0)
    z = h @ W2 + b2
    z = z - np.max(z, axis=1, keepdims=True)
    log_p = z - np.log(np.sum(np.exp(z), axis=1, keepdims=True))
    return -np.mean(np.sum(y * log_p, axis=1))


def arguments() -> dict[str, tuple[Any, tuple[Any, ...]]]:
    rng = np.random.default_rng(0)
    wide = [(784, 128), (128,), (128, 10), (10,), (32, 784), (32, 10)]
    return {
        "plain": (grad(plain, argnums=("x", "k")), (0.7, 1.5)),
        "looped": (
            grad(looped, argnums=("W", "h")),
            (rng.normal(size=(2, 2)), rng.normal(size=2), rng.normal(size=(4, 2))),
        ),
        "long": (
            grad(looped, argnums=("W", "h")),
            (0.3 * np.eye(8), np.ones(8), rng.normal(size=(100, 8))),
        ),
        "network": (
            grad(network, argnums=("W1", "b1", "W2", "b2")),
            tuple(0.1 * rng.normal(size=shape) for shape in wide),
        ),
    }


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name, (gradient, args) in arguments().items():
        sweep = "k=-3:3:7" if name == "plain" else ""
        gradient.to_html(folder / f"{name}.html", *args, sweep=sweep)
    return folder


@pytest.fixture(scope="module")
def seen(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    chromium, node = shutil.which("chromium"), shutil.which("node")
    assert chromium, "install chromium"
    assert node, "install nodejs"
    pictures = os.environ.get("SCREENSHOTS") or tmp_path_factory.mktemp("pictures")
    command = [node, HERE / "browser.cjs", chromium, pages, pictures]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def expected(document: dict[str, Any]) -> list[list[str]]:
    """The sentences of every step, from the document and not from the page's code."""
    words = [shown(value, 9) for value in document["values"]]
    label = {node["id"]: node["label"] for node in document["nodes"]}
    edges = {edge["id"]: edge for edge in document["edges"]}
    found = []
    for step in document["steps"]:
        own = label[step["node"]]
        if step["phase"] == "forward":
            found.append([f"{own} = {words[step['value']]}"])
            continue
        rows = []
        for c in step["contributions"]:
            edge = edges[c["edge"]]
            up = words[c["upstream"]]
            middle = f"{edge['local']}, with upstream {up},"
            if not edge["local"]:
                middle = f"the rule of {own} applied to upstream {up}"
            if c["local"] is not None:
                middle = f"upstream {up} × local {words[c['local']]}"
            of = label[edge["from"]]
            of = of if of.isidentifier() else f"({of})"
            row = f"∂L/∂{of} = {middle} = {words[c['product']]}"
            if c["before"] is not None:
                row += f"; together with {words[c['before']]} from before: "
                row += words[c["after"]]
            rows.append(row)
        found.append(rows)
    return found


NAMES = ("plain", "looped", "long", "network")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_requested_and_nothing_complains(
    seen: dict[str, Any], name: str
) -> None:
    found = seen[f"{name}.html"]
    assert found["requests"] == []
    assert found["errors"] == []
    assert found["opened"] < 1000


@pytest.mark.parametrize("name", NAMES)
def test_sentences_say_the_numbers_that_were_computed(
    seen: dict[str, Any], name: str
) -> None:
    gradient, args = arguments()[name]
    document = trace(gradient, *args).document()
    found = seen[f"{name}.html"]["steps"]
    assert found["count"] == len(document["steps"])
    assert found["steps"] == expected(document)[: len(found["steps"])]


@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(seen: dict[str, Any], name: str) -> None:
    found = seen[f"{name}.html"]["axe"]
    assert {key: value for key, value in found.items() if value and value != 0} == {}


def test_lines_are_linked(seen: dict[str, Any]) -> None:
    gradient, args = arguments()["plain"]
    gradient(*args)
    made = {n: line.strip() for n, line in enumerate(gradient.source.splitlines(), 1)}
    links = list(seen["plain.html"]["links"].values())
    lit = [
        [made[int(id_.split("-")[2])] for id_ in found["lines"] if id_[:4] == "l-1-"]
        for found in links
    ]
    assert lit[0] == []
    assert lit[1] == ["y = x * k", "x_bar = y_bar * k", "k_bar += y_bar * x"]
    assert lit[3] == ["z_bar = k", "k_bar = z"]
    assert links[2]["nodes"] == ["np.sin(y)", "z"]


@pytest.mark.parametrize("name", NAMES)
def test_the_keyboard_is_enough(seen: dict[str, Any], name: str) -> None:
    keys = seen[f"{name}.html"]["keys"]
    assert keys["first"].startswith("l-0-")
    assert keys["second"] in keys["lit"]
    assert keys["selected"] == "true"
    assert f"line={keys['second']}" in keys["hash"]
    assert keys["kept"] == keys["lit"]
    assert keys["released"] == []
    assert keys["step"].startswith("Step 1 of")
    assert {"back", "next", "play", "jump", "at", "predict"} <= set(keys["reached"])
    assert keys["reasons"] == 1


def test_loops_are_picked_last_to_first(seen: dict[str, Any]) -> None:
    found = seen["looped.html"]["loops"]
    assert found["options"] == ["outside", "3", "2", "1", "0"]
    gradient, (W, h, xs) = arguments()["looped"]
    states = [h]
    for x in xs:
        states.append(np.tanh(W @ states[-1] + x))
    assert "h_tape.pop()" in gradient.source
    for (where, tape), state in zip(found["taken"], reversed(states[:-1]), strict=True):
        assert "back through" in where
        numbers = ", ".join(f"{entry:.5g}" for entry in state)
        assert tape == f"h_tape gives back h = [{numbers}]"
    assert seen["plain.html"]["loops"] is None


def test_a_sweep_changes_the_numbers(seen: dict[str, Any]) -> None:
    gradient, (x, _) = arguments()["plain"]
    found = seen["plain.html"]["sweep"]
    assert len(found) == 7
    for rows, k in zip(found, np.linspace(-3, 3, 7), strict=True):
        x_bar, k_bar = gradient(x, k)
        texts = [f"plain = {plain(x, k):.5g}", f"∂L/∂x = {x_bar:.5g}"]
        assert rows == [*texts, f"∂L/∂k = {k_bar:.5g}"]


def test_a_step_is_predicted_before_it_is_shown(seen: dict[str, Any]) -> None:
    found = seen["predict"]
    assert found["hidden"] == []
    assert found["number"] == 1.5
    assert found["asked"].startswith("∂L/∂z = ? The upstream is 1")
    assert found["wrong"].startswith("Not yet")
    assert found["right"].startswith("Right")
    assert found["shown"][0] == "∂L/∂z = upstream 1 × local 1.5 = 1.5"


def test_the_page_is_whole_without_its_script(seen: dict[str, Any]) -> None:
    found = seen["plain"]
    assert found["buttons"] == 0
    assert found["nodes"] == 9
    for text in ("def looped(W, h, xs):", "h = h_tape.pop()", "Values and gradients"):
        assert text in found["text"]
