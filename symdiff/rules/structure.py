"""The core operations: elements of arrays and lists, containers, choices, copies."""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Atom
from symdiff.rules.cases import NoCase
from symdiff.rules.declare import Make, case, constant, linear, rule
from symdiff.rules.infer import containers, creation, indexing, shapes, tables
from symdiff.rules.infer.elementwise import like_first
from symdiff.rules.registry import Case

Kwargs = Mapping[str, Atom]

rule(
    "getitem(x, i)",
    cases=[
        case(
            "x.kind == 'list' and i.kind == 'slice'",
            "x_dot[i]",
            x="setitem(x_bar, i, plus(x_bar[i], out_bar))",
        ),
        case("i.basic", "x_dot[i]", x="additem(x_bar, i, out_bar)"),
        case("", "x_dot[i]", x="np.add.at(x_bar, i, out_bar)"),
    ],
    infer=indexing.getitem,
    view=["x"],
    cost="free",
    note="an index array may name an element twice: np.add.at counts it twice",
    examples=[
        ([(4,), 2], {}),
        ([(4,), slice(1, -1)], {}),
        ([(3, 4), (slice(None), 1)], {}),
        ([(3, 4), (..., None)], {}),
        ([(4,), slice(None, None, -2)], {}),
    ],
)
rule(
    "setitem(x, i, v)",
    cases=[
        case(
            "x.kind == 'list' and i.ndim == 0",
            "setitem(x_dot, i, v_dot)",
            x="setitem(out_bar, i, zeros(x[i]))",
            v="out_bar[i]",
        ),
        case(
            "i.basic",
            "setitem(x_dot, i, v_dot)",
            x="setitem(out_bar, i, 0.0)",
            v="unbroadcast(out_bar[i], v)",
        ),
        case(
            "",
            "setitem(x_dot, i, v_dot)",
            x="setitem(out_bar, i, 0.0)",
            v="unbroadcast(out_bar[i] * last_written(x, i), v)",
        ),
    ],
    infer=containers.updated,
    cost="cheap",
    note="of an element that is written twice, the last value counts",
    examples=[
        ([(4,), 2, ()], {}),
        ([(4,), slice(1, -1), (2,)], {}),
        ([(3, 4), 1, ()], {}),
    ],
)
rule(
    "additem(x, i, v)",
    cases=[
        case(
            "x.kind == 'dict'", "additem(x_dot, i, v_dot)", x="out_bar", v="out_bar[i]"
        ),
        case(
            "i.basic",
            "additem(x_dot, i, v_dot)",
            x="out_bar",
            v="unbroadcast(out_bar[i], v)",
        ),
        case(
            "",
            "x_dot + setitem(np.zeros_like(x), i, v_dot)",
            x="out_bar",
            v="unbroadcast(out_bar[i] * last_written(x, i), v)",
        ),
    ],
    infer=containers.updated,
    cost="cheap",
    note="`x[i] += v`: of an element that is named twice, the last value counts",
    examples=[
        ([(4,), 2, ()], {}),
        ([(4,), slice(1, -1), (2,)], {}),
        ([(3, 4), 1, (1,)], {}),
    ],
)
rule(
    "numpy.add.at(x, i, v)",
    x="out_bar",
    v="unbroadcast(out_bar[i], v)",
    dot="np.add.at(x_dot, i, v_dot)",
    infer=like_first,
    cost="cheap",
    examples=[([(4,), 2, ()], {})],
)
constant("last_written(x, i)", infer=containers.unknown, cost="cheap")


