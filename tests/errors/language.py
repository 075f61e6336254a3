"""What the language fence refuses. Each comment is the code that its line must raise."""

import contextlib

import numpy as np


def attempts(x):
    table = [x]
    try:  # error: SD101
        table.append(np.log(x))
    except ValueError:
        table.append(0.0)
    try:  # error: SD101
        return table[1]
    except IndexError:
        return x


def finally_reads_what_the_body_assigns(x):
    y = x
    try:  # error: SD101
        y = np.log(x)
    finally:
        print(y)
    return y


def finally_leaves(x):
    for i in range(3):
        try:
            x = x * 2
        finally:  # error: SD101
            break
    return x


def exceptions_of_ones_own(x, problem):
    try:
        x = x * 2
    except problem:  # error: SD101
        raise
    return x


def contexts(x):
    with contextlib.ExitStack() as stack:  # error: SD102
        y = x
    with 3.0:  # error: SD102
        y = x
    return y


def matching(x, k):
    match k:
        case [a, b]:  # error: SD103
            y = x
        case {"a": a}:  # error: SD103
            y = 2 * x
        case str(encoding=a):  # error: SD103
            y = x
        case _:
            y = 2 * x
    return y


def generators(x):
    yield x  # error: SD104


def decorated_inside(x):
    @np.vectorize  # error: SD105
    def g(t):
        return t

    return g(x)


def class_inside(x):
    class Point:  # error: SD106
        pass

    return x


def globals_are_assigned(x):
    global counter, np  # error: SD107
    counter = 3
    return x


async def asynchronous(x):  # error: SD104
    return x


def items_are_deleted(x, k):
    a = np.zeros(3)
    del a[0]  # error: SD111
    d = {"a": x, "b": x}
    if x > 0:
        del d["a"]  # error: SD111
    return x


def sets(x):
    s = {x, 2.0}  # error: SD108
    t = {k * x for k in range(3)}  # error: SD108
    return x + len(s) + len(t)


def unknown_number_of_arguments(x, xs):
    return max(*xs) + x  # error: SD109


def keywords_from_a_dict(x, options):
    return np.sum(x, **options)  # error: SD109


def calls_itself_always(x, n):
    return 2 * calls_itself_always(x, n - 1)  # error: SD110


def calls_itself_for_a_dict(x, n):  # error: SD110
    if n == 0:
        return {"x": x}
    return {"x": calls_itself_for_a_dict(x, n - 1)["x"] + x}


def endless(x):
    while True:  # error: SD113
        x = x / 2
    return x


def returns_sometimes(x):  # error: SD116
    if x > 0:
        for _ in range(3):
            if x > 1:
                return x


def everything_at_once(x, n):
    try:  # error: SD101
        return x
    except ValueError:
        pass
    y = {x}  # error: SD108
    z = np.sum(x, axes=0)  # error: SD202
    with np.errstate(all="raise"), 3.0:  # error: SD102
        w = unknown(x)  # error: SD401
    return w + y + z + missing  # error: SD401


def iterators_are_kept(x):
    squares = (v * v for v in [x, x])  # error: SD121
    pairs = zip([x], [x])  # error: SD121
    table = {"a": x}
    values = table.values()  # error: SD121
    doubled = total(2 * v for v in [x, x])  # error: SD121
    return map(np.sin, [x])  # error: SD121


def total(items):
    return sum(items)
