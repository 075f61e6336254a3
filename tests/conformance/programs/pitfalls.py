"""Programs on which a careless rewriting tool is silently wrong."""
import math
import math as m

import numpy as np
from numpy import sin as sine

SCALE = 2.5
TABLE = np.array([0.5, 1.5, 2.5])
_state = {'gain': 3.0}


def sum(x):  # shadows the builtin, on purpose
    total = 1.0
    for v in x:
        total = total * v
    return total


def shadowed_sum(x):
    return sum(x) + np.sum(x)


def shadowed_local(x, np_like):
    math = np_like * x
    max = math + 1.0
    len = max * max
    return len + m.sin(x)


def mutate_argument(x):
    x[0] = x[1] * 2
    x += 1.0
    return np.prod(x)


def mutate_in_helper(x):
    def scale(v, s):
        v *= s
        v[0] = 1.0
    scale(x, 3.0)
    return np.sum(x ** 2)


def default_mutable(x, acc=[]):
    total = 0.0
    for a in acc:
        total += a
    return total + x ** 2


def alias_store(x):
    y = x
    y[1] = y[0] ** 2
    return np.sum(x * y)


def copy_then_store(x):
    y = x.copy()
    y[:] = 0.0
    y[1] = x[0]
    return np.sum(x * y + x)


def swap_rows(A):
    A = A.copy()
    A[[0, 1]] = A[[1, 0]]
    A[0], A[1] = A[1], A[0]
    return np.sum(A * np.arange(1, 7).reshape(3, 2))


def overlap_store(x):
    a = x * 1.0
    a[1:] = a[:-1] * 2 + a[1:]
    a[:-1] += a[1:]
    return np.dot(a, np.arange(len(a)))


def where_guard_sqrt(x):
    return np.sum(np.where(x > 0, np.sqrt(np.where(x > 0, x, 1.0)), 0.0))


def where_sqrt_unsafe(x):
    return np.sum(np.where(x > 0, np.sqrt(np.abs(x)), 0.0))


def where_log_div(x, y):
    return np.sum(np.where(y != 0, x / np.where(y == 0, 1, y), 0) + np.where(x > 1, np.log(x), x))


def relu_at_zero(x):
    return np.sum(np.maximum(x, 0) * np.array([1.0, 2.0, 3.0]))


def abs_at_zero(x):
    return np.sum(np.abs(x)) + abs(x[0])


def max_tie(x):
    return np.max(x) + 2 * x.min()


def norm_at_zero(x):
    return np.linalg.norm(x) + x[0]


def power_int_at_zero(x):
    return x ** 3 + x ** 2 + x ** 1 + x ** 0


def power_array(x, n):
    return np.sum(x ** n) + np.sum(x ** np.arange(3))


def half_power(x):
    return np.sum((x ** 2 + 1.0) ** 0.5) + np.sum(x ** 2) ** 0.5


def negative_base(x):
    return np.sum(x ** 3) + np.sum(x ** -2) + np.sum((-2.0) ** np.arange(3) * x)


def prod_with_zero(x):
    return np.prod(x)


def nan_guard(x):
    total = 0.0
    for v in x:
        if np.isnan(v):
            continue
        total += v ** 2
    return total


def nanmean_use(x):
    return np.nanmean(x ** 2) + np.nansum(x)


def scalar_of_shape_one(w, s):
    return np.sum(w * s + s ** 2)


def zero_d(x):
    return x * np.exp(x)


def broadcast_row_col(r, c):
    M = r[None, :] * c[:, None] + r
    return (M ** 2).sum()


def fortran(A):
    B = A.T
    B[0] = B[0] * 2 if B.flags.writeable else B[0]
    return np.sum(A ** 2)


def noncontig(v):
    return np.sum(v[::2] * v[1::2]) + v.reshape(-1)[0] ** 2


def ravel_store(A):
    B = A * 1.0
    f = B.ravel()
    f[::2] *= 3.0
    return np.sum(B ** 2)


def reshape_store(A):
    B = np.array(A)
    B.reshape(-1)[1] = A[0, 0] * A[1, 1]
    return np.sum(B ** 2)


def flatten_store(A):
    B = A + 0.0
    f = B.flatten()
    f[0] = 100.0
    return np.sum(B ** 2) + f[1]


