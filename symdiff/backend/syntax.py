"""Constructors of expressions: every parenthesis that is needed, and no other."""

from __future__ import annotations

from symdiff.backend.tree import (
    Attribute,
    Binary,
    Display,
    Expr,
    Invoke,
    Keyword,
    Paren,
    Slice,
    Starred,
    Subscript,
    Ternary,
    Text,
    Unary,
)

TERNARY, OR, AND, NOT, COMPARE, BIT_OR, BIT_XOR, BIT_AND, SHIFT, SUM, TERM = range(11)
SIGN, POWER, ATOM = 11, 12, 13

LEVELS = {
    **dict.fromkeys(["as", "from"], -1),
    "or": OR,
    "and": AND,
    **dict.fromkeys(["<", "<=", ">", ">=", "==", "!=", "is", "is not"], COMPARE),
    **dict.fromkeys(["in", "not in"], COMPARE),
    "|": BIT_OR,
    "^": BIT_XOR,
    "&": BIT_AND,
    **dict.fromkeys(["<<", ">>"], SHIFT),
    **dict.fromkeys(["+", "-"], SUM),
    **dict.fromkeys(["*", "/", "//", "%", "@"], TERM),
    "**": POWER,
}


def level(expr: Expr) -> int:
    """How tightly the outermost operator of an expression binds."""
    match expr:
        case Ternary():
            return TERNARY
        case Binary(op=op):
            return LEVELS[op]
        case Unary(op="not"):
            return NOT
        case Unary():
            return SIGN
        case Text(text=text) if text.startswith("-"):
            return SIGN
        case Display(left=""):
            return -1
    return ATOM


def binding(expr: Expr, least: int) -> Expr:
    """The expression, in parentheses if it binds less tightly than `least`."""
    return expr if level(expr) >= least else Paren(expr)


def binary(op: str, left: Expr, right: Expr) -> Expr:
    """`left op right` with the associativity of Python."""
    own = LEVELS[op]
    if own == POWER:
        # `a ** (b**c)`: few readers know how a power of a power is grouped.
        least = ATOM if level(right) == POWER else SIGN
        return Binary(op, binding(left, ATOM), binding(right, least))
    least = own + 1 if own == COMPARE else own
    return Binary(op, binding(left, least), binding(right, own + 1))


def unary(op: str, operand: Expr) -> Expr:
    """`-operand` and the like; a power or a second sign gets parentheses."""
    if op == "not" and isinstance(operand, Binary) and operand.op == "in":
        return binary("not in", operand.left, operand.right)
    if op == "not":
        return Unary("not ", binding(operand, NOT))
    return Unary(op, binding(operand, ATOM))


def ternary(test: Expr, body: Expr, orelse: Expr) -> Expr:
    """`body if test else orelse`."""
    return Ternary(
        binding(test, TERNARY + 1), binding(body, TERNARY + 1), binding(orelse, TERNARY)
    )


def item(expr: Expr) -> Expr:
    """An expression between commas: only a bare tuple needs parentheses there."""
    return closed(expr) if isinstance(expr, Display) else expr


def closed(expr: Display) -> Display:
    """A bare tuple with its parentheses."""
    return Display(expr.items, "(", ")") if not expr.left else expr


def call(function: Expr | str, /, *items: Expr, **keywords: Expr) -> Expr:
    """`function(items, keyword=...)`."""
    name = Text(function) if isinstance(function, str) else function
    named = (Keyword(k, item(v)) for k, v in keywords.items())
    return Invoke(name, (*map(item, items), *named))


def owner(expr: Expr) -> Expr:
    """An expression that a dot or a bracket may follow."""
    if isinstance(expr, Text) and expr.text[:1].isdigit():
        return Paren(expr)
    return item(binding(expr, ATOM))


def attribute(value: Expr, name: str) -> Expr:
    """`value.name`."""
    return Attribute(owner(value), name)


def method(value: Expr, name: str, /, *items: Expr, **keywords: Expr) -> Expr:
    """`value.name(items)`."""
    return call(attribute(value, name), *items, **keywords)


def subscript(value: Expr, *items: Expr) -> Expr:
    """`value[items]`; one item that is a tuple stays a tuple."""
    return Subscript(owner(value), tuple(map(item, items)))


def starred(value: Expr) -> Expr:
    """`*value`."""
    return Starred(binding(value, BIT_OR))


def in_brackets(expr: Expr) -> Expr:
    """The expression, with parentheses if it is a tuple without any."""
    if isinstance(expr, Display) and not expr.left:
        return Display(expr.items, "(", ")")
    return expr


def bare(*items: Expr) -> Expr:
    """A tuple without parentheses, as after `return` and `=`; short ones keep them."""
    if len(items) < 2:
        return Display(tuple(map(item, items)), "(", ")")
    return Display(tuple(map(item, items)), "", "")


def listing(*items: Expr) -> Expr:
    """`[items]`."""
    return Display(tuple(map(item, items)), "[", "]")


def slicing(lower: Expr | None, upper: Expr | None, step: Expr | None) -> Expr:
    """`lower:upper:step`."""
    parts = [None if e is None else item(e) for e in (lower, upper, step)]
    return Slice(*parts)
