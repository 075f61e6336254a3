"""The notation of types on the command line."""

from __future__ import annotations

import pytest

from symdiff.errors import UsageError
from symdiff.ir.types import ANY, FLOAT, INT, Array, List, Scalar, Tuple, symbol
from symdiff.typespec import parse_type, parse_types


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("float", FLOAT),
        ("int", INT),
        ("any", ANY),
        ("f8", Scalar("f8")),
        ("float32", Scalar("f4")),
        ("f8[3]", Array("f8", (3,))),
        ("f8[()]", Array("f8", ())),
        ("f8[...]", Array("f8", None)),
        ("f4[n, 2]", Array("f4", (symbol("n"), 2))),
        ("list[float]", List(FLOAT)),
        ("tuple[f8[2], int]", Tuple((Array("f8", (2,)), INT))),
        ("tuple[float]", Tuple((FLOAT,))),
    ],
)
def test_one_type(text: str, kind: object) -> None:
    assert parse_type(text) == kind


@pytest.mark.parametrize(
    "text", ["np.ndarray", "Floats", "f8[", "f9", "dict[str, int]"]
)
def test_other_text_is_no_type(text: str) -> None:
    assert parse_type(text) is None


def test_symbols_are_named_after_the_axis_that_they_first_name() -> None:
    types = parse_types("w: f8[n], X: f8[m, n], y: f8[m + 1], z: f8[2 * n - 1]")
    shown = {name: str(kind) for name, kind in types.items()}
    assert shown == {
        "w": "f8[w.0]",
        "X": "f8[X.0, w.0]",
        "y": "f8[X.0+1]",
        "z": "f8[2*w.0-1]",
    }


def test_symbols_inside_containers_are_renamed() -> None:
    types = parse_types("w: f8[n], ts: list[f8[n]], p: tuple[f8[n], int]")
    assert str(types["ts"]) == "list[f8[w.0]]"
    assert str(types["p"]) == "tuple[f8[w.0], int]"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x", "no type is given for 'x'"),
        ("x: f8[-1]", "'-1' is not a length"),
        ("x: f8[True]", "'True' is not a length"),
        ("x: foo", "'foo' is not a type"),
        ("x: int = 3", "only `name: type` pairs"),
        ("*x: int", "only `name: type` pairs"),
        ("x: int): pass\ndef g(y: int", "cannot read the types"),
        ("x: [", "cannot read the types"),
    ],
)
def test_what_does_not_fit_is_an_error(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason.replace("[", r"\[")):
        parse_types(text)


def test_no_types_are_no_types() -> None:
    assert parse_types("") == {}
