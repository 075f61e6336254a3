"""The codes SD1xx: constructs of the language that are not supported."""

from __future__ import annotations

from symdiff.frontend.page import Page

LANGUAGE: tuple[Page, ...] = (
    Page(
        "SD100",
        "A construct that symdiff does not know",
        "What is not in the table of supported syntax is refused, never guessed at.",
        "",
    ),
    Page(
        "SD101",
        "What runs depends on an exception",
        "The reverse sweep must know which statements ran, and an exception may "
        "leave a block at any of them. `finally` is followed, and so is an `except` "
        "that raises again; a `try` that no derivative goes through is kept as it is.",
        "def f(x):\n    try:\n        return 1 / x\n    except ZeroDivisionError:\n"
        "        return 0.0",
        "def f(x):\n    if x == 0:\n        return 0.0\n    return 1 / x",
    ),
    Page(
        "SD102",
        "A context is not supported",
        "What lies in a `with` must run to its end unless an exception leaves the "
        "function. An `ExitStack` may go on instead, and so may an `__exit__` that "
        "looks at the exception, or a generator.",
        "import contextlib\n\n\ndef f(x):\n    with contextlib.ExitStack() as stack:\n"
        "        x = np.log(x)\n    return x",
        "def f(x):\n    return np.log(x)",
    ),
    Page(
        "SD103",
        "A pattern is not supported",
        "Patterns are followed where the structure of the value is known: constants, "
        "names, tuples, lists, dicts with written keys, and types without attributes.",
        'def f(x, item):\n    match item:\n        case {"kind": "a"}:\n'
        "            return x\n    return x * x",
        'def f(x, item):\n    if item["kind"] == "a":\n        return x\n'
        "    return x * x",
    ),
    Page(
        "SD104",
        "Generators and `await` are not supported",
        "Their statements run when somebody else asks for the next value.",
        "def f(x):\n    yield x",
        "def f(x):\n    values = []\n    values.append(x)\n    return values[0]",
    ),
    Page(
        "SD105",
        "A nested function is decorated or asynchronous",
        "A decorator may return anything in place of the function.",
        "def f(x):\n    @staticmethod\n    def g(t):\n        return t * t\n\n"
        "    return g(x)",
        "def f(x):\n    def g(t):\n        return t * t\n\n    return g(x)",
    ),
    Page(
        "SD106",
        "A class is defined inside the function",
        "Objects with attributes are not followed.",
        "def f(x):\n    class Pair:\n        first = x\n\n    return x",
        "def f(x):\n    first = x\n    return first",
    ),
    Page(
        "SD107",
        "A name outside of the function is assigned to",
        "A gradient may run more or less often than the function, so it must not "
        "write to what is outside of it.",
        "TOTAL = 0.0\n\n\ndef f(x):\n    global TOTAL\n    TOTAL = 2.0\n"
        "    return x * x",
        "def f(x, total):\n    total = total + x\n    return total",
    ),
    Page(
        "SD108",
        "Sets of numbers with a derivative, bytes and t-strings are not supported",
        "A set is for names and whole numbers that were seen; its order and its length "
        "depend on the values in it.",
        "def f(x):\n    seen = {x, 2 * x}\n    return x * len(seen)",
        "def f(x):\n    seen = [x, 2 * x]\n    return x * len(seen)",
    ),
    Page(
        "SD109",
        "`*` or `**` unpacks an unknown number of values",
        "Which argument goes to which parameter must be known beforehand.",
        "def f(x, rest):\n    return np.hypot(x, *rest)",
        "def f(x, rest):\n    return np.hypot(x, rest[0])",
    ),
    Page(
        "SD110",
        "A function that calls itself is not supported as it is",
        "One path must return without such a call, what is returned must be numbers, "
        "arrays, or tuples and lists of them, and the types of the arguments must be "
        "the same at every depth.",
        "def f(x, n):\n    return x * f(x, n - 1)",
        "def f(x, n):\n    if n == 0:\n        return 1.0\n    return x * f(x, n - 1)",
    ),
    Page(
        "SD111",
        "A statement is not supported here",
        "This holds for `del` of a slice or of a dict's entry in a branch, for imports "
        "of a module's every name or of modules of one's own, and for `type`.",
        "def f(x):\n    xs = [x, x * x, x]\n    del xs[:2]\n    return xs[0]",
        "def f(x):\n    xs = [x, x * x, x]\n    xs = xs[2:]\n    return xs[0]",
    ),
    Page(
        "SD113",
        "A loop never ends",
        "`while True` without a `break` or a `return` has no value to differentiate.",
        "def f(x):\n    while True:\n        x = x / 2\n    return x",
        "def f(x):\n    while True:\n        x = x / 2\n        if x < 1:\n"
        "            break\n    return x",
    ),
    Page(
        "SD114",
        "A loop over many functions is left early",
        "A loop over functions or objects is written out, one copy of its body for "
        "each; if it may be left early, each copy is inside of the one before.",
        "def f(x):\n    for g in (\n"
        + "        np.sin, np.cos, np.tan, np.exp, np.tanh, np.sqrt,\n" * 3
        + "    ):\n        x = g(x)\n        if x > 0.5:\n            break\n"
        "    return x",
        "def f(x):\n    for g in (\n"
        + "        np.sin, np.cos, np.tan, np.exp, np.tanh, np.sqrt,\n" * 3
        + "    ):\n        if x <= 0.5:\n            x = g(x)\n    return x",
    ),
    Page(
        "SD116",
        "A value is returned on some paths only",
        "On the others the function returns None, which has no derivative.",
        "def f(x):\n    if x > 0:\n        return x * x",
        "def f(x):\n    if x > 0:\n        return x * x\n    return 0.0",
    ),
    Page(
        "SD117",
        "A parameter collects any number of arguments",
        "The gradient has the function's parameters, each with its derivative.",
        "def f(*xs):\n    return 2.0",
        "def f(xs):\n    return xs[0] * xs[1]",
    ),
    Page(
        "SD118",
        "A call does what the text does not show",
        "`eval`, `exec`, `globals`, `setattr` and their like read or change values "
        "behind the back of the text that is differentiated.",
        "def f(x):\n    return eval('x * x')",
        "def f(x):\n    return x * x",
    ),
    Page(
        "SD119",
        "A number is read out of text",
        "The text of a number has no derivative, so the path would be lost.",
        "def f(x):\n    return float(str(x)) * x",
        "def f(x):\n    return x * x",
    ),
    Page(
        "SD120",
        "A decorator may change what a function computes",
        "Text alone does not tell what a decorator returns. `functools.cache`, "
        "`numba.njit` and symdiff's own are known to leave the values as they are.",
        "def double(f):\n    return lambda x: 2 * f(x)\n\n\n"
        "@double\ndef f(x):\n    return x * x",
        "def f(x):\n    return 2 * x * x",
    ),
    Page(
        "SD121",
        "An iterator is kept",
        "A generator, a `zip` or a `map` gives its items once, and only when they are "
        "asked for; a view of a dict changes with it. They are followed where they are "
        "used up at once: in a loop, or by `list`, `sum` and their like.",
        "def f(x):\n    squares = (v * v for v in [x, 2 * x])\n    return sum(squares)",
        "def f(x):\n    squares = [v * v for v in [x, 2 * x]]\n    return sum(squares)",
    ),
    Page(
        "SD130",
        "A function or a module is used as a value",
        "Functions are known by their identity, at compile time; they cannot be kept "
        "in the data of the program.",
        "def f(x):\n    table = np.array([np.sin])\n    return x",
        "def f(x):\n    g = np.sin\n    return g(x)",
    ),
    Page(
        "SD131",
        "The function that a name stands for changes in a loop",
        "Which function is called must be known before the loop runs.",
        "def f(x, n):\n    g = np.sin\n    for _ in range(n):\n        x = g(x)\n"
        "        g = np.cos\n    return x",
        "def f(x, n):\n    for i in range(n):\n"
        "        x = np.sin(x) if i == 0 else np.cos(x)\n    return x",
    ),
    Page(
        "SD132",
        "There are more or fewer targets than values",
        "Python would raise a ValueError when this runs.",
        "def f(x):\n    a, b = x, x, x\n    return a * b",
        "def f(x):\n    a, b, _ = x, x, x\n    return a * b",
    ),
    Page(
        "SD133",
        "What is called is data, or what is subscripted is not",
        "Python would raise a TypeError when this runs.",
        "def f(x):\n    return np.sin[x]",
        "def f(x):\n    return np.sin(x)",
    ),
)
