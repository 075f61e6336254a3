"""The page as text: what is in it, what is not, and what it is drawn from."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from symdiff import grad
from symdiff.cli import main
from symdiff.errors import UsageError
from symdiff.explain.trace import trace
from symdiff.page.build import page
from symdiff.page.layout import layout
from symdiff.page.maths import equation
from symdiff.page.meter import Thresholds, badges
from symdiff.page.picture import HEIGHT, drawing, svg
from symdiff.page.predict import choices
from symdiff.page.run import read_run
from symdiff.page.sweep import parse_sweep, swept
from symdiff.page.tapes import Tape, popped, tapes
from symdiff.page.write import page_of


def looped(W, h, xs):
    for x in xs:
        h = np.tanh(W @ h + x)
    return np.sum(h**2)


def tagged(x):
    text = "</script><b>&"
    return x * len(text) * x


def twice(a):
    b = a + a
    return b * a


def logs(x):
    return np.sum(np.log(x))


def rectified(x):
    return np.sum(np.maximum(x, 0.0))


def scaled(x, rows):
    for _ in range(rows):
        x = x * 30.0
    return np.sum(x)


ARGS = (0.5 * np.eye(2), np.array([0.3, -0.2]), np.ones((3, 2)))


def document(fun: Any, *args: Any, argnums: Any = 0) -> dict[str, Any]:
    return trace(grad(fun, argnums=argnums), *args).document()


@cache
def loop_document() -> dict[str, Any]:
    return document(looped, *ARGS, argnums=("W", "h"))


class Reader(HTMLParser):
    """Checks that elements are closed in order, and collects what is of interest."""

    VOID = frozenset({"meta", "input", "br", "path", "rect", "circle"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.policy = ""
        self.texts: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"]] if given.get("id") else []
        self.links += [v or "" for k, v in attrs if k in ("href", "src", "style")]
        self.policy += given.get("content", "") if "http-equiv" in given else ""
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    assert reader.open == []
    assert len(set(reader.ids)) == len(reader.ids)
    return reader


def test_the_page_is_one_file_and_asks_for_nothing() -> None:
    text = page(loop_document())
    found = read(text)
    assert found.links == []
    assert "default-src 'none'" in found.policy
    for tag in ("script", "style"):
        body = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in found.policy
    assert "eval(" not in text
    assert "innerHTML" not in text


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    first = grad(looped).to_html(tmp_path / "one.html", *ARGS)
    second = grad(looped).to_html(tmp_path / "two.html", *ARGS)
    assert first.read_bytes() == second.read_bytes()
    assert str(tmp_path) not in first.read_text()


def test_text_of_the_user_stays_text() -> None:
    text = page(document(tagged, 2.0))
    found = read(text)
    assert "</script><b>&" in found.texts["span"]
    assert text.count("</script>") == 2
    inside = re.search(r'id="data">(.*?)</script>', text, re.DOTALL)
    assert inside
    assert "<" not in inside[1]
    json.loads(inside[1])


def test_all_nodes_have_a_row_and_all_active_ones_a_reason() -> None:
    made = loop_document()
    found = read(page(made))
    nodes = drawing(made).nodes
    for n, node in enumerate(nodes):
        assert f"n-{n}" in found.ids
        assert f"v-{n}" in found.ids
        assert (f"why-{n}" in found.ids) == node["active"]


def test_large_arrays_are_summarised_and_the_page_says_so() -> None:
    small, large = (
        page(document(rectified, np.ones(3))),
        page(document(rectified, np.ones(100))),
    )
    assert "Large arrays are summarised" not in small
    assert "Large arrays are summarised" in large


# --- the graph


def test_boxes_do_not_overlap_and_arrows_lead_down() -> None:
    rng = np.random.default_rng(0)
    for count in (1, 2, 7, 30):
        edges = [
            (int(a), b) for b in range(1, count) for a in set(rng.integers(0, b, 2))
        ]
        widths = rng.uniform(20, 200, count)
        found = layout(widths, HEIGHT, edges)
        for one, other in combinations(range(count), 2):
            (a, b), (c, d) = found.places[one], found.places[other]
            apart = abs(a - c) >= (widths[one] + widths[other]) / 2
            assert apart or abs(b - d) >= HEIGHT
        assert all(found.places[a][1] < found.places[b][1] for a, b in edges)
        assert found.back == frozenset()
        assert all(0 <= x <= found.width + 0.1 for x, _ in found.places)


def test_a_chain_is_straight_and_a_loop_leads_back() -> None:
    found = layout([50, 90, 70], HEIGHT, [(0, 1), (1, 2), (2, 1)])
    assert len({x for x, _ in found.places}) == 1
    assert found.back == {2}
    assert layout([], HEIGHT, []).places == ()


def test_large_graphs_are_put_together_by_their_regions() -> None:
    made = loop_document()
    whole, joined, cut = drawing(made), drawing(made, 8), drawing(made, 2)
    assert whole.notice == ""
    assert len(joined.nodes) < len(whole.nodes)
    assert "put together by loops" in joined.notice
    assert any("for x in xs" in node["label"] for node in joined.nodes)
    assert len(cut.nodes) == 2
    assert "only the last 2" in cut.notice
    read(svg(joined, "looped"))


# --- what is said


def test_a_value_that_is_used_twice_adds_its_paths_up() -> None:
    text = page(document(twice, 3.0))
    assert "is given 3 parts" in text
    assert "through b * a: 6, the first part" in text
    assert "through b: 6 + 3 = 9" in text
    assert "Last sum: ∂L/∂a = 12" in text


def test_tapes_say_what_they_give_back() -> None:
    source = (
        "for x in xs:\n    h = f(x)\n    t.append(h)\nfor x in xs:\n    h = t.pop()\n"
    )
    assert tapes(source) == [Tape("h", "t", 1, 1)]
    made = loop_document()
    found = popped(made)
    steps = made["steps"]
    assert {steps[at]["iteration"][0] for at in found} == {0, 1, 2}
    assert {steps[at]["phase"] for at in found} == {"backward"}
    assert list(found.values())[-1] == "h_tape gives back h = [0.3, -0.2]"


def two_loops(x):
    h = x
    for i in range(3):
        h = np.sin(h + i)
    for _ in range(2):
        h = h * h
    return h


def test_loops_do_not_say_what_another_one_takes_back() -> None:
    made = document(two_loops, 0.3)
    found = popped(made)
    values = [0.3]
    for i in range(3):
        values.append(np.sin(values[-1] + i))
    values.append(values[-1] ** 2)
    texts = list(dict.fromkeys(text.partition(" = ")[2] for text in found.values()))
    assert texts == [f"{value:.5g}" for value in reversed(values)]


def test_a_loop_over_what_is_not_read_has_its_tapes() -> None:
    source = (
        "for _ in range(n):\n    a = f(h)\n    t.append(h.copy())\n    u.append(a)\n"
        "for h, a in zip(reversed(t), reversed(u)):\n    g(h, a)\n"
    )
    assert tapes(source) == [Tape("h", "t", 1, 0), Tape("a", "u", 1, 1)]


@pytest.mark.parametrize(
    ("made", "kinds"),
    [
        (lambda: document(scaled, np.ones(2), 4), ["exploding"]),
        (
            lambda: document(looped, 1e-3 * np.eye(2), *ARGS[1:], argnums="h"),
            ["vanishing"],
        ),
        (
            lambda: document(looped, 9 * np.eye(2), *ARGS[1:], argnums="h"),
            ["saturated"],
        ),
        (lambda: document(rectified, -np.ones(30)), ["dead"]),
        (lambda: document(rectified, np.ones(30)), []),
    ],
)
def test_badges(made: Any, kinds: list[str]) -> None:
    found = [badge.kind for badge in badges(made(), Thresholds())]
    assert [kind for kind in kinds if kind not in found] == []
    assert kinds or found == []


def test_the_first_number_that_is_not_finite_is_named() -> None:
    with np.errstate(divide="ignore"):
        made = document(logs, np.array([1.0, 0.0]))
    found = [b for b in badges(made, Thresholds()) if b.kind == "not finite"]
    assert found[0].text == "the first value that is not finite is at np.log(x)"
    assert found[1].text.startswith("the first gradient that is not finite")
    assert made["steps"][found[0].step]["phase"] == "forward"


def test_thresholds_are_options() -> None:
    made = document(scaled, np.ones(2), 4)
    assert badges(made, Thresholds(exploding=1e9)) == []


def test_products_keep_their_order_in_mathematics() -> None:
    text = equation("h", "W @ h", "W.T @ upstream")
    assert text.index("<msup><mi>W</mi>") < text.rindex("<mfrac>")
    assert "<mi>x_1</mi>" in equation("x", "y", "x_1 * upstream")
    assert "<code>" in equation("x", "y", "np.where(x > 0, upstream, 0.0)")


def test_wrong_answers_are_not_the_right_one() -> None:
    for formula, offered in choices(read_run(loop_document())).items():
        assert offered.count(formula) == 1
        assert len(set(offered)) == len(offered) == 3


# --- sweeps and the command


def test_sweeps_are_read() -> None:
    found = parse_sweep("ks[2] = 0:1:3")
    assert (found.title, found.values) == ("ks[2]", (0.0, 0.5, 1.0))
    runs = swept(found, ["x", "ks"], [1.0, np.zeros(3)])
    assert [list(ks) for _, ks in runs][1] == [0.0, 0.0, 0.5]
    assert parse_sweep("W[0,1]=0:1:2").index == (0, 1)


@pytest.mark.parametrize("text", ["k", "k=1:2", "k=1:2:1", "k=0:inf:3", "k=1:2:3:4"])
def test_sweeps_that_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="sweep"):
        parse_sweep(text)


@pytest.mark.parametrize(
    ("text", "said"), [("W=0:1:2", "is no number"), ("W[7,7]=0:1:2", "cannot be set")]
)
def test_sweeps_that_cannot_be_made(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        page_of(grad(looped), ARGS, {}, text)
    with pytest.raises(UsageError, match="the function takes W, h, xs"):
        page_of(grad(looped), ARGS, {}, "q=0:1:2")


def test_the_command_writes_the_page(tmp_path: Path, capsys: Any) -> None:
    source = tmp_path / "model.py"
    source.write_text("def f(x, k):\n    y = x * k\n    return y * y\n")
    target = str(tmp_path / "page.html")
    at = ["--at", "x=2.0; k=1.5", "--sweep", "k=0:1:3"]
    assert main(["html", f"{source}:f", *at, "-o", target]) == 0
    text = Path(target).read_text()
    assert 'id="sweep"' in text
    assert "∂L/∂x = 9" in text
    assert main(["html", f"{source}:f", *at, "-o", "-"]) == 0
    assert capsys.readouterr().out == text
    assert main(["html", f"{source}:f", "--at", "x=2.0", "-o", target]) == 2


@pytest.mark.parametrize("most", [2000, 60])
def test_pages_stay_small(most: int) -> None:
    run = trace(grad(looped, argnums=("W", "h")), *ARGS[:2], np.ones((100, 2)))
    text = page(run.document(most))
    assert len(text.encode()) < 500_000
    assert ("steps are left out" in text) == (most == 60)
