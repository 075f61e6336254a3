"""How the call of an operation is spelled, and which modules that needs."""

from __future__ import annotations

from dataclasses import dataclass, field

from symdiff.backend.syntax import attribute, call, method
from symdiff.backend.tree import Display, Expr, Text
from symdiff.ir.meaning import METHODS
from symdiff.ir.nodes import Apply, Atom, Const
from symdiff.ir.types import Array, Scalar, Tuple, Type
from symdiff.rules.registry import REQUIRED, find

ATTRIBUTES = frozenset({"shape", "size", "ndim", "dtype", "T", "real", "imag", "flat"})
_POSITIONAL = frozenset({"math.log", "math.perm", "builtins.range"})
_AS_FUNCTION = {
    "ndarray.shape": "numpy.shape",
    "ndarray.size": "numpy.size",
    "ndarray.ndim": "numpy.ndim",
    "ndarray.dtype": "numpy.result_type",
}


@dataclass(slots=True)
class Imports:
    """The import lines that the printed text needs, and the helpers it calls.

    `taken` are the names of parameters: a module or builtin that has such a name is
    spelled otherwise.
    """

    taken: frozenset[str] = frozenset()
    modules: set[str] = field(default_factory=set)
    names: dict[str, set[str]] = field(default_factory=dict)
    helpers: set[str] = field(default_factory=set)

    def spell(self, dotted: str) -> str:
        """The printed form of a public name: `numpy.linalg.inv` as `np.linalg.inv`."""
        root, _, rest = dotted.partition(".")
        if root == "builtins" and rest.partition(".")[0] not in self.taken:
            return rest
        if not rest:
            self.helpers.add(root)
            return root
        if root == "numpy" and not rest.startswith("lib."):
            return f"{self.use('numpy')}.{rest}"
        entry = find(dotted)
        if entry is not None and entry.user is not None and root not in _LIBRARIES:
            return self._users(dotted, entry.user.module)
        module, _, name = dotted.rpartition(".")
        if root in ("numpy", "scipy"):
            module, name = _importable(dotted)
            first = name.partition(".")[0]
            if first not in self.taken and self._is_free(module, first):
                self.names.setdefault(module, set()).add(first)
                return name
        path = module.removeprefix(root)
        return f"{self.use(root, path)}{path}.{name}"

    def _users(self, dotted: str, module: str) -> str:
        """A function of the user's, imported by its name where that is free."""
        name = dotted.removeprefix(f"{module}.")
        first = name.partition(".")[0]
        if first in self.taken or not self._is_free(module, first):
            root, dot, path = module.partition(".")
            return f"{self.use(root, dot + path)}{dot}{path}.{name}"
        self.names.setdefault(module, set()).add(first)
        return name

    def _is_free(self, module: str, name: str) -> bool:
        """Whether the name is not imported from another module already."""
        owners = (m for m, found in self.names.items() if name in found)
        return all(owner == module for owner in owners)

    def use(self, root: str, path: str = "") -> str:
        """Import a module and return the name it has in the text."""
        self.modules.add(root + path)
        return self.alias(root)

    def alias(self, root: str) -> str:
        """The name of a package: `np`, or its own, unless a parameter has it."""
        short = "np" if root == "numpy" else root
        return short if short not in self.taken else f"{short}_"


_LIBRARIES = ("numpy", "scipy", "math", "builtins")
_DEEP = ("numpy.lib.stride_tricks", "scipy.sparse.linalg", "scipy.spatial.distance")


def _importable(dotted: str) -> tuple[str, str]:
    """The module of a public name and the rest: `scipy.stats`, `norm.pdf`."""
    for module in _DEEP:
        if dotted.startswith(f"{module}."):
            return module, dotted.removeprefix(f"{module}.")
    parts = dotted.split(".")
    return ".".join(parts[:2]), ".".join(parts[2:])


def spell_call(
    stmt: Apply, args: list[Expr], kwargs: dict[str, Expr], imports: Imports
) -> Expr:
    """A call of a library function, as an attribute or method where a person would."""
    short = _method(stmt, args, kwargs)
    if short is not None:
        return short
    op = _AS_FUNCTION.get(stmt.op, stmt.op)
    root, _, rest = op.partition(".")
    if root in METHODS:
        return method(args[0], rest, *args[1:], **kwargs)
    owner, _, name = op.rpartition(".")
    if owner.startswith("builtins."):
        return method(args[0], name, *args[1:], **kwargs)
    if op in _POSITIONAL and kwargs:
        args, kwargs = _by_position(stmt, args, kwargs), {}
    return call(imports.spell(op), *args, **kwargs)


def _method(stmt: Apply, args: list[Expr], kwargs: dict[str, Expr]) -> Expr | None:
    """`x.T`, `x.shape`, `x.copy()`, `x.reshape(n, 2)` of what surely is an array."""
    if not args or not _is_array(stmt.args[0].type):
        return None
    x, op = args[0], stmt.op
    name = op.removeprefix("ndarray.")
    if name != op and name in ATTRIBUTES:
        return attribute(x, name)
    if kwargs:
        return None
    if op == "numpy.transpose" and len(args) == 1:
        return attribute(x, "T")
    if op == "numpy.copy":
        return method(x, "copy")
    if op == "numpy.reshape" and len(args) == 2:
        return method(x, "reshape", *_lengths(stmt.args[1], args[1]))
    return None


def _is_array(kind: Type) -> bool:
    """Whether a value has the methods of an array."""
    return isinstance(kind, Array) or (isinstance(kind, Scalar) and not kind.python)


def _lengths(shape: Atom, printed: Expr) -> tuple[Expr, ...]:
    """A shape as separate arguments, where it is written out."""
    spread = isinstance(shape.type, Tuple) or isinstance(shape, Const)
    if spread and isinstance(printed, Display) and printed.items:
        return printed.items
    return (printed,)


def _by_position(stmt: Apply, args: list[Expr], kwargs: dict[str, Expr]) -> list[Expr]:
    """Arguments of a function that takes none by keyword, defaults filled in."""
    rule = find(stmt.op)
    out = list(args)
    rest = dict(kwargs)
    for param in rule.params[len(args) :] if rule is not None else ():
        if not rest:
            break
        default = None if param.default is REQUIRED else param.default
        out.append(rest.pop(param.name, Text(repr(default))))
    return [*out, *rest.values()]
