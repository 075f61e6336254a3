"""Templates as users write them: checked, and their functions given public names."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from symdiff.errors import UsageError
from symdiff.rules import registry
from symdiff.rules.expression import OPERATORS
from symdiff.rules.reads import MODULES, SHAPE_ATTRIBUTES
from symdiff.userrules.names import meaning, operation

_EXPRESSIONS = (
    ast.Constant,
    ast.Name,
    ast.Attribute,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.BoolOp,
    ast.Subscript,
    ast.Slice,
    ast.Tuple,
    ast.List,
    ast.IfExp,
    ast.Call,
    ast.keyword,
    ast.expr_context,
)
_STATEMENTS = (ast.Assign, ast.AugAssign, ast.For, ast.Expr)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a template stands: the names it may read, the globals around it."""

    what: str
    values: frozenset[str]
    space: Mapping[str, Any]


def checked(text: str, scope: Scope) -> str:
    """A template with public names for the functions it calls.

    Raises `UsageError` with the line that cannot be followed.
    """
    try:
        tree = ast.parse(textwrap.dedent(text).strip("\n"))
    except SyntaxError as error:
        raise UsageError(f"{scope.what} is not valid Python: {error.msg}") from None
    if not tree.body or not isinstance(tree.body[-1], ast.Expr):
        raise UsageError(f"{scope.what} does not end in an expression")
    return resolved(tree.body, scope)


def resolved(body: list[ast.stmt], scope: Scope) -> str:
    """The text of statements, every name of a function replaced by its public one."""
    local = {
        node.id
        for stmt in body
        for node in ast.walk(stmt)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    known = scope.values | local
    renaming = _Renaming(scope, known)
    return "\n".join(ast.unparse(renaming.visit(stmt)) for stmt in body)


class _Renaming(ast.NodeTransformer):
    """Checks every node and puts the public names of functions in their place."""

    def __init__(self, scope: Scope, known: frozenset[str]) -> None:
        self.scope = scope
        self.known = known

    def visit(self, node: ast.AST) -> Any:
        """Refuse what a template cannot hold."""
        operators = (ast.operator, ast.unaryop, ast.cmpop, ast.boolop)
        fine = isinstance(node, (*_EXPRESSIONS, *_STATEMENTS, *operators))
        if isinstance(node, operators) and type(node) not in OPERATORS:
            fine = False
        if not fine:
            raise self.error(node, "which a rule cannot hold")
        return super().visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Name the operation that is called."""
        path = ast.unparse(node.func)
        root = path.partition(".")[0]
        if root in self.known:
            self._method(node, path)
        else:
            node.func = ast.parse(self._public(node, path), mode="eval").body
        node.args = [self.visit(a) for a in node.args]
        node.keywords = [self.visit(k) for k in node.keywords]
        return node

    def _method(self, node: ast.Call, path: str) -> None:
        func = node.func
        if isinstance(func, ast.Attribute) and f"ndarray.{func.attr}" in registry.RULES:
            func.value = self.visit(func.value)
            return
        name = path.rpartition(".")[2]
        raise self.error(node, f"write `np.{name}(...)` instead of a method")

    def _public(self, node: ast.Call, path: str) -> str:
        root, _, rest = path.partition(".")
        known = registry.find(f"{MODULES.get(root, root)}.{rest}" if rest else path)
        if root in MODULES and known is not None:
            return path
        found = meaning(path, self.scope.space)
        if found is None:
            core = known if not rest else None
            if core is not None or f"builtins.{path}" in registry.RULES:
                return path
            raise self.error(node, f"`{path}` is not defined")
        entry = operation(found)
        head, _, tail = entry.op.partition(".")
        if not tail:
            raise self.error(node, f"write `{path}` as the operator that it is")
        return f"np.{tail}" if head == "numpy" else entry.op.removeprefix("builtins.")

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Allow `x.shape` and its kin, `x.T`, and constants such as `np.pi`."""
        if isinstance(node.value, ast.Name) and node.value.id in ("np", "math"):
            return node
        if node.attr not in (*SHAPE_ATTRIBUTES, "T"):
            raise self.error(node, f"the attribute `{node.attr}` is not known")
        node.value = self.visit(node.value)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Allow the parameters, `out`, `out_bar`, local names and numbers."""
        if node.id in self.known:
            return node
        value = self.scope.space.get(node.id)
        if type(value) in (int, float, bool):
            return ast.Constant(value)
        listed = ", ".join(sorted(self.scope.values))
        raise self.error(node, f"`{node.id}` is not one of {listed}")

    def error(self, node: ast.AST, why: str) -> UsageError:
        """The message for a part of the template."""
        try:
            text = ast.unparse(node).splitlines()[0]
        except (AttributeError, IndexError):
            text = type(node).__name__
        return UsageError(f"{self.scope.what}: `{text}`: {why}")


def from_function(
    template: Callable[..., Any], wanted: tuple[str, ...], scope: Scope
) -> dict[str, str]:
    """The contributions that a function returns, one for each parameter in `wanted`.

    Its text is read, never run. Raises `UsageError` if it cannot be followed.
    """
    try:
        source = textwrap.dedent(inspect.getsource(template))
    except (OSError, TypeError) as error:
        raise UsageError(f"{scope.what} cannot be read: {error}") from None
    (tree,) = ast.parse(source).body
    if not isinstance(tree, ast.FunctionDef):
        raise UsageError(f"{scope.what} is not a function with a `def`")
    strange = {a.arg for a in ast.walk(tree.args) if isinstance(a, ast.arg)}
    strange -= scope.values
    if strange:
        listed = ", ".join(sorted(scope.values))
        raise UsageError(f"{scope.what} takes {sorted(strange)[0]!r}, not of {listed}")
    body = tree.body
    if ast.get_docstring(tree) is not None:
        body = body[1:]
    *lines, last = body
    if not isinstance(last, ast.Return) or last.value is None:
        raise UsageError(f"{scope.what} does not end in a return")
    parts = _parts(last.value, wanted, scope)
    return {
        name: resolved([*lines, ast.Expr(part)], scope) for name, part in parts.items()
    }


def _parts(
    value: ast.expr, wanted: tuple[str, ...], scope: Scope
) -> dict[str, ast.expr]:
    """What is returned for each parameter: one value, a tuple, or a dict by name."""
    if isinstance(value, ast.Dict):
        keys = [k.value if isinstance(k, ast.Constant) else None for k in value.keys]
        if set(keys) <= set(wanted):
            return dict(zip(map(str, keys), value.values, strict=True))
    elif len(wanted) == 1 and not isinstance(value, ast.Tuple):
        return {wanted[0]: value}
    elif isinstance(value, ast.Tuple) and len(value.elts) == len(wanted):
        return dict(zip(wanted, value.elts, strict=True))
    raise UsageError(
        f"{scope.what} must return the cotangents of {', '.join(wanted)}, in this order"
    )
