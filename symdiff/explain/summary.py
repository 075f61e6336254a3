"""Values as JSON: all numbers of small ones, and of large ones what can be said.

A number that JSON does not have is a string: `"nan"`, `"inf"`, `"-inf"`, `"1+2j"`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

SAMPLE = 64
"""An array of more numbers, or a container of more items, is not listed in full."""
FEW = 8
"""How many numbers of a larger array are listed."""

Json = dict[str, Any]


def summary(value: Any) -> Json:
    """Summarise one value.

    A number or array gives `shape, dtype, min, max, mean, norm, nonfinite, zeros,
    sample, full`, where the statistics are of the finite entries; a container gives
    `kind, length, items, full`; anything else gives `text`.
    """
    if isinstance(value, bool | int | float | complex | np.generic | np.ndarray):
        array = np.asarray(value)
        if array.dtype.kind in "biufc":
            return _numbers(array, array.dtype.str.lstrip("<>|="))
    match value:
        case list() | tuple():
            items = [summary(item) for item in value[:SAMPLE]]
            kind = type(value).__name__
            full = len(items) == len(value)
            return {"kind": kind, "length": len(value), "items": items, "full": full}
        case dict():
            few = list(value.items())[:SAMPLE]
            pairs = [{"key": repr(k), "value": summary(v)} for k, v in few]
            full = len(pairs) == len(value)
            return {"kind": "dict", "length": len(value), "items": pairs, "full": full}
        case str() | None | range() | slice():
            return {"text": repr(value)}
    return {"text": type(value).__name__}


def _numbers(array: np.ndarray[Any, Any], dtype: str) -> Json:
    finite = array[np.isfinite(array)]
    real = finite if array.dtype.kind != "c" else np.abs(finite)
    full = array.size <= SAMPLE
    listed = array.reshape(-1)[: SAMPLE if full else FEW]
    some = real.size > 0
    wide = real.astype(float)
    with np.errstate(over="ignore"):
        norm, mean = float(np.linalg.norm(wide)), float(np.mean(wide)) if some else None
    return {
        "shape": list(array.shape),
        "dtype": dtype,
        "min": number(real.min()) if some else None,
        "max": number(real.max()) if some else None,
        "mean": None if mean is None else number(mean),
        "norm": number(norm),
        "nonfinite": int(array.size - finite.size),
        "zeros": int(array.size - np.count_nonzero(array)),
        "sample": [number(entry) for entry in listed],
        "full": full,
    }


def number(value: Any) -> int | float | bool | str:
    """One number as JSON has it, or its spelling."""
    plain = value.item() if isinstance(value, np.generic | np.ndarray) else value
    if isinstance(plain, bool | int):
        return plain
    if isinstance(plain, complex):
        return repr(plain).strip("()")
    found = float(plain)
    return found if np.isfinite(found) else str(found)


def shown(value: Json, most: int = 4, digits: int = 5) -> str:
    """A summary in a few words: `0.25`, `[1, 2, 3]`, `f8[784, 128] norm 3.1`.

    An array of at most `most` numbers is written out, with so many digits each.
    """
    if "text" in value:
        return str(value["text"])
    if "kind" in value:
        return f"{value['kind']} of {value['length']}"
    if value["shape"] == [0]:
        return "[]"
    if value["full"] and 0 < len(value["sample"]) <= most:
        words = [_short(entry, digits) for entry in value["sample"]]
        return _listed(words, value["shape"])
    lengths = ", ".join(map(str, value["shape"]))
    bad = f", {value['nonfinite']} not finite" if value["nonfinite"] else ""
    return f"{value['dtype']}[{lengths}] norm {_short(value['norm'], digits)}{bad}"


def _listed(words: list[str], shape: list[int]) -> str:
    """Numbers in the brackets of their axes, the last axis innermost."""
    for length in reversed(shape):
        rows = [words[n : n + length] for n in range(0, len(words), length)]
        words = [f"[{', '.join(row)}]" for row in rows]
    return words[0]


def _short(entry: Any, digits: int) -> str:
    return f"{entry:.{digits}g}" if isinstance(entry, float) else str(entry)
