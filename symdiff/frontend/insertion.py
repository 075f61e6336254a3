"""`with symdiff.on_gradient(x) as x_bar:` → an operation that knows the body.

The body is cut out as a function of the cotangent, and of what else it reads. The
operation gives `x` on as it is; its adjoint is that body.
"""

from __future__ import annotations

import libcst as cst

from symdiff.analysis.renaming import read_outside, renamed
from symdiff.frontend.assign import assign
from symdiff.frontend.finish import prune
from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.memory import atom_of, write
from symdiff.frontend.scope import bound_names, has_exit
from symdiff.frontend.values import Known, Plain, Ref, Value
from symdiff.ir.nodes import UNDEF, Function, Return, Var
from symdiff.ir.references import reference
from symdiff.ir.types import FLOAT, Scalar, Type

INSERTION = "symdiff.on_gradient"
_EXITS = (cst.Return, cst.Break, cst.Continue, cst.Global, cst.Nonlocal)


def lower_insertion(frame: Frame, node: cst.With) -> bool:
    """Lower code that is put into the gradient; false if it is another `with`."""
    calls = [item.item for item in node.items if _is_insertion(frame, item.item)]
    if not calls:
        return False
    call = calls[0]
    assert isinstance(call, cst.Call)
    plain_call = len(call.args) == 1 and call.args[0].keyword is None
    name = call.args[0].value if plain_call else None
    if len(node.items) > 1 or not isinstance(name, cst.Name):
        return _refuse(
            frame, "is about one variable", "write one `with` for each", node
        )
    if has_exit(node.body, _EXITS):
        return _refuse(frame, "is left early", "let its body run to its end", node)
    key = frame.key(name.value)
    value = None if key is None else frame.state.names.get(key)
    if key is None or not isinstance(value, Plain | Ref):
        advice = f"assign `{name.value}` a number or an array before"
        return _refuse(frame, "is not about a variable of the function", advice, node)
    hook = _cut_out(frame, node, name.value, value)
    if hook is not None:
        known, free = hook
        atom = atom_of(frame, value, node)
        args = (atom, reference(known), *free)
        (out,) = frame.builder.bind(
            INSERTION,
            args,
            {},
            (name.value,),
            temp=False,
            origin=frame.origin(node),
        )
        if isinstance(value, Ref):
            write(frame, value, node, lambda _: out)
        else:
            frame.state.names[key] = plain(out, value.shares)
    return True


def _is_insertion(frame: Frame, node: cst.BaseExpression) -> bool:
    if not isinstance(node, cst.Call):
        return False
    mark = frame.mark()
    callee = frame.engine.evaluate(frame, node.func)
    frame.rollback(mark)
    return isinstance(callee, Known) and callee.name == INSERTION


def _refuse(frame: Frame, what: str, advice: str, node: cst.With) -> bool:
    message = f"the code for the gradient {what}"
    frame.report("SD206", message, node, help=advice)
    return True


def _cut_out(
    frame: Frame, node: cst.With, name: str, value: Value
) -> tuple[str, tuple[Var, ...]] | None:
    """Make the body a function; its name, and what it reads beside the cotangent."""
    target = node.items[0].asname
    bar = target.name.value if target and isinstance(target.name, cst.Name) else ""
    before, cells, written = frame.state, len(frame.cells), set(frame.written)
    inner = {frame.key(n) for n in bound_names(node.body) if n != bar}
    changed = any(key in before.names for key in inner)
    with frame.block(before.copy()) as block:
        kind = _cotangent(type_of(atom_of(frame, value, node)))
        param = frame.builder.fresh(bar or f"{name}_bar", kind, False)
        end: Value = Plain(param)
        if target is not None:
            assign(frame, target.name, plain(param), node)
        frame.engine.suite(frame, node.body)
        key = frame.key(bar) if bar else None
        if key is not None:
            end = frame.state.names.get(key, end)
        result = atom_of(frame, end, node)
        stmts = tuple(block.stmts)
    frame.state = before
    outer = any(cell < cells for cell in frame.written - written)
    if changed or outer:
        advice = "change its cotangent only, in place or by assigning it anew"
        _refuse(frame, "writes to what is outside of it", advice, node)
    if changed or outer or result == UNDEF:
        return None
    free = read_outside(stmts, result, (param,))
    body = prune((*stmts, Return(result, frame.origin(node))))
    known = frame.session.outlined
    made = f"{name}_hook#{len(known)}"
    known[made] = renamed(Function(made, (param, *free), body))
    return made, free


def _cotangent(kind: Type) -> Type:
    whole = isinstance(kind, Scalar) and kind.dtype[0] not in "fc"
    return FLOAT if whole else kind
