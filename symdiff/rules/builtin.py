"""Python's own functions of numbers and sequences."""

from __future__ import annotations

from collections.abc import Mapping

from symdiff.ir.nodes import Atom
from symdiff.ir.types import FOREIGN, Type
from symdiff.rules.declare import case, constant, rule
from symdiff.rules.infer import containers, parts, reductions
from symdiff.rules.infer.reductions import python_float
from symdiff.rules.registry import Case
from symdiff.rules.structure import refuse

Kwargs = Mapping[str, Atom]


def foreign(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A file, a logger or a lock, which is there for its effects."""
    return FOREIGN


def extremum_case(op: str, sign: str, args: tuple[Atom, ...]) -> Case:
    """`max(a, b)` is a branch: the first of the largest operands gets everything."""
    if len(args) == 1:
        first = f"np.argmax(np.asarray(items_0) == {op}(items_0))"
        text = f"additem(items_0_bar, {first}, out_bar)"
        return Case("", {"items_0": text}, f"items_0_dot[{first}]")
    names = [f"items_{n}" for n in range(len(args))]
    adjoint = {}
    for n, name in enumerate(names):
        before = [f"{name} {sign} {other}" for other in names[:n]]
        after = [f"not {other} {sign} {name}" for other in names[n + 1 :]]
        adjoint[name] = f"out_bar if {' and '.join(before + after)} else 0.0"
    dot = " + ".join(
        f"({text.replace('out_bar', name + '_dot')})" for name, text in adjoint.items()
    )
    return Case("", adjoint, dot)


def largest(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
    """The contributions of Python's `max`."""
    return extremum_case("max", ">", args)


def smallest(args: tuple[Atom, ...], kwargs: Kwargs) -> Case:
    """The contributions of Python's `min`."""
    return extremum_case("min", "<", args)


for name, make in (("max", largest), ("min", smallest)):
    rule(
        f"builtins.{name}(*items)",
        make=make,
        infer=reductions.extremum,
        view=["items"],
        cost="cheap",
        note="a branch: of equal operands, the first",
        examples=[[0.3, -1.2], [0.3, 0.7, -0.5], [-1.2, 0.3]],
    )
rule(
    "builtins.sum(iterable, start=0)",
    cases=[
        case(
            "iterable.array",
            "sum(iterable_dot, start_dot)",
            iterable="np.broadcast_to(out_bar, np.shape(iterable))",
            start="unbroadcast(out_bar, start)",
        ),
        case(
            "iterable.kind in ('list', 'tuple')",
            "sum(iterable_dot, start_dot)",
            iterable="[out_bar] * len(iterable)",
            start="unbroadcast(out_bar, start)",
        ),
        case(
            "",
            "sum(iterable_dot, start_dot)",
            iterable="for_each(out_bar, iterable)",
            start="unbroadcast(out_bar, start)",
        ),
    ],
    infer=reductions.builtin_sum,
    cost="costly",
    examples=[([(3,)], {}), ([(3, 4)], {})],
)
rule(
    "for_each(g, x)",
    g="sum(out_bar)",
    dot="for_each(g_dot, x)",
    infer=lambda args, kwargs: args[1].type,
    cost="never",
    examples=[[(), (3,)], [(4,), (3, 4)]],
)
for name, inner in (("math.fsum", "seq"), ("math.prod", "iterable")):
    if name == "math.fsum":
        rule(
            f"{name}({inner})",
            cases=[
                case(
                    f"{inner}.array",
                    f"math.fsum({inner}_dot)",
                    **{inner: f"np.broadcast_to(out_bar, np.shape({inner}))"},
                ),
                case(
                    "",
                    f"math.fsum({inner}_dot)",
                    **{inner: f"[out_bar] * len({inner})"},
                ),
            ],
            infer=python_float,
            examples=[[(3,)]],
        )
rule(
    "builtins.divmod(x, y)",
    x="unbroadcast(out1_bar, x)",
    y="-unbroadcast(out1_bar * (x // y), y)",
    dot="(0 * out0, x_dot - y_dot * out0)",
    outs=2,
    infer=containers.divmod_type,
    cost="cheap",
    aliases=["numpy.divmod"],
    examples=[(5.3, 2.0)],
)
rule(
    "builtins.float(x)",
    cases=[
        case("x.ndim == 0", "float(x_dot)", x="out_bar"),
        case("", "float(x_dot)", x="np.reshape(out_bar, np.shape(x))"),
    ],
    infer=python_float,
    cost="cheap",
    examples=[[0.3], [()]],
)
rule(
    "builtins.list(items)",
    cases=[
        case("items.array", "list(items_dot)", items="np.array(out_bar)"),
        case("", "list(items_dot)", items="out_bar"),
    ],
    infer=containers.listed,
    view=["items"],
    cost="cheap",
)
rule(
    "builtins.tuple(items)",
    cases=[
        case("items.array", "tuple(items_dot)", items="np.array(out_bar)"),
        case("items.kind == 'list'", "tuple(items_dot)", items="list(out_bar)"),
        case("", "tuple(items_dot)", items="out_bar"),
    ],
    infer=containers.tupled,
    view=["items"],
    cost="cheap",
)
rule(
    "builtins.reversed(sequence)",
    sequence="out_bar[::-1]",
    dot="reversed(sequence_dot)",
    infer=containers.iterator("reversed"),
    view=["sequence"],
    cost="free",
)
constant(
    "builtins.int(x)",
    "math.floor(x)",
    "math.ceil(x)",
    "math.trunc(x)",
    infer=containers.whole,
)
constant("builtins.round(number, ndigits=None)", infer=reductions.rounded)
constant("builtins.bool(x)", infer=containers.boolean)
constant("math.isnan(x)", "math.isinf(x)", "math.isfinite(x)", infer=containers.boolean)
constant("math.comb(n, k)", "math.gcd(*n)", "math.lcm(*n)", infer=containers.integral)
constant(
    "math.factorial(n)",
    "math.isqrt(n)",
    "math.perm(*n)",
    infer=containers.integral,
)
constant("builtins.len(x)", infer=containers.length, cost="free")
constant("builtins.range(*bounds)", infer=containers.iterator("range"), cost="free")
constant(
    "builtins.isinstance(x, kind)",
    "builtins.callable(x)",
    infer=containers.boolean,
    cost="free",
)
constant("builtins.str(x)", "builtins.repr(x)", infer=containers.text)
for names, kind in (
    ("upper lower title capitalize strip lstrip rstrip replace", containers.text),
    ("zfill ljust rjust center removeprefix removesuffix join", containers.text),
    ("startswith endswith isdigit isalpha isalnum isupper islower", containers.boolean),
    ("find rfind index count", containers.integral),
    ("split rsplit splitlines", parts.words),
    ("partition rpartition", parts.three_texts),
):
    for name in names.split():
        constant(f"builtins.str.{name}(text, *args)", infer=kind)
constant(
    "builtins.print(*values, sep=' ', end='\\n', file=None, flush=False)",
    "warnings.warn(message, category=None, stacklevel=1, source=None)",
    infer=containers.nothing,
    effect=True,
)
constant(
    "builtins.open(file, mode='r', encoding=None)",
    "logging.getLogger(name=None)",
    "threading.Lock()",
    "threading.RLock()",
    infer=foreign,
    effect=True,
    cost="never",
)


constant("sorting_order(keys, reverse=False)", infer=containers.places)
for name in ("index(items, value, *bounds)", "count(items, value)"):
    constant(f"builtins.list.{name}", infer=containers.integral)

# Loops take these apart; as values of their own they have no cotangent.
for text in (
    "builtins.enumerate(iterable, start=0)",
    "builtins.zip(*iterables, strict=False)",
):
    rule(
        text,
        make=refuse("an iterator has no cotangent of its own"),
        infer=containers.iterator("zip" if "zip" in text else "enumerate"),
        view=[text.partition("(")[2].strip("*)").partition(",")[0]],
        cost="free",
    )
for text in (
    "product(*iterables, repeat=1)",
    "combinations(iterable, r)",
    "combinations_with_replacement(iterable, r)",
    "permutations(iterable, r=None)",
):
    rule(
        f"itertools.{text}",
        make=refuse("an iterator has no cotangent of its own"),
        infer=containers.picked(text.partition("(")[0]),
        cost="free",
    )
rule(
    "itertools.count(start=0, step=1)",
    make=refuse("an iterator has no cotangent of its own"),
    infer=containers.iterator("count"),
    cost="free",
)
