"""Types as a user writes them: `W: f8[784, n], x: float, ts: list[f8[n]]`.

The text is read as a Python parameter list, so the grammar is Python's own. A length
is an integer, a symbol, or a sum of multiples of symbols (`n + 1`, `2 * n`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from symdiff.errors import UsageError
from symdiff.ir.types import (
    ANY,
    BOOL,
    FLOAT,
    INT,
    NONE,
    STR,
    Array,
    Dim,
    Length,
    List,
    Scalar,
    Tuple,
    Type,
    combine,
    product,
    symbol,
)

_NAMED: dict[str, Type] = {
    "any": ANY,
    "float": FLOAT,
    "int": INT,
    "bool": BOOL,
    "complex": Scalar("c16", python=True),
    "str": STR,
    "none": NONE,
}
_DTYPES: tuple[str, ...] = ("f2", "f4", "f8", "c8", "c16", "b1")
_DTYPES += tuple(f"{kind}{size}" for kind in "iu" for size in (1, 2, 4, 8))
_LONG = {"float64": "f8", "float32": "f4", "float16": "f2", "complex128": "c16"}
_LONG |= {"int64": "i8", "int32": "i4", "uint8": "u1", "bool_": "b1"}

FORMS = "float, int, f8[3], f8[n, 2*n], f4[...], list[float], tuple[f8[n], int]"


def parse_types(text: str) -> dict[str, Type]:
    """Read `name: type, ...`; a symbol becomes the parameter's axis that it names.

    So `w: f8[n], X: f8[m, n]` gives `f8[w.0]` and `f8[X.0, w.0]`. Raises `UsageError`
    for anything that is not of this form.
    """
    try:
        tree = ast.parse(f"def _({text}): pass")
    except SyntaxError as error:
        raise UsageError(f"cannot read the types {text!r}; write {FORMS}") from error
    match tree.body:
        case [ast.FunctionDef(args=spec, body=[ast.Pass()])]:
            pass
        case _:
            raise UsageError(f"cannot read the types {text!r}; write {FORMS}")
    extra = (spec.vararg, spec.kwarg, spec.posonlyargs, spec.kwonlyargs, spec.defaults)
    if any(extra):
        raise UsageError(f"only `name: type` pairs are allowed in {text!r}")
    found: dict[str, Type] = {}
    for arg in spec.args:
        if arg.annotation is None:
            raise UsageError(f"no type is given for {arg.arg!r}; write {FORMS}")
        found[arg.arg] = _type(arg.annotation)
    return name_symbols(found)


def parse_type(text: str) -> Type | None:
    """Read one type, with its symbols as written; None if it is not of our form."""
    try:
        return _type(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, UsageError):
        return None


def name_symbols(types: Mapping[str, Type]) -> dict[str, Type]:
    """Rename each symbol to `parameter.axis` of where it first stands alone."""
    names: dict[str, str] = {}
    for param, kind in types.items():
        for axis, size in enumerate(_shape(kind)):
            match size:
                case Dim(0, ((name, 1),)) if "." not in name:
                    names.setdefault(name, f"{param}.{axis}")
    return {param: rename(kind, names) for param, kind in types.items()}


def symbols(kind: Type) -> Iterator[str]:
    """Every symbol of a type's lengths, in order, repeated where it repeats."""
    match kind:
        case Array(shape=shape) if shape is not None:
            for size in shape:
                if isinstance(size, Dim):
                    yield from (name for name, _ in size.terms)
        case Tuple(items=items):
            for item in items:
                yield from symbols(item)
        case List(item=item, length=size):
            if isinstance(size, Dim):
                yield from (name for name, _ in size.terms)
            yield from symbols(item)


def _shape(kind: Type) -> tuple[Length, ...]:
    match kind:
        case Array(shape=shape) if shape is not None:
            return shape
    return ()


def rename(kind: Type, names: Mapping[str, str]) -> Type:
    """The type with its lengths under other names."""
    match kind:
        case Array(dtype, shape) if shape is not None:
            return Array(dtype, tuple(_rename_length(size, names) for size in shape))
        case Tuple(items):
            return Tuple(tuple(rename(item, names) for item in items))
        case List(item, size):
            known = None if size is None else _rename_length(size, names)
            return List(rename(item, names), known)
    return kind


def _rename_length(size: Length, names: Mapping[str, str]) -> Length:
    if isinstance(size, int):
        return size
    total: Length = size.const
    for name, factor in size.terms:
        total = combine(total, symbol(names.get(name, name)), factor)
    return total


def _type(node: ast.expr) -> Type:
    match node:
        case ast.Constant(value=None):
            return NONE
        case ast.Name(id=name) if name in _NAMED:
            return _NAMED[name]
        case ast.Name(id=name) if _dtype(name):
            return Scalar(_dtype(name))
        case ast.Subscript(value=ast.Name(id="list"), slice=item):
            return List(_type(item))
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=items)):
            return Tuple(tuple(map(_type, items)))
        case ast.Subscript(value=ast.Name(id="tuple"), slice=item):
            return Tuple((_type(item),))
        case ast.Subscript(value=ast.Name(id=name), slice=shape) if _dtype(name):
            return Array(_dtype(name), _lengths(shape))
    raise UsageError(f"{ast.unparse(node)!r} is not a type; write {FORMS}")


def _dtype(name: str) -> str:
    name = _LONG.get(name, name)
    return name if name in _DTYPES else ""


def _lengths(node: ast.expr) -> tuple[Length, ...] | None:
    match node:
        case ast.Constant(value=value) if value is ...:
            return None
        case ast.Tuple(elts=items):
            return tuple(map(_length, items))
    return (_length(node),)


def _length(node: ast.expr) -> Length:
    match node:
        case ast.Constant(value=int(size)) if not isinstance(size, bool):
            return size
        case ast.Name(id=name):
            return symbol(name)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return combine(_length(left), _length(right))
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return combine(_length(left), _length(right), -1)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return product(_length(left), _length(right))
    raise UsageError(f"{ast.unparse(node)!r} is not a length; write 3, n or 2 * n + 1")
