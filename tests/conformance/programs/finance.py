"""Pricing, volatility, curves, portfolios."""
import math
from dataclasses import dataclass
from math import erf, exp, log, sqrt

import numpy as np
from scipy.stats import norm
from scipy.special import ndtr

N = lambda x: 0.5 * (1.0 + erf(x / sqrt(2.0)))


def black_scholes(S, K, T, r, sigma, kind='call'):
    d1 = (log(S / K) + (r + 0.5 * sigma ** 2) * T) / (sigma * sqrt(T))
    d2 = d1 - sigma * sqrt(T)
    if kind == 'call':
        return S * N(d1) - K * exp(-r * T) * N(d2)
    elif kind == 'put':
        return K * exp(-r * T) * N(-d2) - S * N(-d1)
    raise ValueError(kind)


def bs_book(S, sigma, strikes, maturities, r=0.02):
    """Sum of calls with scipy.stats.norm."""
    K = np.asarray(strikes)
    T = np.asarray(maturities)
    sq = sigma * np.sqrt(T)
    d1 = (np.log(S / K) + (r + sigma ** 2 / 2) * T) / sq
    return np.sum(S * norm.cdf(d1) - K * np.exp(-r * T) * norm.cdf(d1 - sq))


def implied_vol(price, S, K, T, r):
    vol = 0.2
    for i in range(100):
        d1 = (np.log(S / K) + (r + 0.5 * vol ** 2) * T) / (vol * np.sqrt(T))
        model = S * ndtr(d1) - K * np.exp(-r * T) * ndtr(d1 - vol * np.sqrt(T))
        vega = S * np.exp(-d1 ** 2 / 2) / np.sqrt(2 * np.pi) * np.sqrt(T)
        diff = model - price
        vol = vol - diff / vega
        if abs(diff) < 1e-13:
            break
    return vol


def crr_american_put(S0, K, r, sigma, T, n=12):
    dt = T / n
    u = np.exp(sigma * np.sqrt(dt))
    d = 1 / u
    p = (np.exp(r * dt) - d) / (u - d)
    j = np.arange(n + 1)
    S = S0 * u ** j * d ** (n - j)
    V = np.maximum(K - S, 0)
    for step in range(n - 1, -1, -1):
        V = np.exp(-r * dt) * (p * V[1:] + (1 - p) * V[:-1])
        S = S[1:] * d
        V = np.maximum(V, K - S)
    return V[0]


