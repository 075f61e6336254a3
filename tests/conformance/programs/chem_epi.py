"""Chemical kinetics, molecular energies, thermodynamics and epidemics."""
import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

R_GAS = 8.314462618


def arrhenius(T, A, Ea, R=R_GAS):
    return A * np.exp(-Ea / (R * T))


def robertson(k, y0, h, steps):
    """Implicit Euler for the Robertson problem with Newton iterations."""
    y = np.array(y0, dtype=float)
    for _ in range(steps):
        y_new = y.copy()
        for it in range(20):
            a, b, c = y_new
            f = np.array([-k[0] * a + k[2] * b * c,
                          k[0] * a - k[2] * b * c - k[1] * b ** 2,
                          k[1] * b ** 2])
            J = np.zeros((3, 3))
            J[0] = [-k[0], k[2] * c, k[2] * b]
            J[1, 0] = k[0]
            J[1, 1] = -k[2] * c - 2 * k[1] * b
            J[1, 2] = -k[2] * b
            J[2, 1] = 2 * k[1] * b
            res = y_new - y - h * f
            dy = np.linalg.solve(np.eye(3) - h * J, -res)
            y_new = y_new + dy
            if np.linalg.norm(dy) < 1e-12:
                break
        y = y_new
    return np.sum(y ** 2 * np.array([1.0, 100.0, 2.0]))


def lennard_jones(positions, epsilon=1.0, sigma=1.0, cutoff=2.5):
    n = len(positions)
    energy = 0.0
    for i in range(n):
        for j in range(i + 1, n):
            rij = positions[i] - positions[j]
            r2 = np.dot(rij, rij)
            if r2 > cutoff ** 2:
                continue
            s6 = (sigma ** 2 / r2) ** 3
            energy += 4 * epsilon * (s6 ** 2 - s6)
    return energy


def morse_vectorised(coords, D, alpha, r0):
    diff = coords[:, None, :] - coords[None, :, :]
    dist = np.sqrt(np.sum(diff ** 2, axis=-1) + np.eye(len(coords)))
    iu = np.triu_indices(len(coords), k=1)
    r = dist[iu]
    return np.sum(D * (1 - np.exp(-alpha * (r - r0))) ** 2)


def coulomb_energy(q, xyz):
    total = 0.0
    for i in range(len(q)):
        for j in range(len(q)):
            if i == j:
                continue
            total += 0.5 * q[i] * q[j] / np.linalg.norm(xyz[i] - xyz[j])
    return total * 332.0637


@dataclass
class Rates:
    beta: float
    gamma: float
    mu: float = 0.01


def sir_peak(rates, N, days):
    S, I, R = N - 1.0, 1.0, 0.0
    peak = I
    for day in range(days):
        infections = rates.beta * S * I / N
        recoveries = rates.gamma * I
        S, I, R = S - infections, I + infections - recoveries - rates.mu * I, R + recoveries
        peak = max(peak, I)
    return peak / N


def rk4(f, y, t, dt):
    k1 = f(t, y)
    k2 = f(t + dt / 2, y + dt / 2 * k1)
    k3 = f(t + dt / 2, y + dt / 2 * k2)
    k4 = f(t + dt, y + dt * k3)
    return y + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def lotka_fit(theta, data, dt):
    alpha, beta, delta, gamma = theta[:4]

    def rhs(t, z):
        x, y = z
        return np.array([alpha * x - beta * x * y, delta * x * y - gamma * y])

    z = np.array([theta[4], theta[5]])
    sse = 0.0
    t = 0.0
    for obs in data:
        for _ in range(5):
            z = rk4(rhs, z, t, dt)
            t += dt
        sse += np.sum((z - obs) ** 2)
    return sse


def age_structured(beta, contact, pop, i0, gamma=0.2, steps=25):
    """SIR by age group, contact matrix and einsum."""
    I = i0.copy()
    S = pop - I
    total = np.zeros_like(pop)
    for _ in range(steps):
        force = beta * np.einsum('ij,j->i', contact, I / pop)
        new = S * (1 - np.exp(-force))
        S = S - new
        I += new - gamma * I
        total += new
    return total.sum() / pop.sum()


def negbin_nll(params, counts, mobility):
    """Renewal equation with negative binomial observation."""
    logR0, eff, logphi = params
    w = np.array([0.2, 0.5, 0.2, 0.1])
    phi = np.exp(logphi)
    inc = np.zeros(len(counts))
    inc[:4] = counts[:4]
    nll = 0.0
    for t in range(4, len(counts)):
        Rt = np.exp(logR0 - eff * mobility[t])
        inc[t] = Rt * np.sum(w * inc[t - 4:t][::-1])
        mu = inc[t]
        y = counts[t]
        nll -= (gammaln(y + phi) - gammaln(phi) - gammaln(y + 1)
                + phi * math.log(phi / (phi + mu)) + y * math.log(mu / (phi + mu)))
    return nll


