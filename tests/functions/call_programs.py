"""Functions that call functions, as people write them: `CASES` are tried."""

import functools
from functools import cache, partial, wraps

import numpy as np


def rk4(f, y, t, h):
    k1 = f(y, t)
    k2 = f(y + h / 2 * k1, t + h / 2)
    k3 = f(y + h / 2 * k2, t + h / 2)
    k4 = f(y + h * k3, t + h)
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def ode_closure(w):
    def rhs(y, t):
        return np.array([y[1], -w * np.sin(y[0])])

    y = np.array([1.0, 0.0])
    for i in range(5):
        y = rk4(rhs, y, i * 0.1, 0.1)
    return y[0] + y[1] ** 2


def newton(f, df, x, n=8):
    for _ in range(n):
        x = x - f(x) / df(x)
    return x


def newton_root(a):
    return newton(lambda x: x**3 - a, lambda x: 3 * x**2, 1.0) * a


def lam_in_loop(x):
    s = 0.0
    for i in range(4):

        def g(t):
            return t * i + x  # noqa: B023

        s += g(x) * g(2.0)
    return s


def def_in_loop(x, n):
    s = 0.0
    for i in range(n):

        def g(t):
            return np.sin(t) * i  # noqa: B023

        s += g(x)
    return s


def late_binding(x):
    fs = []
    for i in range(3):
        fs.append(lambda t: t * i + x)  # noqa: B023
    s = 0.0
    for f in fs:
        s += f(x)
    return s


def ret_func(x):
    def make(k):
        def inner(t):
            return t * k + x

        return inner

    return make(3.0)(x) * make(x)(2.0)


def compose(*fs):
    def composed(x):
        for f in fs:
            x = f(x)
        return x

    return composed


def composed(x):
    return compose(np.sin, lambda t: t * x, np.exp)(x)


OPS = {"sin": np.sin, "sq": lambda t: t * t, "id": lambda t: t}


def table_const(x):
    return OPS["sin"](x) + OPS["sq"](x)


def table_runtime(x, name):
    return OPS[name](x)


def table_local(x, k):
    ops = [np.sin, np.cos, lambda t: t * x]
    return ops[k](x)


def table_loop(x, n):
    ops = (np.sin, np.cos, lambda t: t * x)
    for i in range(n):
        x = ops[i % 3](x)
    return x


def table_names(x):
    s = 0.0
    for name in ["sin", "sq", "id"]:
        s += OPS[name](x)
    return s


def table_items(x):
    s = 0.0
    for _name, f in OPS.items():
        s = s * 1.1 + f(x)
    return s


def scale_add(x, a, b=2.0, *, c=1.0):
    return a * x + b * c


def partials(x):
    f = partial(scale_add, a=3.0, c=x)
    g = partial(scale_add, x, b=x)
    return f(x) + g(x)


def star(*xs):
    s = 0.0
    for v in xs:
        s += v * v
    return s


def star_call(x, y):
    return star(x, y, x * y) + star(*(x, y)) + star()


def kw(**kws):
    return kws["a"] * kws.get("b", 2.0)


def kw_call(x):
    d = dict(a=x, b=x * 2)
    return kw(a=x) + kw(**d) + kw(a=x, b=x)


def mixed(x, *rest, scale=1.0, **opts):
    out = x * scale
    for r in rest:
        out = out + r * x
    for _k, v in opts.items():
        out = out * v
    return out


def mixed_call(x):
    return mixed(x, 1.0, x, scale=x, p=2.0, q=x)


def star_entry(x, *rest):
    s = x
    for r in rest:
        s = s * r + x
    return s


def kw_entry(x, **opts):
    return x * opts["scale"] + opts.get("shift", 0.0)


def mutdef(x, acc=None):
    if acc is None:
        acc = []
    return x * len(acc) + x * x


def mut_call(x):
    return mutdef(x) + mutdef(x, [1, 2])


def deco(f):
    @wraps(f)
    def wrapper(*args, **kwargs):
        return 2.0 * f(*args, **kwargs)

    return wrapper


@deco
def decorated(x, y=3.0):
    return x * y


def call_deco(x):
    return decorated(x) + decorated(x, y=x)


def deco_args(k):
    def d(f):
        def w(x):
            return f(x) * k

        return w

    return d


@deco_args(3.0)
def decorated2(x):
    return np.sin(x)


def call_deco2(x):
    return decorated2(x) * x