def display_case(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
    """A display: item `n` has item `n` of the cotangent."""
    adjoint = {f"items_{n}": f"out_bar[{n}]" for n in range(len(args))}
    return Case("", adjoint, "")


def refuse(what: str) -> Make:
    """A maker of cases for an operation that has no derivative as a template."""

    def make(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
        raise NoCase(what)

    return make


for op, infer in (("tuple", containers.display), ("list", containers.list_display)):
    rule(f"{op}(*items)", make=display_case, infer=infer, view=["items"], cost="cheap")
rule(
    "dict(*items)",
    make=refuse("a dict is differentiated entry by entry"),
    infer=tables.table,
    view=["items"],
    cost="cheap",
)
rule(
    "builtins.dict(items)",
    items="out_bar",
    dot="dict(items_dot)",
    infer=tables.copied_table,
    view=["items"],
    cost="cheap",
)
constant("builtins.set(items)", infer=tables.new_set)
constant("collections.defaultdict(factory)", infer=tables.default_table)
rule(
    "builtins.dict.get(d, key, default)",
    make=refuse("an entry that may be missing is differentiated by its key"),
    infer=tables.entry,
    view=["d", "default"],
    cost="cheap",
)
rule(
    "unpack(t)",
    make=refuse("an unpacking is differentiated item by item"),
    infer=containers.unpack,
    view=["t"],
    cost="free",
)
rule(
    "append(l, v)",
    l="out_bar[:-1]",
    v="out_bar[-1]",
    dot="append(l_dot, v_dot)",
    infer=containers.append,
    view=["l", "v"],
    cost="cheap",
)
rule(
    "insert(l, i, v)",
    make=refuse("an insertion is differentiated by the item's place"),
    infer=containers.insert,
    view=["l", "v"],
    cost="cheap",
)
rule(
    "pop(l, *i)",
    l="append(out0_bar, out1_bar)",
    dot="pop(l_dot)",
    outs=2,
    infer=containers.pop,
    view=["l"],
    cost="cheap",
)
rule(
    "same(x)",
    x="out_bar",
    dot="same(x_dot)",
    infer=like_first,
    view=["x"],
    cost="free",
    examples=[[(3,)]],
)
rule(
    "ifelse(c, a, b)",
    cases=[
        case(
            "a.kind == 'scalar' and b.kind == 'scalar'",
            "a_dot if c else b_dot",
            a="out_bar if c else 0.0",
            b="0.0 if c else out_bar",
        ),
        case(
            "",
            "a_dot if c else b_dot",
            a="out_bar if c else zeros(a)",
            b="zeros(b) if c else out_bar",
        ),
    ],
    infer=containers.either,
    view=["a", "b"],
    cost="cheap",
)
constant("slice(*bounds)", infer=indexing.make_slice, cost="free")
for name in ("plus", "plus_entries"):
    rule(
        f"{name}(x, y)",
        x="out_bar",
        y="out_bar",
        dot=f"{name}(x_dot, y_dot)",
        infer=like_first,
        cost="cheap",
        examples=[[(3,), (3,)]],
    )
rule(
    "unsplice(g, x, index, v)",
    make=refuse("the gradient of a replaced slice is linear; its own is not needed"),
    infer=tables.unspliced,
    outs=2,
    cost="cheap",
)
rule(
    "unrepeat(g, x)",
    g="out_bar * (len(g) // len(x)) if len(x) else g",
    dot="unrepeat(g_dot, x)",
    infer=containers.unrepeated,
    cost="cheap",
)
constant("zeros(x)", "zero_entries(x)", infer=containers.zero, cost="cheap")
rule(
    "unbroadcast(g, x)",
    g="np.broadcast_to(np.reshape(out_bar, np.shape(x)), np.shape(g))",
    dot="unbroadcast(g_dot, x)",
    infer=containers.like_second,
    cost="cheap",
    examples=[([(3, 4), (4,)], {}), ([(3, 4), (3, 1)], {}), ([(3, 4), ()], {})],
)
rule(
    "keep_axes(g, x, axis)",
    g="np.reshape(out_bar, np.shape(g))",
    dot="keep_axes(g_dot, x, axis)",
    infer=creation.like_first_unshaped,
    cost="free",
    examples=[([(4,), (3, 4), 0], {}), ([(), (3, 4), None], {})],
)

linear(
    "ndarray.astype(x, dtype; order='K', casting='unsafe', copy=True)",
    x="out_bar",
    infer=creation.astype,
    cost="cheap",
    note="a cotangent has the dtype of its value",
    aliases=["numpy.astype"],
)
linear(
    "numpy.copy(a; order='K')",
    a="out_bar",
    infer=shapes.same_shape,
    cost="cheap",
    examples=[[(3, 4)], [()]],
)
rule(
    "ndarray.item(x)",
    x="np.reshape(out_bar, np.shape(x))",
    dot="x_dot.item()",
    infer=containers.item,
    cost="free",
)
rule(
    "ndarray.tolist(x)",
    x="np.asarray(out_bar)",
    dot="x_dot.tolist()",
    infer=creation.as_lists,
    cost="cheap",
    examples=[[(3,)], [(2, 3)]],
)
constant("ndarray.shape(x)", "numpy.shape(x)", infer=containers.shape, cost="free")
constant("ndarray.size(x)", "numpy.size(x)", infer=containers.size, cost="free")
constant("ndarray.ndim(x)", "numpy.ndim(x)", infer=containers.ndim, cost="free")
constant("ndarray.dtype(x)", infer=creation.element_type, cost="free")
constant(
    "format(spec, *values)", "builtins.str.format(spec, *values)", infer=containers.text
)
constant(
    "assert(test, msg=None)",
    "raise(error, cause=False)",
    "defined(x)",
    infer=containers.nothing,
    effect=True,
)
for name in ("multiply", "divide", "maximum", "minimum"):
    rule(
        f"numpy.{name}.at(x, i, v)",
        make=refuse("an index may name an element twice"),
        infer=like_first,
        cost="cheap",
        note="of constants",
    )
