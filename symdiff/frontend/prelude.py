"""Library functions that take functions, or only go through items, written out.

A call of one of them is inlined as if it were the user's own: what is differentiated
is this text. Each gives what the library gives, as a list where that is an iterator,
because an iterator that is used up at once is as good as the list of its items.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from symdiff.rules.helpers_containers import sorting_order

Function = Callable[..., Any]


def item_at(index: Any, owner: Any) -> Any:
    """`operator.itemgetter(index)`."""
    return owner[index]


def listed(items: Iterable[Any]) -> Any:
    """`list(zip(a, b))`, `list(enumerate(a))`."""
    return [item for item in items]


def mapped(function: Function, items: Iterable[Any]) -> Any:
    """`map(f, xs)`."""
    return [function(item) for item in items]


def mapped_two(function: Function, first: Iterable[Any], second: Iterable[Any]) -> Any:
    """`map(f, xs, ys)`."""
    return [function(a, b) for a, b in zip(first, second, strict=False)]


def mapped_three(
    function: Function,
    first: Iterable[Any],
    second: Iterable[Any],
    third: Iterable[Any],
) -> Any:
    """`map(f, xs, ys, zs)`."""
    return [function(a, b, c) for a, b, c in zip(first, second, third, strict=False)]


def starmapped(function: Function, rows: Iterable[Any]) -> Any:
    """`itertools.starmap(f, rows)`."""
    return [function(*row) for row in rows]


def filtered(function: Function, items: Iterable[Any]) -> Any:
    """`filter(f, xs)`."""
    return [item for item in items if function(item)]


def filtered_true(function: None, items: Iterable[Any]) -> Any:
    """`filter(None, xs)`."""
    return [item for item in items if item]


def filtered_false(function: Function, items: Iterable[Any]) -> Any:
    """`itertools.filterfalse(f, xs)`."""
    return [item for item in items if not function(item)]


def taken_while(function: Function, items: Iterable[Any]) -> Any:
    """`itertools.takewhile(f, xs)`."""
    taken = []
    for item in items:
        if not function(item):
            break
        taken.append(item)
    return taken


def dropped_while(function: Function, items: Iterable[Any]) -> Any:
    """`itertools.dropwhile(f, xs)`."""
    rest = []
    dropping = True
    for item in items:
        if dropping and function(item):
            continue
        dropping = False
        rest.append(item)
    return rest


def compressed(items: Iterable[Any], selectors: Iterable[Any]) -> Any:
    """`itertools.compress(xs, flags)`."""
    return [item for item, chosen in zip(items, selectors, strict=False) if chosen]


def reduced(function: Function, sequence: Sequence[Any]) -> Any:
    """`functools.reduce(f, xs)`."""
    value = sequence[0]
    for item in sequence[1:]:
        value = function(value, item)
    return value


def reduced_from(function: Function, items: Iterable[Any], initial: Any) -> Any:
    """`functools.reduce(f, xs, initial)`."""
    value = initial
    for item in items:
        value = function(value, item)
    return value


def accumulated(sequence: Sequence[Any], func: Function) -> Any:
    """`itertools.accumulate(xs, f)`."""
    if len(sequence) == 0:
        return []
    total = sequence[0]
    totals = [total]
    for item in sequence[1:]:
        total = func(total, item)
        totals.append(total)
    return totals


def accumulated_sum(sequence: Sequence[Any]) -> Any:
    """`itertools.accumulate(xs)`."""
    if len(sequence) == 0:
        return []
    total = sequence[0]
    totals = [total]
    for item in sequence[1:]:
        total = total + item
        totals.append(total)
    return totals


def accumulated_from(items: Iterable[Any], func: Function, initial: Any) -> Any:
    """`itertools.accumulate(xs, f, initial=start)`."""
    total = initial
    totals = [total]
    for item in items:
        total = func(total, item)
        totals.append(total)
    return totals


def accumulated_sum_from(items: Iterable[Any], initial: Any) -> Any:
    """`itertools.accumulate(xs, initial=start)`."""
    total = initial
    totals = [total]
    for item in items:
        total = total + item
        totals.append(total)
    return totals


def flattened(rows: Iterable[Any]) -> Any:
    """`itertools.chain.from_iterable(rows)`."""
    return [item for row in rows for item in row]


def sliced(sequence: Sequence[Any], stop: Any) -> Any:
    """`itertools.islice(xs, stop)`."""
    return sequence[:stop]


def sliced_from(sequence: Sequence[Any], start: Any, stop: Any, step: Any = 1) -> Any:
    """`itertools.islice(xs, start, stop)`."""
    return sequence[start:stop:step]


def repeated(item: Any, times: int) -> Any:
    """`itertools.repeat(x, times)`."""
    return [item for _ in range(times)]


def sorted_by(sequence: Sequence[Any], key: Function, reverse: Any = False) -> Any:
    """`sorted(xs, key=f)`."""
    keys = [key(item) for item in sequence]
    return [sequence[i] for i in sorting_order(keys, reverse)]


def sorted_plain(sequence: Sequence[Any], reverse: Any = False) -> Any:
    """`sorted(xs)`."""
    return [sequence[i] for i in sorting_order(sequence, reverse)]


def smallest_by(sequence: Sequence[Any], key: Function) -> Any:
    """`min(xs, key=f)`."""
    keys = [key(item) for item in sequence]
    return sequence[keys.index(min(keys))]


def largest_by(sequence: Sequence[Any], key: Function) -> Any:
    """`max(xs, key=f)`."""
    keys = [key(item) for item in sequence]
    return sequence[keys.index(max(keys))]


def smallest_or(sequence: Sequence[Any], default: Any) -> Any:
    """`min(xs, default=value)`."""
    return min(sequence) if len(sequence) > 0 else default


def largest_or(sequence: Sequence[Any], default: Any) -> Any:
    """`max(xs, default=value)`."""
    return max(sequence) if len(sequence) > 0 else default


def smallest_by_or(sequence: Sequence[Any], key: Function, default: Any) -> Any:
    """`min(xs, key=f, default=value)`."""
    if len(sequence) == 0:
        return default
    keys = [key(item) for item in sequence]
    return sequence[keys.index(min(keys))]


def largest_by_or(sequence: Sequence[Any], key: Function, default: Any) -> Any:
    """`max(xs, key=f, default=value)`."""
    if len(sequence) == 0:
        return default
    keys = [key(item) for item in sequence]
    return sequence[keys.index(max(keys))]


def last_items(sequence: Sequence[Any], limit: int) -> Any:
    """`deque(xs, maxlen=limit)`."""
    return sequence[max(len(sequence) - limit, 0) :]


def append_limited(items: list[Any], item: Any, limit: int) -> None:
    """`deque.append(item)`."""
    items.append(item)
    if len(items) > limit:
        items.pop(0)


def append_left_limited(items: list[Any], item: Any, limit: int) -> None:
    """`deque.appendleft(item)`."""
    items.insert(0, item)
    if len(items) > limit:
        items.pop()


def extend_limited(items: list[Any], more: Iterable[Any], limit: int) -> None:
    """`deque.extend(more)`."""
    for item in more:
        items.append(item)
        if len(items) > limit:
            items.pop(0)


def applied(function: Function, first: Any, rest: Any) -> Any:
    """What a solver does with a function of one variable."""
    return function(first, *rest)


def applied_to_two(function: Function, first: Any, second: Any, rest: Any) -> Any:
    """What a solver does with a function of a state and a time."""
    return function(first, second, *rest)


def table_of_pairs(pairs: Any) -> Any:
    """`dict(zip(keys, values))`."""
    return {key: value for key, value in pairs}


def table_values(table: Any) -> Any:
    """`list(d.values())`."""
    return [operator.getitem(table, key) for key in table]


def table_items(table: Any) -> Any:
    """`list(d.items())`."""
    return [(key, operator.getitem(table, key)) for key in table]


def get_or(table: Any, key: Any, default: Any) -> Any:
    """`d.get(key, default)`."""
    if key in table:
        return operator.getitem(table, key)
    return default


def enter_missing(table: Any, key: Any, default: Any) -> None:
    """What a `defaultdict` does before `d[key]` is read."""
    if key not in table:
        table[key] = default


def set_default(table: Any, key: Any, default: Any) -> Any:
    """`d.setdefault(key, default)`."""
    if key not in table:
        table[key] = default
    return table[key]


def pop_or(table: Any, key: Any, default: Any) -> Any:
    """`d.pop(key, default)`."""
    return table.pop(key) if key in table else default


def update_table(table: Any, other: Any) -> None:
    """`d.update(other)`."""
    for key in other:
        table[key] = operator.getitem(other, key)


def update_pairs(table: Any, pairs: Any) -> None:
    """`d.update(zip(keys, values))`."""
    for key, value in pairs:
        table[key] = value
