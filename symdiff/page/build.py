"""Documents of traces → the page, as one string."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files

from symdiff.explain.summary import Json
from symdiff.page.code import Lines, lines, pane
from symdiff.page.curve import curve
from symdiff.page.markup import data, element, escaped, table, wrapped
from symdiff.page.meter import Thresholds, meter
from symdiff.page.paths import paths
from symdiff.page.picture import Drawing, drawing, svg
from symdiff.page.predict import choices
from symdiff.page.run import Run, named, packed, read_run, told
from symdiff.page.sweep import Sweep
from symdiff.page.tapes import popped
from symdiff.page.why import why

LISTED = 200
"""How many steps are listed for those who read without the script."""


def page(
    document: Json,
    sweep: Sweep | None = None,
    swept: Sequence[Json] = (),
    limits: Thresholds | None = None,
) -> str:
    """One self-contained HTML file; the same documents give the same bytes.

    `swept` has the document of every value of the sweep. The page asks for nothing
    from anywhere, and holds no more than the sources and numbers of the documents.
    """
    run = read_run(document)
    found, links = drawing(document), lines(document)
    runs = [document, *swept]
    script, style = _static("page.js"), _static("page.css")
    filled = {
        "title": escaped(f"{document['function']['name']} and its gradient"),
        "policy": f"default-src 'none'; script-src '{_digest(script)}'; "
        f"style-src '{_digest(style)}'; base-uri 'none'; form-action 'none'",
        "style": style,
        "script": script,
        "summary": _summary(document, found, sweep),
        "panes": _panes(document, links),
        "steps": _steps(run),
        "graph": svg(found, document["function"]["name"], run),
        "why": why(document, found, run),
        "values": _values(found, run),
        "paths": paths(document, run) or element("p", "Nothing is used twice."),
        "meter": meter(document, limits or Thresholds()),
        "sweep": curve(sweep, swept) if sweep else "",
        "data": data(_data(runs, found, links, run)),
    }
    return _fill(_static("page.html"), filled)


def _fill(template: str, filled: dict[str, str]) -> str:
    """The template with each `{{name}}` filled in, which is not read again."""
    first, *rest = template.split("{{")
    out = [first]
    for part in rest:
        name, _, after = part.partition("}}")
        out += [filled[name], after]
    return "".join(out)


def _static(name: str) -> str:
    return (files("symdiff.page") / "static" / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """What a content security policy names an inline script or style by."""
    found = base64.b64encode(hashlib.sha256(text.encode()).digest())
    return f"sha256-{found.decode()}"


def _summary(document: Json, found: Drawing, sweep: Sweep | None) -> str:
    """What was run, the result, and everything that was left out or changed."""
    function = document["function"]
    wrt = ", ".join(function["wrt"])
    rows = [
        f"{function['name']} = {told(document['value'])}",
        *(f"{named(g['param'])} = {told(g['value'])}" for g in document["gradient"]),
    ]
    tool = document["tool"]
    about = [
        f"This file contains the source of {function['name']} and numbers of one run, "
        "and nothing else. It asks for nothing from the network.",
        f"L is the value of {function['name']}; its gradient is taken with respect to "
        f"{wrt}. The numbers are those of the function as it is written; the "
        "generated source is simplified. Both gradients were compared: the largest "
        f"difference is {document['check']['largest_difference']:.1e}.",
        *(f"Note: {note['text']}." for note in document["notes"]),
    ]
    if any(not value.get("full", True) for value in document["values"]):
        about.append(
            "Large arrays are summarised by their type, shape and norm; of such arrays "
            "the page holds no entries."
        )
    if found.notice:
        about.append(found.notice)
    if sweep:
        about.append(
            f"The slider changes {sweep.title}; the meter, the paths and the reasons "
            "are of the run before any change."
        )
    made = f"symdiff {tool['symdiff']}, NumPy {tool['numpy']}, Python {tool['python']}"
    listed = wrapped("ul", "".join(element("li", row) for row in rows), class_="result")
    notes = "".join(element("p", text) for text in (*about, f"Made by {made}."))
    return listed + wrapped(
        "details", element("summary", "About this page") + notes, open=True
    )


def _panes(document: Json, links: Lines) -> str:
    """The user's functions, and the gradient beside them."""
    function = document["function"]
    user, made = [], ""
    for number, source in enumerate(document["sources"]):
        if source["id"] == "adjoint":
            made = pane(source, number, f"Generated: {function['gradient']}", links)
        elif source["id"] != "ssa":
            name = source["id"].partition(".")[2] or function["name"]
            user.append(pane(source, number, f"Your function {name}", links))
    return wrapped("div", "".join(user), class_="user") + made


def _steps(run: Run) -> str:
    """The steps of the way back as sentences."""
    back = [moment for moment in run.moments if moment.backward]
    rows = [
        element("li", f"{_place(moment.line, moment.iteration)}{sentence}")
        for moment in back[:LISTED]
        for sentence in moment.sentences()
    ]
    listed = wrapped("ol", "".join(rows))
    if len(back) > LISTED:
        listed += element(
            "p", f"{len(back) - LISTED} more steps are in the step bar only."
        )
    title = element("summary", f"All {len(back)} steps of the way back as a list")
    return wrapped("details", title + listed)


def _place(line: int | None, iteration: Sequence[int]) -> str:
    numbers = "".join(f"[{n}]" for n in iteration)
    return f"line {line}{numbers}: " if line is not None else ""


def _values(found: Drawing, run: Run) -> str:
    """A row for every node of the graph, its words as the graph has them."""
    rows = []
    for at, node in enumerate(found.nodes):
        value, bar = run.values.get(node["id"]), run.gradients.get(node["id"])
        line = node["primal"][0]["line"] if node["primal"] else ""
        cells = [
            element("th", node["label"], scope="row"),
            element("td", line),
            element("td", told(value) if value else "", class_="value"),
            element("td", told(bar) if bar and node["active"] else "", class_="bar"),
            element("td", node["type"]),
            element("td", "; ".join(node["group"])),
        ]
        rows.append(wrapped("tr", "".join(cells), id=f"v-{at}"))
    head = ["name", "line", "value", "gradient ∂L/∂name", "type", "inside of"]
    return table(head, rows, "Values and gradients: the last value of each name")


def _data(runs: Sequence[Json], found: Drawing, links: Lines, run: Run) -> Json:
    """What the script reads."""
    joined = [[found.owner.get(name, -1), list(ids)] for name, ids in links.of.items()]
    return {
        "links": joined,
        "choices": choices(run),
        "runs": [
            packed(read_run(document), found.owner, popped(document))
            for document in runs
        ],
        "results": [
            [
                told(document["value"]),
                [[named(g["param"]), told(g["value"])] for g in document["gradient"]],
            ]
            for document in runs
        ],
        "name": runs[0]["function"]["name"],
    }
