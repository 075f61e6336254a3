"""`del xs[i]` and `del d[key]`: a list without an item, a dict without an entry."""

from __future__ import annotations

import libcst as cst

from symdiff.frontend.assign import reference
from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.lists import list_store
from symdiff.frontend.memory import atom_of
from symdiff.frontend.records import get_entry
from symdiff.frontend.state import entry_name
from symdiff.frontend.subscripts import index_atom
from symdiff.frontend.values import Bad, Dict, Ref
from symdiff.ir.nodes import UNDEF, Const
from symdiff.ir.types import List, Scalar


def delete_item(frame: Frame, target: cst.Subscript) -> bool:
    """Delete an item of a list or of a known dict; false if it is neither.

    An entry of a dict must be there or not on every path, so it is not deleted inside
    of a branch or a loop.
    """
    base = reference(frame, target.value)
    index = index_atom(frame, target)
    if isinstance(base, Bad) or index == UNDEF:
        return True
    if isinstance(base, Dict):
        if frame.blocks or not isinstance(index, Const):
            return False
        if not isinstance(get_entry(frame, base, index, target), Bad):
            del frame.state.names[base.number, entry_name(index.value)]
        return True
    if not isinstance(base, Ref) or not isinstance(type_of(index), Scalar):
        return False
    if not isinstance(type_of(atom_of(frame, base, target)), List):
        return False
    list_store(frame, base, "pop", [plain(index)], {}, target)
    return True
