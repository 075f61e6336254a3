"""The edges of `with` and `try` in a block → the parts that are printed as regions."""

from __future__ import annotations

from symdiff.ir.nodes import Apply, Atom, Block, Const, Stmt

KEYWORDS = {
    "enter": "with",
    "attempt": "try",
    "handler": "except",
    "lastly": "finally",
}
"""What the operations that begin a part are printed as."""


def function_name(text: Atom) -> str:
    """The name of the function that a text kept word for word defines."""
    assert isinstance(text, Const)
    head, _, _ = str(text.value).removeprefix("def ").partition("(")
    return head


def is_edge(stmt: Stmt) -> bool:
    """Whether a statement begins a `with` or a `try`."""
    return isinstance(stmt, Apply) and stmt.op in ("enter", "attempt")


def handles(block: Block) -> bool:
    """Whether a block begins with a `try` that has handlers, and nothing else."""
    if not block or not is_edge(block[0]):
        return False
    others = split(block, 0)[0][1:]
    return bool(others) and all(first.op == "handler" for first, _ in others)


def split(block: Block, at: int) -> tuple[list[tuple[Apply, Block]], int]:
    """The parts of the region that begins at a place, and the place of its end.

    A part is the operation that begins it and what follows, up to the next part. A
    region that is left by `raise` has no end of its own: it goes to the block's end.
    """
    first = block[at]
    assert isinstance(first, Apply)
    token = first.outs[-1]
    parts: list[tuple[Apply, Block]] = []
    begin, start = first, at + 1
    end = at + 1
    while end < len(block):
        stmt = block[end]
        own = isinstance(stmt, Apply) and token in stmt.args[:1]
        if own and isinstance(stmt, Apply) and stmt.op in (*KEYWORDS, "leave"):
            parts.append((begin, block[start:end]))
            if stmt.op == "leave":
                return parts, end
            begin, start = stmt, end + 1
        end += 1
    return [*parts, (begin, block[start:end])], end