@cache
def fibc(n):
    return n if n < 2 else fibc(n - 1) + fibc(n - 2)


def call_cached(x, n):
    return x * fibc(n) + x


@cache
def coef(n):
    return [1.0 / (k + 1) for k in range(n)]


def call_coef(x):
    s = 0.0
    for c in coef(4):
        s = s * x + c
    return s


class Njit:
    def __init__(self, f):
        self.py_func = f
        functools.update_wrapper(self, f)

    def __call__(self, *a):
        return self.py_func(*a)


@Njit
def jitted(x):
    return x * np.cos(x)


def call_jit(x):
    return jitted(x)


class Base:
    factor = 2.0

    def __init__(self, k):
        self.k = k

    def f(self, x):
        return self.k * x

    def g(self, x):
        return self.f(x) + self.factor

    @property
    def double(self):
        return 2 * self.k

    @staticmethod
    def st(x):
        return x * 3

    @classmethod
    def make(cls, k):
        return cls(k * 2)

    @classmethod
    def scaled(cls, x):
        return cls.factor * x


class Derived(Base):
    factor = 5.0

    def __init__(self, k, m):
        super().__init__(k)
        self.m = m

    def f(self, x):
        return super().f(x) * self.m + x

    def __call__(self, x):
        return self.g(x)

    def __add__(self, o):
        return Derived(self.k + o.k, self.m)

    def __mul__(self, s):
        return Derived(self.k * s, self.m)

    def __getitem__(self, i):
        return self.k * i

    def __len__(self):
        return 3

    def __neg__(self):
        return Derived(-self.k, self.m)

    def __matmul__(self, x):
        return self.k * x


def cls_use(x):
    d = Derived(x, 3.0)
    return d(x) + d.double + d.st(x) + Derived.st(x) + d.scaled(x)


def cls_make(x):
    return Base.make(x).g(x)


def cls_ops(x):
    d = Derived(x, 2.0) + Derived(2 * x, 1.0)
    e = d * x
    return e.f(x) + e[2] + len(e) + (-d).k + d @ x


LIVE = Derived(1.5, 2.0)


def live_obj(x):
    return LIVE(x) * LIVE.double


def shadow(x):
    def sum(a, b):
        return a * b

    max = 3.0
    return sum(x, max)


def same_name(x):
    coef = x * 2
    return coef * x


def nonlocal_count(x):
    count = 0

    def f(t):
        nonlocal count
        count += 1
        return t * count

    a = f(x) + f(x)
    return a * count


def nonlocal_active(x):
    total = 0.0

    def add(t):
        nonlocal total
        total = total + t * t

    add(x)
    add(2 * x)
    return total


def cond_fn(x, flag):
    f = np.sin if flag else np.cos
    return f(x)


def cond_lam(x, flag):
    if flag:

        def f(t):
            return t * t
    else:

        def f(t):
            return t + x

    return f(x)


def fn_arg_loop(x):
    def apply(f, t, n):
        for _ in range(n):
            t = f(t)
        return t

    return apply(lambda t: np.sin(t) + x, x, 3)


def imm_lambda(x):
    return (lambda a, b=2.0: a * b)(x)


def closure_array(x):
    w = x * 2

    def loss(i):
        w[i] = w[i] * 3
        return w[i]

    a = loss(0)
    b = loss(1)
    return a + b + np.sum(w)


def strategies(x, kind):
    def a(t):
        return t * 2

    def b(t):
        return t**3

    table = {"a": a, "b": b}
    return table[kind](x)


def methods_in_list(x):
    fs = [LIVE.f, LIVE.g]
    return sum(f(x) for f in fs)


def while_closure(x):
    def step(v):
        return v * 0.5 + x

    v = 10.0
    n = 0
    while v > 2.5 and n < 20:
        v = step(v)
        n += 1
    return v


def vec(f):
    def g(xs):
        return np.array([f(t) for t in xs])

    return g


def vectorised(x):
    return np.sum(vec(lambda t: t**2)(x))


def default_fn(x, f=np.tanh):
    return f(x)


def posonly(x, /, y=2.0):
    return x * y


def kwonly(x, *, y=2.0):
    return x * y


def callposkw(x):
    return posonly(x) + kwonly(x, y=x)


def choice_loop(x, n):
    s = 0.0
    for i in range(n):
        f = np.sin if i % 2 == 0 else lambda t: t * x
        s += f(x + i)
    return s


