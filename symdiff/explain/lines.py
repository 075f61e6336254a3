"""Which lines of the generated source belong to which statement of the user.

The way back says so itself: what is under `# reverse of: h = np.tanh(z)` is the
reverse of that statement. Of the forward part a line belongs to the statements that
it reads the same as, or, if there is none, to those that assign the same name and
read the same as no line; a loop goes by what it is over. Two statements with one text
share their lines, and a line that is none of this (a tape that is filled) belongs to
none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from symdiff.ir.nodes import Line

_MARK = "# reverse of: "
_MORE = "#" + " " * (len(_MARK) - 1)


@dataclass(slots=True)
class Links:
    """Lines of the generated source, by the text of the user's statement.

    `names` are lines of the forward part that read as no statement does, by the name
    that they assign.
    """

    forward: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    reverse: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    names: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def of(self, line: Line) -> list[tuple[int, int]]:
        """First and last line of all that belongs to a statement, in order."""
        text = normal(line.text)
        found = self.forward.get(text) or self.names.get(_assigned(text), [])
        return sorted({*found, *self.reverse.get(_plain(line.text), [])})


def links(source: str, lines: Iterable[Line]) -> Links:
    """Read the source that was generated for the statements in `lines`."""
    found = Links()
    known = {normal(line.text) for line in lines}
    sections = _sections(source.splitlines())
    for node in _statements(ast.parse(source)):
        place = node.lineno, _last(node)
        texts = sections.get(node.lineno)
        if texts is not None and isinstance(node, ast.Return):
            continue  # it hands over the gradient, and is the reverse of nothing
        if texts is None:
            text = normal(ast.unparse(_header(node)))
            name = _assigned(text)
            if text in known:
                found.forward.setdefault(text, []).append(place)
            elif name:
                found.names.setdefault(name, []).append(place)
        for text in texts or ():
            found.reverse.setdefault(text, []).append(place)
    return found


def _sections(lines: list[str]) -> dict[int, tuple[str, ...]]:
    """The statements named in the comment that each line of the way back is under."""
    found: dict[int, tuple[str, ...]] = {}
    open_: list[tuple[int, tuple[str, ...]]] = []
    comment = False
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text:
            continue
        depth = len(line) - len(line.lstrip())
        more = comment and text.startswith(_MORE)
        comment = more or text.startswith(_MARK)
        keep = depth if comment else depth + 1
        if more:
            at, texts = open_.pop()
            open_.append((at, (*texts, text.removeprefix(_MORE))))
            continue
        while open_ and open_[-1][0] >= keep:
            open_.pop()
        if comment:
            open_.append((depth, (text.removeprefix(_MARK),)))
        elif open_:
            found[number] = open_[-1][1]
    return found


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements of all functions, but not the functions and their docstrings."""
    todo: list[ast.stmt] = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    while todo:
        node = todo.pop(0)
        match node:
            case ast.FunctionDef(body=body):
                todo = [*body, *todo]
                continue
            case ast.Expr(value=ast.Constant()):
                continue
        yield node
        todo = [*_inner(node), *todo]


def _inner(node: ast.stmt) -> list[ast.stmt]:
    return [*getattr(node, "body", ()), *getattr(node, "orelse", ())]


def _last(node: ast.stmt) -> int:
    """The last line of a statement, of a region that of its header."""
    inner = _inner(node)
    if inner:
        return max(node.lineno, _test_end(node))
    return node.end_lineno or node.lineno


def _test_end(node: ast.stmt) -> int:
    parts: Iterable[ast.expr | None] = (
        getattr(node, name, None) for name in ("test", "iter", "target")
    )
    return max((p.end_lineno or 0 for p in parts if p is not None), default=0)


def _header(node: ast.stmt) -> ast.stmt:
    """A region with nothing in it, which reads as its header does."""
    match node:
        case ast.For(target=target, iter=over):
            return ast.For(target, over, [ast.Pass()], [], lineno=1)
        case ast.If(test=test) | ast.While(test=test):
            return type(node)(test, [ast.Pass()], [])
    return node


def normal(text: str) -> str:
    """A statement as `ast.unparse` writes it, a region by its header alone."""
    plain = _plain(text)
    body = plain.removeprefix("el") if plain.startswith("elif ") else plain
    for form in (body, f"{body}:\n    pass"):
        try:
            return ast.unparse(ast.parse(form)).removesuffix(":\n    pass")
        except SyntaxError:
            continue
    return plain


def _assigned(text: str) -> str:
    """What a statement assigns, in the words of its text; nothing if it is another.

    A loop goes by what it is over: a target that nobody reads is called `_`.
    """
    try:
        tree = ast.parse(f"{text}:\n    pass" if text.startswith("for ") else text)
    except SyntaxError:
        return ""
    match tree.body:
        case [ast.For(iter=over)]:
            return f"in {ast.unparse(over)}"
        case [ast.Assign(targets=[target])] | [ast.AugAssign(target=target)]:
            return ast.unparse(target)
    return ""


def _plain(text: str) -> str:
    return text.strip().rstrip(":")