def ph_newton(pka, c0):
    ka = 10.0 ** (-pka)
    h = np.sqrt(ka * c0)
    err = 1.0
    count = 0
    while err > 1e-14 and count < 50:
        g = h * h + ka * h - ka * c0
        h_new = h - g / (2 * h + ka)
        err = abs(h_new - h)
        h = h_new
        count += 1
    return -math.log10(h)


def peng_robinson_z(T, P, Tc=304.2, Pc=7.38e6, omega=0.225):
    kappa = 0.37464 + 1.54226 * omega - 0.26992 * omega ** 2
    alpha = (1 + kappa * (1 - (T / Tc) ** 0.5)) ** 2
    a = 0.45724 * R_GAS ** 2 * Tc ** 2 / Pc * alpha
    b = 0.07780 * R_GAS * Tc / Pc
    A = a * P / (R_GAS * T) ** 2
    B = b * P / (R_GAS * T)
    z = 1.0
    for _ in range(60):
        f = z ** 3 - (1 - B) * z ** 2 + (A - 3 * B ** 2 - 2 * B) * z - (A * B - B ** 2 - B ** 3)
        df = 3 * z ** 2 - 2 * (1 - B) * z + (A - 3 * B ** 2 - 2 * B)
        step = f / df
        z -= step
        if abs(step) < 1e-14:
            break
    ln_phi = z - 1 - np.log(z - B) - A / (2 * np.sqrt(2) * B) * np.log((z + 2.414 * B) / (z - 0.414 * B))
    return ln_phi


def dihedral_energy(x, k=2.0, n=3, phase=0.3):
    b1 = x[1] - x[0]
    b2 = x[2] - x[1]
    b3 = x[3] - x[2]
    n1 = np.cross(b1, b2)
    n2 = np.cross(b2, b3)
    m1 = np.cross(n1, b2 / np.linalg.norm(b2))
    phi = np.arctan2(m1 @ n2, n1 @ n2)
    return k * (1 + np.cos(n * phi - phase))


def michaelis_menten_fit(p, s, v, mode='competitive', inhibitor=0.5):
    vmax, km, ki = p
    if mode == 'competitive':
        model = vmax * s / (km * (1 + inhibitor / ki) + s)
    elif mode == 'uncompetitive':
        model = vmax * s / (km + s * (1 + inhibitor / ki))
    else:
        raise ValueError('unknown mode: ' + mode)
    return np.mean((v - model) ** 2)


def seird_compartments(params, init, ndays, interventions):
    """State in an array with named indices; dict of parameters."""
    S, E, I, R, D = range(5)
    y = np.empty((ndays + 1, 5))
    y[0] = init
    N = sum(init)
    for t in range(ndays):
        b = params['beta']
        for start, factor in interventions.items():
            if t >= start:
                b = b * factor
        inf = b * y[t, S] * y[t, I] / N
        y[t + 1] = y[t]
        y[t + 1, S] -= inf
        y[t + 1, E] += inf - params['sigma'] * y[t, E]
        y[t + 1, I] += params['sigma'] * y[t, E] - params['gamma'] * y[t, I]
        y[t + 1, R] += (1 - params['ifr']) * params['gamma'] * y[t, I]
        y[t + 1, D] += params['ifr'] * params['gamma'] * y[t, I]
    return y[-1, D] + 0.01 * y[:, I].max()


class Reactor:
    """A CSTR integrated with explicit Euler."""

    def __init__(self, volume, flow, feed):
        self.volume = volume
        self.flow = flow
        self.feed = feed
        self.c = np.zeros(2)
        self.history = []

    @property
    def tau(self):
        return self.volume / self.flow

    def rate(self, T):
        return arrhenius(T, A=1e3, Ea=2.5e4)

    def step(self, T, dt):
        r = self.rate(T) * self.c[0]
        self.c[0] += dt * ((self.feed - self.c[0]) / self.tau - r)
        self.c[1] += dt * (r - self.c[1] / self.tau)
        self.history.append(self.c[1])


def cstr_yield(volume, flow, T_profile):
    reactor = Reactor(volume, flow, feed=2.0)
    for T in T_profile:
        reactor.step(T, 0.05)
    return reactor.history[-1] + 0.1 * sum(reactor.history) / len(reactor.history)


def gillespie_mean_field(k, x0, stoich, dt, steps):
    """Mass action with stoichiometric matrix and reaction orders."""
    x = x0
    for _ in range(steps):
        a = k * np.prod(x[None, :] ** np.maximum(-stoich, 0), axis=1)
        x = np.maximum(x + dt * stoich.T @ a, 0.0)
    return np.log(x).sum()


def debye_heat_capacity(theta, temps):
    total = 0.0
    for T in temps:
        x = np.linspace(1e-6, theta / T, 101)
        y = x ** 4 * np.exp(x) / (np.exp(x) - 1) ** 2
        total += 9 * (T / theta) ** 3 * np.trapezoid(y, x)
    return total