def int_arg(n, x):
    return x ** n + n * x


def int_division(x, n):
    return (x // n) * x + (7 // 2) * x + x % n


def bool_arithmetic(x):
    return (x > 0) * x + (x > 1) * x ** 2 + True * x


def ternary_chain(x):
    return x if x > 2 else x ** 2 if x > 1 else x ** 3 if x > 0 else -x


def and_or_values(x, y):
    z = (x > 0 and x) or y
    w = y and x
    return z * w


def walrus(x):
    if (y := x ** 2) > 1.0:
        return y * x
    return y


def loop_var_after(x):
    for i in range(4):
        x = x * 1.1
    return x * i


def zero_trips(x, n):
    y = x ** 2
    for i in range(n):
        y = y * x
    while y > 1e9:
        y /= 2
    return y


def nested_break(x):
    total = 0.0
    for i in range(5):
        for j in range(5):
            if j > i:
                break
            if (i + j) % 2:
                continue
            total += x ** (j + 1) / (i + 1)
        else:
            total += x
        if total > 50:
            return total * x
    return total


def early_return_in_while(x):
    k = 0
    while True:
        x = np.cos(x)
        k += 1
        if k >= 7:
            return x * k


def closure_late_binding(x):
    k = 1.0

    def f(v):
        return v * k
    a = f(x)
    k = x
    return a + f(x)


def closure_list(x):
    fs = [lambda v, p=p: v ** p for p in (1, 2, 3)]
    out = 0.0
    for f in fs:
        out += f(x)
    return out


def late_binding_lambdas(x):
    fs = []
    for p in (1, 2, 3):
        fs.append(lambda v: v ** p)
    return fs[0](x) + fs[1](x)


def global_constants(x):
    return np.sum(SCALE * x * TABLE) + _state['gain'] * x[0]


def print_inside(x):
    for i, v in enumerate(x):
        print('step', i, '%.3f' % v)
    print(f'{np.sum(x):8.3f}', end='!\n')
    return np.sum(x ** 2)


def assert_inside(x):
    assert x > 0, f'bad {x}'
    return math.log(x)


def raises_index(x):
    return x[7] * 2


def raises_zero(x):
    return 1 / x


def raises_key(x):
    return x * {'a': 1.0}['b']


def raises_domain(x):
    return math.sqrt(x)


def augmented_alias(x):
    a = x * 1.0
    b = a
    a = a + 1.0
    b += 2.0
    return np.sum(a * b)


def augmented_alias2(x):
    a = x * 1.0
    b = a
    a += 1.0
    return np.sum(a * b)


def list_alias(x):
    row = [x, x ** 2]
    grid = [row, row]
    grid[0][0] = x ** 3
    return grid[1][0] + grid[0][1]


def list_mult(x):
    zs = [x] * 3
    zs[1] = x * 2
    nested = [[0.0] * 2 for _ in range(2)]
    nested[0][1] = x
    return zs[0] + zs[1] * nested[0][1] + nested[1][1]


def list_in_loop(x):
    xs = []
    for v in x:
        xs.append(v * v)
        if len(xs) > 2:
            xs.pop(0)
    return xs[-1] * xs[0]


def sorted_list(x):
    s = sorted(x, reverse=True)
    return s[0] * 3 + s[-1] ** 2


def tuple_swap(x, y):
    a, b = x, y
    a, b = b, a * b
    a, b = b, a
    return a + 3 * b


def multiple_assign(x):
    a = b = c = x ** 2
    b += 1.0
    return a * b * c


def multiple_assign_array(x):
    a = b = x * 2.0
    b += 1.0
    return np.sum(a * b)


def star_unpack(x):
    first, *middle, last = x
    return first * last + middle[0] ** 2


def string_mode(x, mode='square'):
    if mode.lower().startswith('sq'):
        return x ** 2
    return x


def dict_get(x, cfg):
    p = cfg.get('power', 2)
    return x ** p * cfg['scale']


def kwargs_only(x, *, scale=2.0, shift=0.0):
    return scale * x + shift ** 2


def sort_ties(x):
    return np.sum(np.sort(x) * np.arange(len(x)))


def cummax_like(x):
    best = x[0]
    out = np.empty_like(x)
    for i in range(len(x)):
        if x[i] > best:
            best = x[i]
        out[i] = best
    return out.sum()


def bincount_like(x, idx):
    out = np.zeros(4)
    np.add.at(out, idx, x)
    return np.sum(out ** 2)


def fancy_aug(x, idx):
    out = np.zeros(4)
    out[idx] += x
    return np.sum(out ** 2)


def mask_store(x):
    y = x.copy()
    y[y < 0] = 0.0
    y[x > 1] *= x[x > 1]
    return np.sum(y)


def empty_array(x):
    return np.sum(x[x > 100]) + np.sum(x[:0]) + np.dot(x, x)


def empty_input(x):
    return np.sum(x ** 2) + 1.0


def linspace_arange(a, b):
    return np.sum(np.linspace(a, b, 7) ** 2) + np.sum(np.arange(3) * a)


def float32_in(x):
    return np.sum(np.sin(x) * 2)


def float32_mixed(x, w):
    return np.sum(x * w) + x.ndim * np.sum(w)


def int_array_result(x):
    k = int(x * 3)
    return x * k + float(k)


def round_floor(x):
    return np.floor(x) * x + np.round(x, 1) * x + math.ceil(x) * x


def clip_loop(x):
    v = x
    for _ in range(3):
        v = min(max(v * 1.5, -2.0), 2.0)
    return v + x


def chained_compare(x):
    return x ** 2 if 0 < x < 1 <= 3 else x


def divmod_use(x):
    q, r = divmod(x, 2.0)
    return r * r + q * x


def complex_free_hypot(x, y):
    return math.hypot(x, y) + math.atan2(y, x) + math.fabs(x) + math.pow(x, 2) + m.fsum([x, y])


def inplace_on_int_array(x):
    idx = np.zeros(3, dtype=int)
    idx[0] = 2
    idx += 0
    return x[idx[0]] * x[idx[1]]


def transposed_store(A):
    B = np.zeros((3, 2))
    B.T[0] = A[:, 0]
    B.T[1, 1:] = 2 * A[1:, 1]
    return np.sum(B * A)


def view_of_view(x):
    a = x * 1.0
    v = a[1:]
    w = v[::2]
    w += 1.0
    v *= 2.0
    return np.sum(a ** 2)


def del_name(x):
    t = x ** 2
    y = t + 1
    del t
    return y * x


def deep_loop(x):
    y = 0.0
    for i in range(3000):
        y = 0.5 * y + math.sin(x)
    return y


def d_names(x, x_bar, out_bar, y_tape):
    y_bar = x * x_bar
    g = y_bar * out_bar + y_tape
    out = np.sin(g)
    return out * x


def lambda_grad(v):
    f = lambda t: t ** 2 if t > 0 else -t
    return f(v) + f(-v)


def try_value(x):
    try:
        y = math.log(x)
    except ValueError:
        y = 0.0
    return y * x


def isinstance_branch(x):
    if isinstance(x, (list, tuple)):
        x = np.array(x)
    if not isinstance(x, np.ndarray):
        x = np.asarray([x])
    return np.sum(x ** 2)


def none_default(x, w=None):
    w = np.ones_like(x) if w is None else w
    return np.sum(w * x)


def none_default2(x, w=None):
    if w is None:
        w = np.ones(x.shape)
    w = w / w.sum()
    return np.average(x, weights=w)


def iterate_rows(A):
    out = 0.0
    for row in A:
        for v in row:
            out = out * 0.5 + v ** 2
    return out


def rows_mutated(A):
    B = A * 1.0
    for row in B:
        row *= row[0]
    return B.sum()


def enumerate_store(x):
    y = np.zeros_like(x)
    for i, v in enumerate(x):
        y[-1 - i] = v * (i + 1)
    return np.sum(y ** 2 * x)


def minmax_builtin(x):
    return max(x) - min(x) + max(x[0], 0.3, x[1]) + max([x[2], x[3]], default=0)


def outer_name_reuse(x):
    i = 5.0
    s = np.sum([i * x[i] for i in range(3)])
    return s * i


_rng = np.random.default_rng(77)
def _n(*s): return _rng.normal(size=s)
_A = _n(3, 2)
CASES = [
    dict(name='shadowed_sum', fun=shadowed_sum, args=(_n(4),)),
    dict(name='shadowed_local', fun=shadowed_local, args=(1.2, 0.7), argnums=(0, 1)),
    dict(name='mutate_argument', fun=mutate_argument, args=(_n(4),)),
    dict(name='mutate_in_helper', fun=mutate_in_helper, args=(_n(4),)),
    dict(name='default_mutable', fun=default_mutable, args=(1.5,)),
    dict(name='default_mutable2', fun=default_mutable, args=(1.5, [1.0, 2.0]), argnums=(0, 1)),
    dict(name='alias_store', fun=alias_store, args=(_n(3),)),
    dict(name='copy_then_store', fun=copy_then_store, args=(_n(3),)),
    dict(name='swap_rows', fun=swap_rows, args=(_A,)),
    dict(name='overlap_store', fun=overlap_store, args=(_n(5),)),
    dict(name='where_guard_sqrt', fun=where_guard_sqrt, args=(np.array([-1.0, 0.0, 4.0]),), want=np.array([0, 0, 0.25])),
    dict(name='where_sqrt_unsafe', fun=where_sqrt_unsafe, args=(np.array([-1.0, 0.0, 4.0]),), want=np.array([0, 0, 0.25])),
    dict(name='where_log_div', fun=where_log_div, argnums=(0, 1), args=(np.array([0.5, 2.0, 3.0]), np.array([2.0, 0.0, 1.5])), want=(np.array([1.5, 0.5, 1 / 1.5 + 1 / 3]), np.array([-0.125, 0.0, -3 / 2.25]))),
    dict(name='relu_at_zero', fun=relu_at_zero, args=(np.array([-1.0, 0.0, 1.0]),), want=np.array([0, 1.0, 3.0])),
    dict(name='abs_at_zero', fun=abs_at_zero, args=(np.array([0.0, -2.0]),), want=np.array([0.0, -1.0])),
    dict(name='max_tie', fun=max_tie, args=(np.array([3.0, 1.0, 3.0]),), want=np.array([0.5, 2.0, 0.5])),
    dict(name='norm_at_zero', fun=norm_at_zero, args=(np.zeros(3),), want=np.array([1.0, 0, 0])),
    dict(name='power_int_at_zero', fun=power_int_at_zero, args=(0.0,), want=1.0),
    dict(name='power_array', fun=power_array, args=(np.array([0.5, 1.5, 0.2]), 3), argnums=0),
    dict(name='power_array_n', fun=power_array, args=(np.array([0.5, 1.5, 0.2]), 3), argnums=(0, 1)),
    dict(name='half_power', fun=half_power, args=(_n(3),)),
    dict(name='negative_base', fun=negative_base, args=(np.array([-1.0, 2.0, -0.5]),)),
    dict(name='prod_with_zero', fun=prod_with_zero, args=(np.array([0.0, 2.0, 3.0]),), want=np.array([6.0, 0, 0])),
    dict(name='nan_guard', fun=nan_guard, args=(np.array([1.0, np.nan, 2.0]),), want=np.array([2.0, 0, 4.0])),
    dict(name='nanmean_use', fun=nanmean_use, args=(np.array([1.0, np.nan, 2.0]),), want=np.array([2.0, 0, 3.0])),
    dict(name='scalar_of_shape_one', fun=scalar_of_shape_one, args=(_n(3), np.array([0.7])), argnums=(0, 1)),
    dict(name='shape_one_mat', fun=scalar_of_shape_one, args=(_n(3, 2), np.array([[0.7]])), argnums=(0, 1)),
    dict(name='shape_bcast', fun=scalar_of_shape_one, args=(_n(3, 1), _n(1, 4)), argnums=(0, 1)),
    dict(name='zero_d', fun=zero_d, args=(np.array(0.5),)),
    dict(name='np_float', fun=zero_d, args=(np.float64(0.5),)),
    dict(name='np_float32', fun=zero_d, args=(np.float32(0.5),), rtol=1e-5),
    dict(name='broadcast_row_col', fun=broadcast_row_col, args=(_n(3), _n(4)), argnums=(0, 1)),
    dict(name='broadcast_row_col_11', fun=broadcast_row_col, args=(_n(1), _n(4)), argnums=(0, 1)),
    dict(name='fortran', fun=fortran, args=(np.asfortranarray(_n(3, 2)),), require='gradient_or_error'),
    dict(name='noncontig', fun=noncontig, args=(_n(12)[::2],)),
    dict(name='noncontig_rev', fun=noncontig, args=(_n(6)[::-1],)),
    dict(name='noncontig_col', fun=mutate_argument, args=(_n(4, 3)[:, 1],)),
    dict(name='ravel_store', fun=ravel_store, args=(_A,), require='gradient_or_error'),
    dict(name='ravel_store_T', fun=ravel_store, args=(_A.T,), require='gradient_or_error'),
    dict(name='reshape_store', fun=reshape_store, args=(_A,), require='gradient_or_error'),
    dict(name='flatten_store', fun=flatten_store, args=(_A,)),
    dict(name='int_arg', fun=int_arg, args=(3, 1.5), argnums=(0, 1)),
    dict(name='int_arg1', fun=int_arg, args=(3, 1.5), argnums=1),
    dict(name='int_division', fun=int_division, args=(7.3, 2), argnums=(0,)),
    dict(name='bool_arithmetic', fun=bool_arithmetic, args=(1.5,)),
    dict(name='ternary_chain', fun=ternary_chain, args=(1.5,)),
    dict(name='and_or_values', fun=and_or_values, args=(1.5, 0.7), argnums=(0, 1), require='gradient_or_error'),
    dict(name='and_or_values_neg', fun=and_or_values, args=(-1.5, 0.7), argnums=(0, 1), require='gradient_or_error'),
    dict(name='walrus', fun=walrus, args=(1.5,)),
    dict(name='loop_var_after', fun=loop_var_after, args=(1.5,)),
    dict(name='zero_trips', fun=zero_trips, args=(1.5, 0)),
    dict(name='zero_trips3', fun=zero_trips, args=(1.5, 3)),
    dict(name='nested_break', fun=nested_break, args=(1.3,)),
    dict(name='nested_break_ret', fun=nested_break, args=(2.9,)),
    dict(name='early_return_in_while', fun=early_return_in_while, args=(1.3,)),
    dict(name='closure_late_binding', fun=closure_late_binding, args=(1.3,)),
    dict(name='closure_list', fun=closure_list, args=(1.3,), require='gradient_or_error'),
    dict(name='late_binding_lambdas', fun=late_binding_lambdas, args=(1.3,), require='gradient_or_error'),
    dict(name='global_constants', fun=global_constants, args=(_n(3),)),
    dict(name='print_inside', fun=print_inside, args=(_n(3),)),
    dict(name='assert_inside', fun=assert_inside, args=(1.5,)),
    dict(name='assert_inside_bad', fun=assert_inside, args=(-1.5,), raises=(AssertionError, 'bad -1.5')),
    dict(name='raises_index', fun=raises_index, args=(_n(3),), raises=(IndexError, 'out of bounds')),
    dict(name='raises_index_list', fun=raises_index, args=([1.0, 2.0],), raises=(IndexError, 'list index out of range')),
    dict(name='raises_zero', fun=raises_zero, args=(0.0,), raises=(ZeroDivisionError, 'division by zero')),
    dict(name='raises_key', fun=raises_key, args=(1.0,), require='error'),
    dict(name='raises_domain', fun=raises_domain, args=(-1.0,), raises=(ValueError, '')),
    dict(name='augmented_alias', fun=augmented_alias, args=(_n(3),)),
    dict(name='augmented_alias2', fun=augmented_alias2, args=(_n(3),)),
    dict(name='list_alias', fun=list_alias, args=(1.3,), require='gradient_or_error'),
    dict(name='list_mult', fun=list_mult, args=(1.3,)),
    dict(name='list_in_loop', fun=list_in_loop, args=(_n(5),)),
    dict(name='sorted_list', fun=sorted_list, args=(_n(5),)),
    dict(name='sorted_list_l', fun=sorted_list, args=([1.0, 3.0, 2.0],)),
    dict(name='tuple_swap', fun=tuple_swap, args=(1.5, 0.7), argnums=(0, 1)),
    dict(name='multiple_assign', fun=multiple_assign, args=(1.5,)),
    dict(name='multiple_assign_array', fun=multiple_assign_array, args=(_n(3),)),
    dict(name='star_unpack', fun=star_unpack, args=(_n(4),)),
    dict(name='star_unpack_l', fun=star_unpack, args=([1.0, 2.0, 3.0],)),
    dict(name='string_mode', fun=string_mode, args=(1.5,)),
    dict(name='string_mode2', fun=string_mode, args=(1.5,), kwargs=dict(mode='lin')),
    dict(name='dict_get', fun=dict_get, args=(1.5, {'scale': 2.0})),
    dict(name='kwargs_only', fun=kwargs_only, args=(1.5,), kwargs=dict(shift=2.0)),
    dict(name='sort_ties', fun=sort_ties, args=(np.array([2.0, 1.0, 1.0]),), want=np.array([2.0, 0.0, 1.0])),
    dict(name='cummax_like', fun=cummax_like, args=(_n(5),)),
    dict(name='bincount_like', fun=bincount_like, args=(_n(5), np.array([0, 2, 2, 1, 0]))),
    dict(name='fancy_aug', fun=fancy_aug, args=(_n(5), [0, 2, 2, 1, 0])),
    dict(name='mask_store', fun=mask_store, args=(_n(5) * 2,)),
    dict(name='empty_array', fun=empty_array, args=(_n(5),)),
    dict(name='empty_input', fun=empty_input, args=(np.zeros(0),)),
    dict(name='empty_input2', fun=iterate_rows, args=(np.zeros((0, 3)),), want=np.zeros((0, 3)), require='gradient_or_error'),
    dict(name='linspace_arange', fun=linspace_arange, args=(1.0, 2.0), argnums=(0, 1)),
    dict(name='float32_in', fun=float32_in, args=(_n(3).astype(np.float32),), rtol=1e-5, atol=1e-5),
    dict(name='float32_mixed', fun=float32_mixed, args=(_n(3).astype(np.float32), _n(3)), argnums=(0, 1), rtol=1e-5, atol=1e-5, require='gradient_or_error'),
    dict(name='int_array_result', fun=int_array_result, args=(1.5,)),
    dict(name='round_floor', fun=round_floor, args=(1.33,)),
    dict(name='clip_loop', fun=clip_loop, args=(0.4,)),
    dict(name='clip_loop_sat', fun=clip_loop, args=(1.4,)),
    dict(name='chained_compare', fun=chained_compare, args=(0.4,)),
    dict(name='divmod_use', fun=divmod_use, args=(3.4,)),
    dict(name='complex_free_hypot', fun=complex_free_hypot, args=(-3.4, 1.2), argnums=(0, 1)),
    dict(name='inplace_on_int_array', fun=inplace_on_int_array, args=(_n(3),)),
    dict(name='transposed_store', fun=transposed_store, args=(_A,)),
    dict(name='view_of_view', fun=view_of_view, args=(_n(6),)),
    dict(name='del_name', fun=del_name, args=(1.2,)),
    dict(name='deep_loop', fun=deep_loop, args=(1.2,)),
    dict(name='d_names', fun=d_names, args=(1.2, 0.3, 0.4, 0.5), argnums=(0, 1, 2, 3)),
    dict(name='lambda_grad', fun=lambda_grad, args=(1.2,)),
    dict(name='try_value', fun=try_value, args=(1.2,), require='gradient_or_error'),
    dict(name='isinstance_branch', fun=isinstance_branch, args=(_n(3),)),
    dict(name='isinstance_branch_l', fun=isinstance_branch, args=([1.0, 2.0],)),
    dict(name='isinstance_branch_f', fun=isinstance_branch, args=(1.5,)),
    dict(name='none_default', fun=none_default, args=(_n(3),)),
    dict(name='none_default_w', fun=none_default, args=(_n(3), _n(3)), argnums=(0, 1)),
    dict(name='none_default2', fun=none_default2, args=(_n(3),)),
    dict(name='iterate_rows', fun=iterate_rows, args=(_A,)),
    dict(name='iterate_rows_l', fun=iterate_rows, args=([[1.0, 2.0], [0.5]],)),
    dict(name='rows_mutated', fun=rows_mutated, args=(_A,), require='gradient_or_error'),
    dict(name='enumerate_store', fun=enumerate_store, args=(_n(4),)),
    dict(name='minmax_builtin', fun=minmax_builtin, args=(_n(4),)),
    dict(name='outer_name_reuse', fun=outer_name_reuse, args=(_n(3),)),
]