def trinomial_barrier(S0, K, B, sigma, r, T, steps):
    dt = T / steps
    dx = sigma * math.sqrt(3 * dt)
    nu = r - 0.5 * sigma * sigma
    pu = 1 / 6 + nu * math.sqrt(dt / (12 * sigma ** 2))
    pd = 1 / 6 - nu * math.sqrt(dt / (12 * sigma ** 2))
    pm = 2 / 3
    values = [max(S0 * math.exp((i - steps) * dx) - K, 0.0) for i in range(2 * steps + 1)]
    for t in range(steps):
        new = []
        for i in range(1, len(values) - 1):
            v = math.exp(-r * dt) * (pd * values[i - 1] + pm * values[i] + pu * values[i + 1])
            level = S0 * math.exp((i - (len(values) - 1) // 2) * dx)
            new.append(v if level < B else 0.0)
        values = new
    assert len(values) == 1, 'tree did not collapse'
    return values[0]


def mc_asian(S0, sigma, r, T, K, z):
    n_paths, n_steps = z.shape
    dt = T / n_steps
    incr = (r - 0.5 * sigma ** 2) * dt + sigma * np.sqrt(dt) * z
    paths = S0 * np.exp(np.cumsum(incr, axis=1))
    payoff = np.maximum(paths.mean(axis=1) - K, 0.0)
    return np.exp(-r * T) * payoff.mean()


def heston_mc(params, S0, z1, z2, dt):
    kappa, theta, xi, rho, v0 = params
    n_paths, n_steps = z1.shape
    v = np.full(n_paths, v0)
    logS = np.full(n_paths, np.log(S0))
    for t in range(n_steps):
        vp = np.maximum(v, 0)
        w2 = rho * z1[:, t] + np.sqrt(1 - rho ** 2) * z2[:, t]
        logS += -0.5 * vp * dt + np.sqrt(vp * dt) * z1[:, t]
        v += kappa * (theta - vp) * dt + xi * np.sqrt(vp * dt) * w2
    return np.mean(np.maximum(np.exp(logS) - S0, 0))


@dataclass
class Bond:
    face: float
    coupon: float
    years: int
    freq: int = 2

    def cashflows(self):
        n = self.years * self.freq
        flows = []
        for i in range(1, n + 1):
            cf = self.face * self.coupon / self.freq
            if i == n:
                cf += self.face
            flows.append((i / self.freq, cf))
        return flows


def bond_price(y, bond_coupon, years):
    bond = Bond(100.0, bond_coupon, years)
    return sum(cf / (1 + y / bond.freq) ** (t * bond.freq) for t, cf in bond.cashflows())


def bond_price_obj(bond, y):
    return sum(cf * np.exp(-y * t) for t, cf in bond.cashflows())


def yield_from_price(price, cashflows, times, guess=0.05):
    y = guess
    it = 0
    while True:
        f = -price
        df = 0.0
        for c, t in zip(cashflows, times):
            disc = (1 + y) ** (-t)
            f += c * disc
            df -= t * c * disc / (1 + y)
        step = f / df
        y -= step
        it += 1
        if abs(step) < 1e-13 or it > 100:
            break
    return y


def nelson_siegel_sse(p, taus, yields):
    b0, b1, b2, lam = p
    x = taus / lam
    load = (1 - np.exp(-x)) / x
    fit = b0 + b1 * load + b2 * (load - np.exp(-x))
    return ((fit - yields) ** 2).sum()


def bootstrap_curve(par_rates, tenors):
    dfs = []
    annuity = 0.0
    for s, t in zip(par_rates, tenors):
        df = (1 - s * annuity) / (1 + s)
        dfs.append(df)
        annuity += df
    zero = [-np.log(df) / t for df, t in zip(dfs, tenors)]
    return np.dot(zero, np.arange(1, len(zero) + 1))


def swap_npv(rates, pillars, fixed, notional, pay_times):
    """Linear interpolation of zero rates."""
    dfs = np.exp(-np.interp(pay_times, pillars, rates) * pay_times)
    floating = 1 - dfs[-1]
    delta = np.diff(pay_times, prepend=0.0)
    return notional * (floating - fixed * np.sum(delta * dfs))


def mean_variance(w, mu, returns, risk_aversion):
    w = w / np.sum(np.abs(w))
    cov = np.cov(returns, rowvar=False)
    return risk_aversion / 2 * w @ cov @ w - mu @ w


def sharpe(w, R, rf=0.0):
    port = R @ w
    excess = port - rf
    return np.mean(excess) / np.std(excess, ddof=1) * np.sqrt(252)


def max_drawdown(returns):
    wealth = np.cumprod(1 + returns)
    peak = np.maximum.accumulate(wealth)
    return np.max(1 - wealth / peak)


def max_drawdown_loop(returns):
    wealth, peak, worst = 1.0, 1.0, 0.0
    for r in returns:
        wealth *= 1 + r
        if wealth > peak:
            peak = wealth
        dd = (peak - wealth) / peak
        worst = dd if dd > worst else worst
    return worst


def cvar(w, scenarios, alpha=0.2):
    losses = -(scenarios @ w)
    k = int(np.ceil(alpha * len(losses)))
    worst = np.sort(losses)[-k:]
    return worst.mean()


def ewma_vol(returns, lam):
    var = returns[0] ** 2
    out = [var]
    for r in returns[1:]:
        var = lam * var + (1 - lam) * r * r
        out.append(var)
    return np.sqrt(np.array(out)).mean()


def garch_nll(params, r):
    omega, alpha, beta = np.exp(params)
    T = r.shape[0]
    sigma2 = np.zeros(T)
    sigma2[0] = np.var(r, ddof=1)
    for t in range(1, T):
        sigma2[t] = omega + alpha * r[t - 1] ** 2 + beta * sigma2[t - 1]
    return 0.5 * (np.log(2 * np.pi) + np.log(sigma2) + r ** 2 / sigma2).sum()


def npv_irr(cashflows, rate):
    return sum(cf / (1 + rate) ** t for t, cf in enumerate(cashflows))


def merton_default(V, sigV, D, r, T, n_iter=3):
    for _ in range(n_iter):
        d1 = (np.log(V / D) + (r + sigV ** 2 / 2) * T) / (sigV * T ** 0.5)
        E = V * norm.cdf(d1) - D * np.exp(-r * T) * norm.cdf(d1 - sigV * T ** 0.5)
        sigE = sigV * V * norm.cdf(d1) / E
        sigV = 0.5 * sigV + 0.5 * sigE * E / V
    return norm.cdf(-(d1 - sigV * T ** 0.5))


def sabr(F, K, T, alpha, beta, rho, nu):
    if abs(F - K) < 1e-8:
        term = 1 + ((1 - beta) ** 2 / 24 * alpha ** 2 / F ** (2 - 2 * beta) + rho * beta * nu * alpha / (4 * F ** (1 - beta)) + (2 - 3 * rho ** 2) / 24 * nu ** 2) * T
        return alpha / F ** (1 - beta) * term
    fk = (F * K) ** ((1 - beta) / 2)
    lg = np.log(F / K)
    z = nu / alpha * fk * lg
    x = np.log((np.sqrt(1 - 2 * rho * z + z * z) + z - rho) / (1 - rho))
    den = fk * (1 + (1 - beta) ** 2 / 24 * lg ** 2 + (1 - beta) ** 4 / 1920 * lg ** 4)
    return alpha / den * z / x * (1 + ((1 - beta) ** 2 / 24 * alpha ** 2 / fk ** 2 + rho * beta * nu * alpha / (4 * fk) + (2 - 3 * rho ** 2) / 24 * nu ** 2) * T)


def longstaff_schwartz(S0, K, r, sigma, dt, z):
    n, m = z.shape
    S = S0 * np.exp(np.cumsum((r - 0.5 * sigma ** 2) * dt + sigma * np.sqrt(dt) * z, axis=1))
    cash = np.maximum(K - S[:, -1], 0)
    for t in range(m - 2, -1, -1):
        cash = cash * np.exp(-r * dt)
        exercise = K - S[:, t]
        itm = exercise > 0
        if itm.sum() < 4:
            continue
        A = np.vander(S[itm, t] / K, 3)
        coef = np.linalg.lstsq(A, cash[itm], rcond=None)[0]
        cont = A @ coef
        ex = exercise[itm]
        cash[itm] = np.where(ex > cont, ex, cash[itm])
    return np.exp(-r * dt) * cash.mean()


def crank_nicolson_call(sigma, S_max, K, r, T, M=20, Nt=8):
    dS = S_max / M
    dt = T / Nt
    j = np.arange(1, M)
    a = 0.25 * dt * (sigma ** 2 * j ** 2 - r * j)
    b = -0.5 * dt * (sigma ** 2 * j ** 2 + r)
    c = 0.25 * dt * (sigma ** 2 * j ** 2 + r * j)
    A = np.diag(1 - b) - np.diag(a[1:], -1) - np.diag(c[:-1], 1)
    B = np.diag(1 + b) + np.diag(a[1:], -1) + np.diag(c[:-1], 1)
    S = np.linspace(0, S_max, M + 1)
    V = np.maximum(S - K, 0)
    for n in range(Nt):
        rhs = B @ V[1:-1]
        rhs[-1] += 2 * c[-1] * (S_max - K * np.exp(-r * (T - n * dt)))
        V[1:-1] = np.linalg.solve(A, rhs)
    return np.interp(K, S, V)


def copula_loss(rho, spreads, z, lgd=0.6):
    pd = 1 - np.exp(-spreads)
    thr = norm.ppf(pd)
    cond = norm.cdf((thr[None, :] - np.sqrt(rho) * z[:, None]) / np.sqrt(1 - rho))
    return lgd * cond.sum(axis=1).mean()


def portfolio_rebalance(weights, prices, fee=1e-3):
    holdings = {name: w / prices[name][0] for name, w in weights.items()}
    n = len(next(iter(prices.values())))
    wealth = 0.0
    for t in range(1, n):
        wealth = sum(h * prices[k][t] for k, h in holdings.items())
        for k in holdings:
            target = weights[k] * wealth / prices[k][t]
            wealth -= fee * (target - holdings[k]) ** 2 * prices[k][t]
            holdings[k] = target
    return wealth


_rng = np.random.default_rng(3)
def _n(*s): return _rng.normal(size=s)
_prices = {'a': [10.0, 11.0, 10.5], 'b': [5.0, 4.8, 5.3]}
CASES = [
    dict(name='bs_call', slow=True, fun=black_scholes, args=(100.0, 105.0, 0.5, 0.03, 0.2), argnums=(0, 1, 2, 3, 4)),
    dict(name='bs_put', slow=True, fun=black_scholes, args=(100.0, 105.0, 0.5, 0.03, 0.2, 'put'), argnums=(0, 1, 2, 3, 4)),
    dict(name='bs_bad', fun=black_scholes, args=(100.0, 105.0, 0.5, 0.03, 0.2, 'x'), raises=(ValueError, 'x')),
    dict(name='bs_int', slow=True, fun=black_scholes, args=(100, 105, 1, 0.03, 0.2), argnums=(0, 1, 2)),
    dict(name='bs_book', slow=True, fun=bs_book, args=(100.0, 0.2, [90.0, 100.0, 110.0], [0.5, 1.0, 2.0]), argnums=(0, 1, 2, 3)),
    dict(name='implied_vol', slow=True, fun=implied_vol, args=(8.0, 100.0, 100.0, 1.0, 0.01), argnums=(0, 1, 2)),
    dict(name='crr_american_put', slow=True, fun=crr_american_put, args=(98.0, 100.0, 0.05, 0.3, 1.0), argnums=(0, 1, 2, 3, 4)),
    dict(name='trinomial_barrier', slow=True, fun=trinomial_barrier, args=(100.0, 95.0, 150.0, 0.3, 0.03, 0.5, 5), argnums=(0, 1, 3, 4, 5)),
    dict(name='mc_asian', slow=True, fun=mc_asian, args=(100.0, 0.2, 0.02, 1.0, 98.0, _n(6, 5)), argnums=(0, 1, 2, 3, 4)),
    dict(name='heston_mc', fun=heston_mc, args=(np.array([1.5, 0.04, 0.3, -0.5, 0.05]), 100.0, _n(5, 4), _n(5, 4), 0.1), argnums=(0, 1)),
    dict(name='bond_price', slow=True, fun=bond_price, args=(0.04, 0.05, 3), argnums=(0, 1)),
    dict(name='bond_price_obj', slow=True, fun=bond_price_obj, args=(Bond(100.0, 0.05, 3), 0.03), argnums=(0, 1)),
    dict(name='yield_from_price', slow=True, fun=yield_from_price, args=(95.0, [5.0, 5.0, 105.0], [1, 2, 3]), argnums=(0, 1)),
    dict(name='nelson_siegel', slow=True, fun=nelson_siegel_sse, args=([0.04, -0.02, 0.01, 1.5], np.array([0.5, 1, 2, 5, 10.0]), np.array([0.02, 0.025, 0.03, 0.035, 0.04]))),
    dict(name='bootstrap_curve', slow=True, fun=bootstrap_curve, args=([0.02, 0.025, 0.03], [1, 2, 3])),
    dict(name='swap_npv', slow=True, fun=swap_npv, args=(np.array([0.01, 0.02, 0.03]), np.array([0.5, 2.0, 5.0]), 0.02, 1e4, np.array([1.0, 2.5, 3.0, 4.0])), argnums=(0, 2)),
    dict(name='mean_variance', fun=mean_variance, args=(np.array([0.3, 0.5, -0.2]), 0.1 * _n(3), 0.1 * _n(8, 3), 3.0), argnums=(0, 1, 2, 3)),
    dict(name='sharpe', slow=True, fun=sharpe, args=(np.array([0.3, 0.7]), 0.01 * _n(10, 2)), argnums=(0, 1)),
    dict(name='max_drawdown', slow=True, fun=max_drawdown, args=(0.1 * _n(8),)),
    dict(name='max_drawdown_loop', fun=max_drawdown_loop, args=(0.1 * _n(8),)),
    dict(name='max_drawdown_list', fun=max_drawdown_loop, args=([0.1, -0.2, 0.05, -0.1],)),
    dict(name='cvar', fun=cvar, args=(np.array([0.4, 0.6]), _n(10, 2)), argnums=(0, 1)),
    dict(name='ewma_vol', slow=True, fun=ewma_vol, args=(0.01 * _n(7), 0.94), argnums=(0, 1)),
    dict(name='garch_nll', fun=garch_nll, args=(np.log([1e-2, 0.1, 0.8]), _n(9)), argnums=(0, 1)),
    dict(name='npv', fun=npv_irr, args=([-100.0, 30, 40.0, 50.0], 0.05), argnums=1),
    dict(name='npv2', fun=npv_irr, args=([-100.0, 30.0, 40.0, 50.0], 0.05), argnums=(0, 1)),
    dict(name='merton', slow=True, fun=merton_default, args=(120.0, 0.25, 100.0, 0.02, 1.5), argnums=(0, 1, 2, 3, 4)),
    dict(name='sabr', slow=True, fun=sabr, args=(0.03, 0.035, 2.0, 0.02, 0.5, -0.3, 0.4), argnums=(0, 1, 3, 4, 5, 6)),
    dict(name='longstaff_schwartz', fun=longstaff_schwartz, args=(36.0, 40.0, 0.06, 0.2, 0.25, _n(12, 4)), argnums=(0, 1, 2, 3)),
    dict(name='crank_nicolson', fun=crank_nicolson_call, args=(0.3, 200.0, 100.0, 0.05, 1.0), argnums=(0, 3)),
    dict(name='copula_loss', fun=copula_loss, args=(0.3, np.array([0.01, 0.02, 0.05]), _n(6)), argnums=(0, 1)),
    dict(name='rebalance', slow=True, fun=portfolio_rebalance, args=({'a': 0.6, 'b': 0.4}, _prices), argnums=(0, 1)),
]
