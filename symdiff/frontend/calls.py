"""Calls: which of the many things a parenthesis can mean."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from types import ModuleType

import libcst as cst
import numpy as np

from symdiff.frontend.assign import reference
from symdiff.frontend.at_points import derivative_call
from symdiff.frontend.attributes import attribute_value
from symdiff.frontend.builtin import known_call
from symdiff.frontend.choices import call_choice, map_choice
from symdiff.frontend.derivatives import call_derived, call_pulled
from symdiff.frontend.external import call_cached, is_cached
from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.functions import call_user
from symdiff.frontend.instances import (
    create,
    member,
    named_method,
    object_attribute,
)
from symdiff.frontend.kinds import as_object
from symdiff.frontend.library import (
    OPERATORS,
    WRITERS,
    op_of,
    ruled,
    text_function,
)
from symdiff.frontend.lookup import is_instance
from symdiff.frontend.making import make
from symdiff.frontend.memory import atom_of
from symdiff.frontend.methods import LIST_METHODS, call_method
from symdiff.frontend.namespaces import namespace_answer
from symdiff.frontend.operations import apply
from symdiff.frontend.order import Place
from symdiff.frontend.plans import lazy_plan
from symdiff.frontend.protocols import call_protocol
from symdiff.frontend.records import entries_of
from symdiff.frontend.reflection import object_call
from symdiff.frontend.ruled import call_ruled, receiver_of
from symdiff.frontend.solvers import solver_call
from symdiff.frontend.spellings import ufunc_words
from symdiff.frontend.steps import Steps, check_kept, note_call, steps_of
from symdiff.frontend.tables import entered_place
from symdiff.frontend.transforms import derived
from symdiff.frontend.values import (
    BAD,
    INLINED,
    Bad,
    Bound,
    Choice,
    Closure,
    Derived,
    Dict,
    Items,
    Known,
    Lazy,
    Method,
    Object,
    Partial,
    Plain,
    Pulled,
    Ref,
    UserClass,
    UserFunction,
    Value,
)
from symdiff.frontend.words import describe
from symdiff.frontend.writers import output, write_in_place
from symdiff.frontend.written import (
    settled,
    spread,
    takes_iterators,
    takes_turns,
    written_call,
)
from symdiff.ir.nodes import Var
from symdiff.ir.types import STR, List, Tuple
from symdiff.rules import registry

Lowering = Generator[cst.BaseExpression, Value, Value]


def lower_call(frame: Frame, node: cst.Call) -> Lowering:
    """Lower a call: what is called first, then the arguments, as Python does."""
    if isinstance(node.func, cst.Attribute):
        owner = yield from _owner(frame, node.func)
        callee = attribute_value(frame, owner, node.func)
    else:
        callee = yield node.func
    note_call(frame, node, callee)
    if check_kept(frame, node, callee):
        return BAD
    args: list[Value] = []
    kwargs: dict[str, Value] = {}
    lazy = takes_iterators(callee)
    watched: list[Steps] = []
    place = Place(frame, _item_of(callee))
    for arg in node.args:
        since = len(frame.builder.stmts)
        taken = lazy_plan(frame, arg.value) if lazy and not arg.star else None
        value = Lazy(taken) if taken is not None else (yield arg.value)
        steps = steps_of(frame, arg.value, since) if takes_turns(callee) else None
        watched += [] if steps is None else [steps]
        if not _pass(frame, arg, value, args, kwargs):
            return BAD
    if place.is_changed(frame, [arg.value for arg in node.args], node):
        return BAD
    found = call_value(frame, callee, args, kwargs, node)
    for steps in watched:
        steps.check(frame, node, node)
    return found


def _item_of(callee: Value) -> Value:
    """The item of a list or dict that a method writes to, as in `d[k].append(v)`."""
    receiver = callee.receiver if isinstance(callee, Method) else BAD
    return receiver if isinstance(receiver, Ref) and receiver.path else BAD


def _pass(
    frame: Frame,
    arg: cst.Arg,
    value: Value,
    args: list[Value],
    kwargs: dict[str, Value],
) -> bool:
    """Put an argument among those of a call; false, with a finding, if it has none."""
    if arg.keyword is not None:
        kwargs[arg.keyword.value] = value
    elif arg.star == "*":
        items = spread(frame, value, arg)
        if items is None:
            return False
        args += items
    elif arg.star == "**":
        if not isinstance(value, Dict):
            frame.report("SD109", "keywords are passed with `**`", arg)
            return False
        kwargs.update((str(k), v) for k, v in entries_of(frame.state, value))
    else:
        args.append(value)
    return True


def _owner(frame: Frame, node: cst.Attribute) -> Lowering:
    """The object of a method; the place of an item, if the method writes to it."""
    writes = node.attr.value in LIST_METHODS
    if writes and isinstance(node.value, cst.Subscript):
        return reference(frame, node.value)
    place = entered_place(frame, node.value) if writes else None
    return (yield node.value) if place is None else place


def call_value(
    frame: Frame,
    callee: Value,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    """Call whatever `callee` is."""
    match callee:
        case Bad():
            return BAD
        case Known(object=found) if is_cached(found):
            return call_cached(frame, callee, args, kwargs, node)
        case Known():
            return _call_library(frame, callee, args, kwargs, node)
        case UserFunction(text=text):
            return call_user(frame, text, None, (), args, kwargs, node)
        case Closure(text=text, scope=scope, defaults=defaults):
            return call_user(frame, text, scope, defaults, args, kwargs, node)
        case Method(receiver=receiver, name=name):
            if isinstance(receiver, Items):
                return named_method(frame, receiver, name, args, kwargs, node)
            return call_method(frame, receiver, name, args, kwargs, node)
    return _call_object(frame, callee, args, kwargs, node)


def _call_object(
    frame: Frame,
    callee: Value,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    """Call a method, a class, or an object that is called like a function."""
    match callee:
        case Bound(text=text, receiver=receiver):
            entry = None if text.live is None else ruled(text.live)
            if entry is not None:
                own = receiver_of(frame, receiver, node)
                return call_ruled(frame, entry, [own, *args], kwargs, node)
            return call_user(frame, text, None, (), [receiver, *args], kwargs, node)
        case UserClass(text=cls):
            return create(frame, cls, args, kwargs, node)
        case Partial(function=function, args=first, kwargs=given):
            more = {**dict(given), **kwargs}
            return call_value(frame, function, [*first, *args], more, node)
        case Derived(function=Choice() as choice, chain=chain):
            both = map_choice(choice, lambda function: derived(function, chain))
            return call_choice(frame, both, args, kwargs, node, call_value)
        case Derived():
            return call_derived(frame, callee, args, kwargs, node)
        case Pulled() if not kwargs:
            return call_pulled(frame, callee, args, node)
        case Choice():
            return call_choice(frame, callee, args, kwargs, node, call_value)
        case Object():
            method = object_attribute(frame, callee, "__call__", node)
            return call_value(frame, method, args, kwargs, node)
    return frame.report("SD133", f"{describe(callee)} is called; it is data", node)


def _call_library(
    frame: Frame,
    callee: Known,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    asked = call_protocol(frame, callee.object, args, node)
    if asked is not None:
        return asked
    about = object_call(frame, callee.name, args, kwargs, node) or derivative_call(
        frame, callee, args, kwargs, node
    )
    if about is not None:
        return about
    entry = ruled(callee.object)
    if entry is not None:
        return call_ruled(frame, entry, args, kwargs, node)
    unseen = _unseen(frame, callee.name, args, node)
    if unseen is not None:
        return unseen
    answer = namespace_answer(callee.object)
    if answer is not None:
        return answer
    if is_instance(callee.object):
        method = member(frame, callee, "__call__", node)
        return call_value(frame, method, args, kwargs, node)
    op = op_of(callee.object, callee.name)
    solved = solver_call(frame, op, args, kwargs, node)
    if solved is not None:
        return solved
    special = written_call(frame, callee.name, args, kwargs, node)
    if special is not None:
        return special
    args = [settled(frame, callee.name, value, node) for value in args]
    text = text_function(callee.object)
    if text is not None and _is_followed(frame, op, [*args, *kwargs.values()]):
        function = UserFunction(frame.session.text_of(text))
        return call_value(frame, function, args, kwargs, node)
    return _operation(frame, callee, op, args, kwargs, node)


def _operation(
    frame: Frame,
    callee: Known,
    op: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    """A call that is an operation of the program, or is known without running it."""
    special = known_call(frame, callee.name, args, kwargs, node)
    if special is not None:
        return special
    if callee.name in WRITERS:
        return write_in_place(frame, callee.name, args, kwargs, node)
    if isinstance(callee.object, np.ufunc):
        words = ufunc_words(frame, callee.object, args, kwargs, node)
        if words is None:
            return BAD
        args, kwargs = words
    written = output(frame, op, callee.object, args, kwargs, node)
    if written is not None:
        return written
    if op in OPERATORS.values() and kwargs:
        op = callee.name
    elif "." not in op and callee.name.startswith("numpy."):
        args = [_as_array(frame, value, node) for value in args]
    out = make(frame, op, args, kwargs, node)
    return as_object(frame, out) if isinstance(callee.object, type) else out


def _as_array(frame: Frame, value: Value, node: cst.CSTNode) -> Value:
    """An operand of `np.add`, which does not join lists as `+` does."""
    atom = atom_of(frame, value, node)
    listed = isinstance(type_of(atom), List | Tuple)
    return apply(frame, "numpy.asarray", [value], node) if listed else value


def _is_followed(frame: Frame, op: str, values: Sequence[Value]) -> bool:
    """Whether the text of a library function is lowered in place of the call.

    What takes a module or a function cannot be an operation of the program.
    """
    if op in frame.session.follow:
        return True
    odd = [v for v in values if isinstance(v, INLINED) or _is_module(v)]
    return bool(odd) and registry.find(op) is None


def _is_module(value: Value) -> bool:
    return isinstance(value, Known) and isinstance(value.object, ModuleType)


_HIDING = ("eval", "exec", "compile", "globals", "locals", "vars", "setattr", "delattr")
_UNSEEN = frozenset(f"builtins.{name}" for name in _HIDING)
_READERS = frozenset(f"builtins.{name}" for name in ("float", "complex"))


def _unseen(
    frame: Frame, name: str, args: Sequence[Value], node: cst.Call
) -> Value | None:
    """Refuse what computes with values that the text does not show."""
    short = name.removeprefix("builtins.")
    if name in _UNSEEN:
        return frame.report(
            "SD118",
            f"`{short}` does what the text of the function does not show",
            node,
            help="write out what it does",
        )
    if name in _READERS and len(args) == 1 and isinstance(args[0], Plain):
        atom = args[0].atom
        if isinstance(atom, Var) and type_of(atom) == STR:
            return frame.report(
                "SD119",
                f"`{short}` reads a number out of text, which has no derivative",
                node,
                help="keep the number beside its text",
            )
    return None


# ---- attributes