def hill_dose(params, doses, resp, weights=None):
    bottom, top, ec50, h = params
    pred = bottom + (top - bottom) / (1 + (ec50 / doses) ** h)
    res = resp - pred
    if weights is None:
        weights = np.ones_like(res)
    return np.average(res ** 2, weights=weights)


_rng = np.random.default_rng(1)
_xyz = _rng.normal(size=(5, 3)) * 1.5
_x4 = np.array([[0.0, 0, 0], [1.5, 0.1, 0], [2.0, 1.4, 0.2], [3.4, 1.6, 0.9]])
_counts = np.array([3.0, 4, 6, 7, 9, 12, 15, 13, 18, 22, 30, 28])
CASES = [
    dict(name='robertson', slow=True, fun=robertson, args=(np.array([0.04, 30.0, 10.0]), [1.0, 0.0, 0.0], 0.1, 4)),
    dict(name='lennard_jones', fun=lennard_jones, args=(_xyz, 0.8, 0.9), argnums=(0, 1, 2)),
    dict(name='morse_vectorised', fun=morse_vectorised, args=(_xyz, 1.2, 0.7, 1.1), argnums=(0, 1, 2, 3)),
    dict(name='coulomb_energy', fun=coulomb_energy, args=(np.array([0.4, -0.8, 0.4]), _xyz[:3]), argnums=(0, 1)),
    dict(name='sir_peak', slow=True, fun=sir_peak, args=(Rates(0.5, 0.2), 1000.0, 40)),
    dict(name='lotka_fit', slow=True, fun=lotka_fit, args=(np.array([1.0, 0.1, 0.07, 1.5, 10.0, 5.0]), 5 + _rng.random((4, 2)), 0.05)),
    dict(name='age_structured', slow=True, fun=age_structured, args=(0.4, np.array([[2.0, 1, 0.3], [1, 1.5, 0.5], [0.3, 0.5, 1.0]]), np.array([100.0, 200, 80]), np.array([1.0, 2.0, 0.5])), argnums=(0, 1, 3)),
    dict(name='negbin_nll', slow=True, fun=negbin_nll, args=(np.array([0.3, 0.2, 1.0]), _counts, np.linspace(0, 1, 12))),
    dict(name='ph_newton', slow=True, fun=ph_newton, args=(3.2, 0.1), argnums=(0, 1)),
    dict(name='peng_robinson_z', slow=True, fun=peng_robinson_z, args=(350.0, 3e6), argnums=(0, 1)),
    dict(name='peng_robinson_kw', slow=True, fun=peng_robinson_z, args=(350.0, 3e6), kwargs=dict(omega=0.3)),
    dict(name='dihedral_energy', fun=dihedral_energy, args=(_x4,)),
    dict(name='michaelis_menten_fit', fun=michaelis_menten_fit, args=(np.array([2.0, 0.5, 0.7]), np.array([0.1, 0.5, 1.0, 2.0]), np.array([0.3, 0.8, 1.2, 1.5]))),
    dict(name='michaelis_uncomp', fun=michaelis_menten_fit, args=(np.array([2.0, 0.5, 0.7]), np.array([0.1, 0.5, 1.0, 2.0]), np.array([0.3, 0.8, 1.2, 1.5])), kwargs=dict(mode='uncompetitive')),
    dict(name='michaelis_bad', fun=michaelis_menten_fit, args=(np.array([2.0, 0.5, 0.7]), np.array([0.1, 0.5, 1.0, 2.0]), np.array([0.3, 0.8, 1.2, 1.5])), kwargs=dict(mode='x'), raises=(ValueError, 'unknown mode: x')),
    dict(name='seird_compartments', slow=True, fun=seird_compartments, args=(dict(beta=0.6, sigma=0.25, gamma=0.15, ifr=0.02), np.array([990.0, 5, 5, 0, 0]), 30, {10: 0.7, 20: 0.5}), argnums=(0, 1)),
    dict(name='cstr_yield', slow=True, fun=cstr_yield, args=(5.0, 1.2, np.array([300.0, 310, 330, 340, 350])), argnums=(0, 1, 2)),
    dict(name='gillespie_mean_field', fun=gillespie_mean_field, args=(np.array([0.5, 0.3]), np.array([1.0, 0.8, 0.1]), np.array([[-1, -1, 1], [1, 0, -1]]), 0.05, 8), argnums=(0, 1)),
    dict(name='debye', fun=debye_heat_capacity, args=(300.0, [100.0, 200.0, 300.0])),
    dict(name='hill_dose', slow=True, fun=hill_dose, args=(np.array([0.1, 2.0, 0.5, 1.3]), np.array([0.1, 0.3, 1, 3.0]), np.array([0.2, 0.7, 1.5, 1.8]))),
    dict(name='hill_dose_w', slow=True, fun=hill_dose, args=(np.array([0.1, 2.0, 0.5, 1.3]), np.array([0.1, 0.3, 1, 3.0]), np.array([0.2, 0.7, 1.5, 1.8]), np.array([1.0, 2, 1, 3])), argnums=(0, 3)),
]
