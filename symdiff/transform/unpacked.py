"""Results that are unpacked at once are results of the operation itself."""

from __future__ import annotations

from dataclasses import replace

from symdiff.ir.edit import reads
from symdiff.ir.nodes import Apply, Block, For, Function, If, Stmt, Var, While
from symdiff.rules.registry import find


def unpacked(fn: Function) -> Function:
    """Bind the results of an operation one by one where nothing reads them together.

    t = numpy.linalg.eigh(a)      →      w, v = numpy.linalg.eigh(a)
    w, v = unpack(t)

    So a result that is not used has no cotangent, and the terms of the adjoint that
    it would be in are not written. Only in one block: there `w` and `v` are bound as
    often as before, and as late.
    """
    uses: dict[Var, int] = {}
    for var in reads(fn.body):
        uses[var] = uses.get(var, 0) + 1
    return replace(fn, body=_block(fn.body, uses))


def _block(block: Block, uses: dict[Var, int]) -> Block:
    wanted = {
        stmt.args[0]: stmt
        for stmt in block
        if isinstance(stmt, Apply) and stmt.op == "unpack"
    }
    joined: set[int] = set()
    out: list[Stmt] = []
    for stmt in block:
        match stmt:
            case Apply(outs=(whole,)) if whole in wanted and uses[whole] == 1:
                entry, parts = find(stmt.op), wanted[whole]
                if entry is not None and entry.outs == len(parts.outs) > 1:
                    joined.add(id(parts))
                    origin = stmt.origin.join(parts.origin)
                    stmt = replace(stmt, outs=parts.outs, origin=origin)
            case If(then=then, orelse=orelse):
                arms = _block(then, uses), _block(orelse, uses)
                stmt = replace(stmt, then=arms[0], orelse=arms[1])
            case For(body=body):
                stmt = replace(stmt, body=_block(body, uses))
            case While(head=head, body=body):
                pair = _block(head, uses), _block(body, uses)
                stmt = replace(stmt, head=pair[0], body=pair[1])
        if id(stmt) not in joined:
            out.append(stmt)
    return tuple(out)
