"""Functions that call themselves, as people write them: `CASES` are tried."""

import numpy as np


def power(x, n):
    if n == 0:
        return 1.0
    return x * power(x, n - 1)


def acc_power(x, n, acc=1.0):
    if n == 0:
        return acc
    return acc_power(x, n - 1, acc * x)


def tree_sum(a):
    n = len(a)
    if n == 1:
        return a[0] ** 2
    k = n // 2
    return tree_sum(a[:k]) * 0.5 + np.sin(tree_sum(a[k:]))


def is_even(x, n):
    if n == 0:
        return x
    return is_odd(x * 1.1, n - 1) + 0.1 * x


def is_odd(x, n):
    if n == 0:
        return -x
    y = np.sin(x)
    return is_even(y, n - 1) * x


def simpson(f, a, b):
    return (b - a) / 6 * (f(a) + 4 * f((a + b) / 2) + f(b))


def adaptive(f, a, b, eps, whole):
    m = (a + b) / 2
    left = simpson(f, a, m)
    right = simpson(f, m, b)
    if abs(left + right - whole) <= 15 * eps:
        return left + right + (left + right - whole) / 15
    return adaptive(f, a, m, eps / 2, left) + adaptive(f, m, b, eps / 2, right)


def integral(p):
    def f(t):
        return np.exp(-p * t * t) * np.cos(3 * t)

    return adaptive(f, 0.0, 2.0, 1e-7, simpson(f, 0.0, 2.0))


def fft(re, im):
    n = re.shape[0]
    if n == 1:
        return re, im
    even_re, even_im = fft(re[::2], im[::2])
    odd_re, odd_im = fft(re[1::2], im[1::2])
    k = np.arange(n // 2)
    c = np.cos(-2 * np.pi * k / n)
    s = np.sin(-2 * np.pi * k / n)
    tr = c * odd_re - s * odd_im
    ti = s * odd_re + c * odd_im
    return np.concatenate((even_re + tr, even_re - tr)), np.concatenate(
        (even_im + ti, even_im - ti)
    )


def spectrum(x):
    re, im = fft(x, np.zeros_like(x))
    return np.sum((re**2 + im**2) * np.arange(len(x)))


def nested_rec(x, n):
    w = x * 2

    def rec(t, k):
        if k == 0:
            return t * w
        return rec(np.sin(t) + w, k - 1)

    return rec(x, n)


def even_nested(x, n):
    def even(t, k):
        return t if k == 0 else odd(t * x, k - 1)

    def odd(t, k):
        return -t if k == 0 else even(t + x, k - 1)

    return even(x, n) + odd(x, n)


def lam_rec(x, n):
    f = lambda t, k: t if k == 0 else f(t * x, k - 1)  # noqa: E731
    return f(x, n)


def ack(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ack(m - 1, 1)
    return ack(m - 1, ack(m, n - 1))


def ackx(x, m, n):
    return x ** ack(m, n)


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def fibx(x, n):
    return x * fib(n) + np.sin(x)


def fibr(x, y, n):
    if n == 0:
        return x
    if n == 1:
        return y
    return fibr(x, y, n - 1) * 0.5 + np.cos(fibr(x, y, n - 2))


def msort(a):
    if len(a) <= 1:
        return a
    k = len(a) // 2
    left = msort(a[:k])
    right = msort(a[k:])
    out = np.zeros(len(a))
    i = j = 0
    for t in range(len(a)):
        if j >= len(right) or (i < len(left) and left[i] <= right[j]):
            out[t] = left[i]
            i += 1
        else:
            out[t] = right[j]
            j += 1
    return out


def sortloss(a):
    return np.sum(msort(a) * np.arange(len(a)))


def inplace(a, i):
    if i < len(a):
        a[i] = a[i] * a[i - 1]
        inplace(a, i + 1)


def inplace_loss(a):
    inplace(a, 1)
    return np.sum(a)


def bintree(t):
    if len(t) == 1:
        return t[0] ** 2
    return bintree(t[0]) * bintree(t[1])


def loop_rec(x, n):
    s = 0.0
    for i in range(n):
        s += loop_rec(x * 0.5, i)
    return s + x * x


def matpow(A, n):
    if n == 0:
        return np.eye(A.shape[0])
    h = matpow(A, n // 2)
    h = h @ h
    return h @ A if n % 2 else h


def matloss(A, n):
    return np.sum(matpow(A, n))


def horner(c, x):
    if not len(c):
        return 0.0
    return c[0] + x * horner(c[1:], x)


def det(A):
    n = A.shape[0]
    if n == 1:
        return A[0, 0]
    total = 0.0
    for j in range(n):
        minor = np.concatenate((A[1:, :j], A[1:, j + 1 :]), axis=1)
        total += (-1) ** j * A[0, j] * det(minor)
    return total


def bisect(f, lo, hi, n):
    mid = 0.5 * (lo + hi)
    if n == 0:
        return mid
    return bisect(f, lo, mid, n - 1) if f(mid) > 0 else bisect(f, mid, hi, n - 1)


def root(x):
    return bisect(lambda t: t * t - x, 0.0, x + 1.0, 3) * x


def listsum(xs):
    if not xs:
        return 0.0
    return xs[0] ** 2 + 0.5 * listsum(xs[1:])


def lists_entry(x, y, z):
    return listsum([x, y, z])


def early(x, n):
    if n <= 0:
        return x
    for i in range(3):
        if x > 1.5 + i:
            return early(x * 0.9, n - 1) * i + x
    return x + early(x * 1.3, n - 2)


def compose_n(f, n, x):
    if n == 0:
        return x
    return f(compose_n(f, n - 1, x))


def composed(x):
    return compose_n(np.sin, 3, x) + compose_n(lambda t: t * x, 3, x)


rng = np.random.default_rng(0)
CASES = [
    (power, (1.3, 5)),
    (acc_power, (1.1, 6)),
    (tree_sum, (rng.normal(size=7),)),
    (tree_sum, (rng.normal(size=1),)),
    (is_even, (0.7, 5)),
    (is_even, (0.7, 4)),
    (integral, (1.3,)),
    (spectrum, (rng.normal(size=8),)),
    (nested_rec, (0.4, 3)),
    (even_nested, (0.4, 5)),
    (lam_rec, (1.2, 4)),
    (ackx, (1.1, 2, 2)),
    (fibx, (1.1, 8)),
    (fibr, (0.3, 0.8, 6)),
    (sortloss, (rng.normal(size=6),)),
    (inplace_loss, (rng.normal(size=5) + 1,)),
    (bintree, ((((1.2,), (0.3,)), ((1.5,), (0.7,))),)),
    (loop_rec, (0.7, 4)),
    (matloss, (rng.normal(size=(3, 3)), 5)),
    (horner, (rng.normal(size=4), 0.6)),
    (det, (rng.normal(size=(4, 4)),)),
    (root, (2.0,)),
    (lists_entry, (0.3, 1.2, 2.0)),
    (early, (1.7, 4)),
    (composed, (0.8,)),
]
