"""One run of a document, in words: steps with their sentences, and what nodes hold.

The numbers are written here once, so that the page, its script and the tests all show
the same digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from symdiff.explain.summary import Json, shown

BOX = 26
"""How many letters fit into a box of the graph."""
LISTED = 9
"""Arrays of so many numbers are written out: a 3 x 3 matrix is."""


def told(value: Json) -> str:
    """A value in words, where there is room for them."""
    return shown(value, LISTED)


def boxed(value: Json) -> str:
    """A value in words that fit into a box of the graph."""
    for text in (told(value), shown(value, LISTED, 3), shown(value, 1)):
        if len(text) <= BOX:
            return text
    return cut(shown(value, 1))


def cut(text: str) -> str:
    """Text that fits into a box."""
    return text if len(text) <= BOX else f"{text[: BOX - 1]}…"


def named(label: str) -> str:
    """The name of a derivative: `∂L/∂h`, `∂L/∂(W @ h)`."""
    return f"∂L/∂{label}" if label.isidentifier() else f"∂L/∂({label})"


@dataclass(frozen=True, slots=True)
class Part:
    """What one operand is given: the pieces of its sentence.

    `local` is empty where the derivative is no product of numbers; `formula` says then
    what is computed of the upstream. `before` is empty if nothing had come before.
    `number` is the product if it is one real number.
    """

    target: str
    label: str
    made: str
    upstream: str
    local: str
    formula: str
    product: str
    before: str
    after: str
    number: float | None

    def sentence(self) -> str:
        """`∂L/∂z = upstream 1.5 × local 0.01 = 0.015`, and what it is added to."""
        if self.local:
            right = f"upstream {self.upstream} × local {self.local}"
        elif self.formula:
            right = f"{self.formula}, with upstream {self.upstream},"
        else:
            right = f"the rule of {self.made} applied to upstream {self.upstream}"
        text = f"{named(self.label)} = {right} = {self.product}"
        if self.before:
            text += f"; together with {self.before} from before: {self.after}"
        return text


@dataclass(frozen=True, slots=True)
class Moment:
    """One step: a value that is made, or what goes back from it to its operands.

    `reads` are values that are read and that no step makes, as a name has after a loop.
    """

    number: int
    backward: bool
    node: str
    label: str
    iteration: tuple[int, ...]
    source: str
    line: int | None
    value: str
    parts: tuple[Part, ...]
    reads: tuple[tuple[str, Json], ...]

    def sentences(self) -> list[str]:
        """What happens in this step."""
        if not self.backward:
            return [f"{self.label} = {self.value}"]
        if self.parts:
            return [part.sentence() for part in self.parts]
        return [f"nothing goes back from {self.label}"]


@dataclass(slots=True)
class Run:
    """The steps of a document, and the last value and whole gradient of every node.

    `given` has the arguments, which no step makes, and `seen` all values of the steps.
    """

    moments: list[Moment] = field(default_factory=list)
    seen: list[Json] = field(default_factory=list)
    given: list[tuple[str, Json]] = field(default_factory=list)
    values: dict[str, Json] = field(default_factory=dict)
    gradients: dict[str, Json] = field(default_factory=dict)


def read_run(document: Json) -> Run:
    """The run of a document of a trace."""
    nodes = {node["id"]: node for node in document["nodes"]}
    edges = {edge["id"]: edge for edge in document["edges"]}
    values = document["values"]
    words = [told(value) for value in values]
    run = Run(seen=values)
    for given in document["arguments"]:
        run.given.append((given["node"], given["value"]))
        run.values[given["node"]] = given["value"]
    for step in document["steps"]:
        node = nodes[step["node"]]
        parts: list[Part] = []
        reads: list[tuple[str, Json]] = []
        if step["phase"] == "forward":
            run.values[node["id"]] = values[step["value"]]
            for at, number in enumerate(step["args"]):
                edge = edges.get(f"{node['id']}:{at}")
                if edge:
                    run.values[edge["from"]] = values[number]
                    if nodes[edge["from"]]["op"] in ("phi", "item"):
                        reads.append((edge["from"], values[number]))
        else:
            run.gradients[node["id"]] = values[step["value"]]
        for found in step["contributions"]:
            edge = edges.get(found["edge"])
            target = nodes[edge["from"]] if edge else node
            if edge:
                run.gradients[target["id"]] = values[found["after"]]
            parts.append(_part(found, node, target, edge, words, values))
        run.moments.append(_moment(step, node, words, parts, reads))
    # What goes through a name that may come from two places is in no step.
    for given in document["gradient"]:
        run.gradients[given["node"]] = given["value"]
    return run


def _moment(
    step: Json,
    node: Json,
    words: list[str],
    parts: list[Part],
    reads: list[tuple[str, Json]],
) -> Moment:
    return Moment(
        step["i"],
        step["phase"] == "backward",
        node["id"],
        node["label"],
        tuple(step["iteration"]),
        node["source"],
        step["line"],
        words[step["value"]],
        tuple(parts),
        tuple(reads),
    )


def _part(
    found: Json,
    node: Json,
    target: Json,
    edge: Json | None,
    words: list[str],
    values: list[Json],
) -> Part:
    product = values[found["product"]]
    number = product["sample"][0] if product.get("shape") == [] else None
    before = found["before"]
    return Part(
        target["id"],
        target["label"],
        node["label"],
        words[found["upstream"]],
        "" if found["local"] is None else words[found["local"]],
        edge["local"] if edge else "",
        words[found["product"]],
        "" if before is None else words[before],
        words[found["after"]],
        float(number) if isinstance(number, float | int) else None,
    )


def packed(run: Run, index: Mapping[str, int], taken: Mapping[int, str]) -> Json:
    """A run as the script reads it; `index` numbers the nodes that are drawn.

    `taken` says for a step, by its place, what its loop takes back from a tape.
    Words are listed once, as many steps share them.
    """
    words: dict[str, int] = {"": 0}
    short: dict[int, str] = {}

    def word(text: str) -> int:
        return words.setdefault(text, len(words))

    def held(value: Json | None) -> int:
        """A value that also has to fit into a box."""
        if value is None:
            return 0
        number = word(told(value))
        if boxed(value) != told(value):
            short[number] = boxed(value)
        return number

    for value in run.seen:
        held(value)
    steps = [
        [
            int(moment.backward),
            index.get(moment.node, -1),
            word(moment.label),
            list(moment.iteration),
            word(moment.value),
            moment.number,
            [
                [
                    index.get(part.target, -1),
                    *map(word, _pieces(part)),
                    part.number,
                ]
                for part in moment.parts
            ],
            [[index[name], held(v)] for name, v in moment.reads if name in index],
            word(taken.get(at, "")),
        ]
        for at, moment in enumerate(run.moments)
    ]
    ends = [
        [at, held(run.values.get(name)), held(run.gradients.get(name))]
        for name, at in index.items()
    ]
    given = [[index[name], held(value)] for name, value in run.given if name in index]
    listed = list(words)
    return {
        "steps": steps,
        "given": given,
        "held": ends,
        "words": listed,
        "short": short,
    }


def _pieces(part: Part) -> Iterable[str]:
    yield from (part.label, part.made, part.upstream, part.local, part.formula)
    yield from (part.product, part.before, part.after)
