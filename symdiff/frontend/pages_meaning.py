"""The codes SD2xx (rules), SD3xx (storage) and SD4xx (names and attributes)."""

from __future__ import annotations

from symdiff.frontend.page import Page

MEANING: tuple[Page, ...] = (
    Page(
        "SD201",
        "A function has no derivative rule",
        "The function is known, but nobody has written down its derivative, and its "
        "argument depends on a parameter that is differentiated. `symdiff ops` lists "
        "those with a rule.",
        "def f(x):\n    return np.sum(np.roots(x))",
        "def f(x):\n    return -x[1] / x[0]",
    ),
    Page(
        "SD202",
        "A function is used in a way that its rule does not cover",
        "A keyword like `where` changes what the function does; nothing is ignored.",
        "def f(x):\n    return np.sum(np.exp(x, where=x > 0))",
        "def f(x):\n    return np.sum(np.exp(x[x > 0]))",
    ),
    Page(
        "SD203",
        "A call or a loop cannot be followed",
        "The arguments of a call must fit the parameters of the function, and a "
        "loop must run over something that can be run over backwards.",
        "def g(a, b):\n    return a * b\n\n\ndef f(x):\n    return g(x)",
        "def g(a, b):\n    return a * b\n\n\ndef f(x):\n    return g(x, 2.0)",
    ),
    Page(
        "SD204",
        "A derivative that a function asks for cannot be made",
        "What `symdiff.grad` and the others make inside of a function is made as that "
        "is compiled: of a function whose text is known, with constant `argnums`, that "
        "returns what the transform takes, and not of the function itself.",
        "import symdiff\n\n\ndef f(x):\n    return symdiff.grad(f)(x) * x",
        "import symdiff\n\n\ndef f(x):\n    def g(t):\n        return t**3 * x\n\n"
        "    return symdiff.grad(g)(x) * x",
    ),
    Page(
        "SD205",
        "What is checkpointed cannot be run a second time",
        "Its states are computed again where they are needed, so that it must not "
        "print, draw or end early, and what it starts from must be there.",
        "import symdiff\n\n\ndef f(x, n):\n"
        "    for _ in symdiff.checkpointed(range(n), snapshots=3):\n"
        "        x = x * np.random.normal()\n    return x",
        "import symdiff\n\n\ndef f(x, scales):\n"
        "    for i in symdiff.checkpointed(range(len(scales)), snapshots=3):\n"
        "        x = x * scales[i]\n    return x",
    ),
    Page(
        "SD206",
        "Code for the gradient does more than change a cotangent",
        "The body of `with symdiff.on_gradient(x) as x_bar:` runs in the gradient and "
        "not in the function, which must not depend on it. It is about one variable.",
        "import symdiff\n\n\ndef f(x):\n    y, n = x * x, 0\n"
        "    with symdiff.on_gradient(y) as y_bar:\n        n = 1\n    return y * n",
        "import symdiff\n\n\ndef f(x):\n    y = x * x\n"
        "    with symdiff.on_gradient(y) as y_bar:\n"
        "        y_bar = np.clip(y_bar, -1, 1)\n    return y * y",
    ),
    Page(
        "SD301",
        "A name may share storage with another one that was written to",
        "Whether the store is seen through this name depends on the data.",
        "def f(x, flag):\n    y = x if flag else x * 2\n    y[0] = 1.0\n"
        "    return np.sum(x * y)",
        "def f(x, flag):\n    y = x.copy() if flag else x * 2\n    y[0] = 1.0\n"
        "    return np.sum(x * y)",
    ),
    Page(
        "SD302",
        "A store may go to a view or to a copy",
        "NumPy decides at run time whether such a value is a view, and so whether "
        "the store is seen in the array that it comes from. A view of a diagonal may "
        "not be written to at all.",
        "def f(x):\n    np.ravel(x)[0] = 1.0\n    return np.sum(x)",
        "def f(x):\n    y = x.copy()\n    y[0] = 1.0\n    return np.sum(y)",
    ),
    Page(
        "SD303",
        "A store goes to a value without a name",
        "Nothing could read what was stored.",
        "def f(x):\n    (x * 2)[0] = 1.0\n    return np.sum(x)",
        "def f(x):\n    y = x * 2\n    y[0] = 1.0\n    return np.sum(y)",
    ),
    Page(
        "SD304",
        "An attribute is assigned to",
        "An object of which nothing is known, or whose class decides itself what "
        "setting an attribute does, is not followed.",
        "def f(x, p):\n    p.last = x\n    return x * x",
        "def f(x):\n    last = x\n    return last * x",
    ),
    Page(
        "SD305",
        "A value of an enclosing scope is written to",
        "A gradient may run more or less often than the function, so it must not "
        "write to what is outside of it.",
        "",
        "def f(x, table):\n    table[0] = 3.0\n    return x * table[0]",
    ),
    Page(
        "SD306",
        "A loop stores into what it runs over",
        "What the next turn sees would depend on this one through the iterator.",
        "def f(xs: list[float]):\n    total = 0.0\n    for x in xs:\n"
        "        xs.append(x)\n        total += x\n    return total",
        "def f(xs: list[float]):\n    total = 0.0\n    for i in range(len(xs)):\n"
        "        xs.append(xs[i])\n        total += xs[i]\n    return total",
    ),
    Page(
        "SD307",
        "A method or function writes to its object",
        "Followed are `out=`, `fill`, `sort`, `np.copyto` and their like of arrays, "
        "and `append`, `extend` and `pop` of lists.",
        "def f(x):\n    y = x * x\n    np.random.shuffle(y)\n    return y[0]",
        "def f(x):\n    y = x * x\n    order = np.random.permutation(len(y))\n"
        "    return y[order[0]]",
    ),
    Page(
        "SD308",
        "A store happens inside of a larger expression",
        "The order of the store and of the rest of the expression would matter. This "
        "holds for `d[k] += f(d)` of a `defaultdict` as well, which enters `k` first.",
        "def f(x):\n    ys = [x]\n    ys.append(x) or ys.append(x * x)\n"
        "    return sum(ys)",
        "def f(x):\n    ys = [x]\n    ys.append(x)\n    ys.append(x * x)\n"
        "    return sum(ys)",
    ),
    Page(
        "SD309",
        "An argument that is written to may share storage with another one",
        "The function is compiled for arguments that are apart.",
        "def g(a, b):\n    a[0] = 1.0\n    return np.sum(a * b)\n\n\n"
        "def f(x):\n    y = x * 2\n    return g(y, y)",
        "def g(a, b):\n    a[0] = 1.0\n    return np.sum(a * b)\n\n\n"
        "def f(x):\n    y = x * 2\n    return g(y.copy(), y)",
    ),
    Page(
        "SD310",
        "What an iterator computes depends on what happens between its steps",
        "A generator or a `map` computes an item when the loop asks for it. Where one "
        "is inside of a `zip`, or its function is not written in place, all items are "
        "computed before the loop here, so the loop must not change what they are "
        "computed from, and they must not print or draw.",
        "def f(x):\n    scale = 1.0\n"
        "    for y, k in zip((scale * v for v in [x, 2 * x]), [1, 2]):\n"
        "        scale = scale + y * k\n    return scale",
        "def f(x):\n    scale = 1.0\n    for v, k in zip([x, 2 * x], [1, 2]):\n"
        "        scale = scale + scale * v * k\n    return scale",
    ),
    Page(
        "SD401",
        "A name has no value",
        "It is not defined, or not on every path that leads here.",
        "def f(x):\n    return x * undefined_name",
        "def f(x, factor):\n    return x * factor",
    ),
    Page(
        "SD402",
        "A name cannot be read from the text",
        "The text is not run, so only numbers, functions and known libraries of the "
        "module can be read from it.",
        "import cv2\n\n\ndef f(x):\n    return np.sum(cv2.blur(x, (3, 3)))",
        "def f(x):\n    return np.sum(x)",
    ),
    Page(
        "SD403",
        "A name stands for an object of an unknown type",
        "Numbers, arrays and containers of them are data; other objects are not.",
        "",
    ),
    Page(
        "SD404",
        "An attribute or a method is not known",
        "Objects are followed that are passed, or whose class an annotation names; "
        "of methods those of arrays, numbers, lists, strings and the user's classes.",
        "def f(p):\n    return p.mass * 2.0",
        "def f(mass):\n    return mass * 2.0",
    ),
    Page(
        "SD405",
        "Objects of a class are not supported",
        "A class with a base, a metaclass or hooks such as `__getattr__` may do "
        "anything when one of its objects is made or read.",
        "class Base:\n    pass\n\n\nclass Scale(Base):\n"
        "    def __init__(self, k):\n        self.k = k\n\n\n"
        "def f(x):\n    return Scale(x).k",
        "class Scale:\n    def __init__(self, k):\n        self.k = k\n\n\n"
        "def f(x):\n    return Scale(x).k",
    ),
    Page(
        "SD406",
        "A dict does not have a key",
        "Dicts with constant keys are followed key by key; this one is not set on "
        "every path that leads here.",
        'def f(x):\n    d = {"a": x}\n    return d["b"]',
        'def f(x):\n    d = {"a": x, "b": 2 * x}\n    return d["b"]',
    ),
    Page(
        "SD407",
        "A key or an index is not a constant",
        "A dict of values of many kinds is followed key by key, and a list of "
        "functions item by item, so which one is meant must be in the text.",
        "def f(x, k):\n    d = {1: 1.0, 2: [x]}\n    return d[k] * x",
        "def f(x, k):\n    d = {1: 1.0, 2: x}\n    return d[k] * x",
    ),
)
