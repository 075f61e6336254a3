"""One function of the IR → its lines of source: all decisions in their order."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field

from symdiff.backend.calls import Imports
from symdiff.backend.choices import count_reads
from symdiff.backend.comments import comment
from symdiff.backend.expressions import Expressions
from symdiff.backend.flat import flat
from symdiff.backend.inline import Nesting, decide
from symdiff.backend.layout import header, lay_out
from symdiff.backend.names import assign
from symdiff.backend.ownership import own, returned
from symdiff.backend.parallel import regroup
from symdiff.backend.passed import Record, used_up_by
from symdiff.backend.saved import name_parameters, result_words, stem, words_of
from symdiff.backend.schedule import schedule
from symdiff.backend.sharing import Copies, Sharing, Summary
from symdiff.backend.statements import Statements
from symdiff.backend.stores import Stores
from symdiff.backend.unset import uncertain
from symdiff.ir.nodes import Const, Function, Var, atoms, phis, walk


@dataclass(slots=True)
class Context:
    """The program around a function, and what is known of the functions before it.

    Of functions that are called before they are printed, `assumed` are the summaries
    that an earlier printing has found.
    """

    functions: Mapping[str, Function]
    imports: Imports
    reserved: set[str]
    impure: set[str]
    summaries: dict[str, Summary] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    results: dict[str, tuple[str, ...]] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)
    assumed: Mapping[str, Summary] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Whether the storage of all results is as it was assumed to be."""
        return self.assumed == self.summaries


def print_function(function: Function, context: Context, is_main: bool) -> str:
    """Print one function; those that it calls have been printed before."""
    known = context.names.get(function.name.replace("_bwd", "_fwd"), {})
    if not is_main:
        function = name_parameters(function, known)
    function = schedule(regroup(function))
    summaries = context.summaries
    used_up = used_up_by(function, context.records, summaries)
    first = Sharing(function, Copies(), summaries, used_up)
    nesting = decide(function, first, context.impure)
    owned = own(function, nesting, first, summaries, is_main)
    deep = {"copy"} if "deep" in owned.returned.values() else set()
    reserved = context.reserved | deep
    hints = result_words(function, context.results) | words_of(function, known)
    naming = assign(function, nesting, reserved, hints)
    summaries[function.name] = owned.summary
    context.names[function.name] = naming.names
    context.results[function.name] = tuple(
        stem(naming.names.get(a.name, "")) if isinstance(a, Var) else ""
        for a in returned(function, nesting.nested)
    )
    show = Expressions(
        nesting, naming, owned.copies, context.imports, context.functions
    )
    read = _read(function, nesting)
    sharing = Sharing(function, owned.copies, summaries, used_up)
    stores = Stores(show, sharing, read)
    statements = Statements(
        show,
        stores,
        owned.returned,
        read,
        count_reads(function.body),
        uncertain(function),
    )
    body = comment(statements.function(function), function.source)
    lines = [*_header(function, show), *_doc(function.doc), *lay_out(body, 1)]
    return "\n".join(lines)


def _read(function: Function, nesting: Nesting) -> set[str]:
    """Every variable that is read somewhere."""
    found: set[str] = set()
    for stmt in walk(function.body):
        for atom in (
            *atoms(stmt),
            *(a for p in phis(stmt) for a in (p.first, p.second)),
        ):
            found |= {v.name for v in nesting.leaves(atom)}
    return found


def _header(function: Function, show: Expressions) -> list[str]:
    defaults = _last_defaults(function)
    shown: list[str] = []
    for p in function.params:
        if p.name in function.captured and "*" not in shown:
            shown.append("*")
        value = defaults.get(p.name)
        shown.append(
            p.name if value is None else f"{p.name}={flat(show.constant(value))}"
        )
    return header(function.name, shown)


def _last_defaults(function: Function) -> dict[str, Const]:
    """The defaults that no parameter without one follows, as `**options` may."""
    defaults = dict(function.defaults)
    found: dict[str, Const] = {}
    for p in reversed([p for p in function.params if p.name not in function.captured]):
        if p.name not in defaults:
            break
        found[p.name] = defaults[p.name]
    return found


def _doc(doc: str) -> list[str]:
    if not doc:
        return []
    text = inspect.cleandoc(doc).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    lines = text.split("\n")
    if len(lines) == 1:
        return [f'    """{text}"""']
    return [
        f'    """{lines[0]}',
        *(f"    {line}".rstrip() for line in lines[1:]),
        '    """',
    ]
