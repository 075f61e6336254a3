"""Holes: what is left of lengths where values of different shapes meet."""

import pytest

from symdiff.ir.lengths import apart, bound, forget, new_hole, renamed, variables
from symdiff.ir.notation import read_type, show_type
from symdiff.ir.types import INT, Array, Dim, List, Scalar, Tuple, hole, join, symbol

X, Y, ONE = Array("f8", (symbol("x.0"),)), Array("f8", (symbol("y.0"),)), hole(0)


def layer(rows, columns):
    return Tuple((Array("f8", (rows, columns)), Array("f8", (rows,))))


JOINS = [
    (X, X, X),
    (X, Y, Array("f8", (ONE,))),
    (X, Array("f8", (1,)), Array("f8", (ONE,))),
    (X, Array("i8", (3,)), Array(None, (ONE,))),
    (X, Array("f8", (3, 3)), Array("f8", None)),
    (layer(7, 5), layer(6, 7), layer(hole(0), hole(1))),
    (layer(7, 5), layer(7, 4), layer(7, hole(0))),
    (layer(hole(0), hole(1)), layer(2, 6), layer(hole(0), hole(1))),
    (layer(hole(0), hole(0)), layer(2, 6), layer(hole(0), hole(1))),
    (
        Tuple((Array("f8", (ONE,)), X)),
        Tuple((Array("f8", (ONE,)), Y)),
        Tuple((Array("f8", (hole(0),)), Array("f8", (hole(1),)))),
    ),
    (List(X, 2), List(Y, 3), List(Array("f8", (ONE,)))),
]


@pytest.mark.parametrize(("a", "b", "both"), JOINS)
def test_join_keeps_the_rank_and_what_lengths_have_in_common(a, b, both):
    assert join(a, b) == join(b, a) == both
    assert join(both, a) == join(both, both) == both


def test_a_variable_owns_the_lengths_that_are_not_known():
    one, other = bound(layer(hole(0), hole(1)), "a"), bound(X, "a")
    assert str(one) == "tuple[f8[?a.0, ?a.1], f8[?a.0]]"
    assert other == X
    listed = List(Array("f8", (ONE,)))
    assert bound(listed, "a") == listed
    assert renamed(one, "a", "W") == bound(layer(hole(0), hole(1)), "W")
    assert renamed(one, "aa", "W") == one
    assert read_type(show_type(one)) == one


def test_what_leaves_the_scope_of_a_variable_forgets_it():
    t = Tuple((bound(layer(hole(0), hole(1)), "a"), X, Scalar("i8", True, symbol("k"))))
    lost = forget(t, lambda name: name in ("?a", "k", "x"))
    assert lost == Tuple((layer(hole(0), hole(1)), X, INT))
    assert forget(List(X, symbol("k")), lambda name: name == "k") == List(X)
    inner = forget(List(bound(Array("f8", (ONE,)), "a"), 3), lambda name: name == "?a")
    assert inner == List(Array("f8", (ONE,)), 3)


def test_holes_of_different_lists_are_kept_apart():
    item = layer(hole(0), hole(1))
    assert apart([item, X, item]) == (item, X, layer(hole(2), hole(3)))
    assert new_hole((hole(1), 3)) == hole(2)


def test_variables_of_a_length():
    assert variables(symbol("min(k,x.0)")) == {"k"}
    assert variables(Dim(-1, (("?h_1.0", 2), ("n", 1)))) == {"?h_1", "n"}