def choice_nested(x, a, b):
    f = (np.sin if b else np.cos) if a else np.exp
    return f(x) * x


def choice_default(x, act=None):
    act = act or np.tanh
    return act(x)


def choice_none(x, act=None):
    if act is None:
        act = np.tanh
    return act(x)


def checked(x, kind):
    table = {"a": lambda t: t * 2, "b": np.sin}
    if kind not in table:
        raise ValueError(kind)
    return table[kind](x)


def got(x, kind):
    table = {"a": lambda t: t * 2, "b": np.sin}
    return table.get(kind, np.exp)(x)


def nonlocal_loop(x, n):
    total = 0.0
    count = 0

    def add(t):
        nonlocal total, count
        total += t * t * (1 + count)
        count += 1

    for i in range(n):
        add(x * i)
        if i == 2:
            add(x)
    return total * count


def nonlocal_branch(x):
    state = x

    def step(c):
        nonlocal state
        state = state * 2 + x if c else np.sin(state)

    step(x > 0)
    step(x < 0)
    step(x > 3)
    return state


@deco
def deco_kw(x, *, k=2.0):
    return x**k


def timed(f):
    @wraps(f)
    def inner(x, *a, **k):
        r = f(x, *a, **k)
        return r + x

    return inner


@timed
def deco_mixed(x, y=1.5, *, k=2.0):
    return x * y**k


@timed
@deco
def twice(x, y=1.5):
    return x * y


class M:
    def __init__(s):
        s.k = 2.0

    @deco
    def f(self, x):
        return self.k * x * x


mm = M()


def usem(x):
    return mm.f(x)


def defined_anew(x):
    def local(arg):
        return np.sin(arg)

    total = local(x)
    try:
        for _ in range(3):

            def local(arg):
                return arg * total  # noqa: B023

            total = local(x)
        with np.errstate(under="ignore"):
            while total < 1:

                def local(arg):
                    return 3.0 * arg + x

                total = local(total)
    finally:
        left = x * 2
    return total + left


CASES = [
    (ode_closure, (1.3,)),
    (newton_root, (2.0,)),
    (lam_in_loop, (0.7,)),
    (def_in_loop, (0.7, 3)),
    (late_binding, (0.7,)),
    (ret_func, (0.7,)),
    (composed, (0.7,)),
    (table_const, (0.7,)),
    (table_runtime, (0.7, "sq")),
    (table_local, (0.7, 2)),
    (table_loop, (0.7, 4)),
    (table_names, (0.7,)),
    (table_items, (0.7,)),
    (partials, (0.7,)),
    (star_call, (0.7, 1.2)),
    (kw_call, (0.7,)),
    (mixed_call, (0.7,)),
    (mut_call, (0.7,)),
    (call_deco, (0.7,)),
    (call_deco2, (0.7,)),
    (call_cached, (0.7, 10)),
    (call_coef, (0.7,)),
    (call_jit, (0.7,)),
    (cls_use, (0.7,)),
    (cls_make, (0.7,)),
    (cls_ops, (0.7,)),
    (live_obj, (0.7,)),
    (shadow, (0.7,)),
    (same_name, (0.7,)),
    (nonlocal_count, (0.7,)),
    (nonlocal_active, (0.7,)),
    (cond_fn, (0.7, True)),
    (cond_lam, (0.7, False)),
    (fn_arg_loop, (0.7,)),
    (imm_lambda, (0.7,)),
    (closure_array, (np.array([0.3, 0.5, 2.0]),)),
    (strategies, (0.7, "b")),
    (methods_in_list, (0.7,)),
    (while_closure, (0.7,)),
    (vectorised, (np.array([0.3, 0.5, 2.0]),)),
    (default_fn, (0.7,)),
    (callposkw, (0.7,)),
    (decorated, (0.7,)),
    (jitted, (0.7,)),
    (choice_loop, (0.7, 4)),
    (choice_nested, (0.7, True, False)),
    (choice_nested, (0.7, False, False)),
    (choice_default, (0.7,)),
    (choice_none, (0.7,)),
    (checked, (0.7, "b")),
    (got, (0.7, "c")),
    (got, (0.7, "a")),
    (nonlocal_loop, (0.7, 4)),
    (nonlocal_branch, (0.7,)),
    (deco_kw, (0.7,)),
    (deco_mixed, (0.7, 2.0)),
    (twice, (0.7, 2.0)),
    (usem, (0.7,)),
    (defined_anew, (0.7,)),
]
