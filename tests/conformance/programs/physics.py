"""Mechanics, fields, optics and structures."""
import math
from collections import namedtuple
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from scipy.special import erf, jv, ellipk

G = 6.674e-2
EPS = 1e-9


def nbody_accel(pos, mass, soft=0.05):
    n = len(mass)
    acc = np.zeros_like(pos)
    for i in range(n):
        for j in range(n):
            if i == j:
                continue
            d = pos[j] - pos[i]
            r2 = np.dot(d, d) + soft ** 2
            acc[i] += G * mass[j] * d / r2 ** 1.5
    return acc


def nbody_leapfrog(pos, vel, mass):
    dt = 0.05
    acc = nbody_accel(pos, mass)
    for step in range(4):
        vel = vel + 0.5 * dt * acc
        pos = pos + dt * vel
        acc = nbody_accel(pos, mass)
        vel = vel + 0.5 * dt * acc
    kinetic = 0.5 * np.sum(mass[:, None] * vel ** 2)
    return kinetic + np.sum(pos ** 2)


def nbody_pairwise_energy(pos, mass):
    diff = pos[:, None, :] - pos[None, :, :]
    dist = np.sqrt((diff ** 2).sum(axis=-1) + 1e-6)
    iu = np.triu_indices(len(mass), k=1)
    mm = mass[:, np.newaxis] * mass[np.newaxis, :]
    return -np.sum(mm[iu] / dist[iu])


def lennard_jones_cell(pos, box, eps=1.0, sigma=1.0, rc=2.5):
    energy = 0.0
    n = pos.shape[0]
    for i in range(n - 1):
        d = pos[i + 1:] - pos[i]
        d -= box * np.round(d / box)
        r2 = np.sum(d * d, axis=1)
        mask = r2 < rc ** 2
        s6 = (sigma ** 2 / r2[mask]) ** 3
        energy += np.sum(4 * eps * (s6 ** 2 - s6))
    return energy


def double_pendulum(theta, params):
    m1, m2, l1, l2 = params['m1'], params['m2'], params['l1'], params['l2']
    g = 9.81
    a, b, wa, wb = theta
    dt = 0.01
    for _ in range(10):
        delta = b - a
        den1 = (m1 + m2) * l1 - m2 * l1 * math.cos(delta) ** 2
        den2 = (l2 / l1) * den1
        aa = (m2 * l1 * wa ** 2 * math.sin(delta) * math.cos(delta) + m2 * g * math.sin(b) * math.cos(delta)
              + m2 * l2 * wb ** 2 * math.sin(delta) - (m1 + m2) * g * math.sin(a)) / den1
        ab = (-m2 * l2 * wb ** 2 * math.sin(delta) * math.cos(delta)
              + (m1 + m2) * (g * math.sin(a) * math.cos(delta) - l1 * wa ** 2 * math.sin(delta) - g * math.sin(b))) / den2
        wa += dt * aa
        wb += dt * ab
        a += dt * wa
        b += dt * wb
    return l1 * math.sin(a) + l2 * math.sin(b)


class State(NamedTuple):
    q: np.ndarray
    p: np.ndarray


def hamiltonian_flow(q0, p0, k):
    def dH(s):
        return State(s.p, -k * s.q - 0.1 * s.q ** 3)

    s = State(q0, p0)
    h = 0.1
    for i in range(5):
        d = dH(s)
        mid = State(s.q + 0.5 * h * d.q, s.p + 0.5 * h * d.p)
        d = dH(mid)
        s = s._replace(q=s.q + h * d.q, p=s.p + h * d.p)
    return 0.5 * np.sum(s.p ** 2) + np.sum(s.q)


def heat_2d(u0, alpha, source):
    u = u0.copy()
    for t in range(5):
        lap = np.zeros_like(u)
        lap[1:-1, 1:-1] = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * u[1:-1, 1:-1]
        u += alpha * lap + source
        u[0, :] = u[1, :]
        u[-1, :] = u[-2, :]
        u[:, 0] = 0.0
        u[:, -1] = u[:, -2]
    return np.mean(u ** 2)


def wave_roll(u, v, c):
    for _ in range(6):
        lap = np.roll(u, 1) + np.roll(u, -1) - 2 * u
        v = v + c ** 2 * lap
        u = u + v
    return np.sum(u * np.arange(len(u))) / len(u)


def burgers_upwind(u, nu):
    dx, dt = 0.1, 0.01
    u = np.asarray(u, dtype=float).copy()
    for n in range(8):
        un = u.copy()
        for i in range(1, len(u) - 1):
            if un[i] > 0:
                adv = un[i] * (un[i] - un[i - 1]) / dx
            else:
                adv = un[i] * (un[i + 1] - un[i]) / dx
            u[i] = un[i] + dt * (-adv + nu * (un[i + 1] - 2 * un[i] + un[i - 1]) / dx ** 2)
    return np.linalg.norm(u)


def lax_wendroff_limited(u, c):
    def minmod(a, b):
        return np.where(a * b > 0, np.where(np.abs(a) < np.abs(b), a, b), 0.0)

    for _ in range(4):
        slope = minmod(u - np.roll(u, 1), np.roll(u, -1) - u)
        face = u + 0.5 * (1 - c) * slope
        u = u - c * (face - np.roll(face, 1))
    return np.sum(u ** 2)


def truss_displacement(E, areas, coords):
    elements = [(0, 1), (1, 2), (2, 0), (1, 3), (2, 3)]
    ndof = 2 * len(coords)
    K = np.zeros((ndof, ndof))
    for (i, j), A in zip(elements, areas):
        dx, dy = coords[j] - coords[i]
        L = np.hypot(dx, dy)
        c, s = dx / L, dy / L
        k = E * A / L * np.array([[c * c, c * s, -c * c, -c * s],
                                  [c * s, s * s, -c * s, -s * s],
                                  [-c * c, -c * s, c * c, c * s],
                                  [-c * s, -s * s, c * s, s * s]])
        dofs = [2 * i, 2 * i + 1, 2 * j, 2 * j + 1]
        K[np.ix_(dofs, dofs)] += k
    F = np.zeros(ndof)
    F[-1] = -1.0
    free = np.arange(3, ndof)
    u = np.zeros(ndof)
    u[free] = np.linalg.solve(K[np.ix_(free, free)], F[free])
    return F @ u


def beam_deflection(EI, q, L, n=9):
    x = np.linspace(0, L, n)
    w = np.zeros(n)
    M = q * L ** 2 / 8 * (1 - (2 * x / L - 1) ** 2)
    curvature = M / EI
    slope = np.concatenate(([0.0], np.cumsum(0.5 * (curvature[1:] + curvature[:-1]) * np.diff(x))))
    slope -= slope[n // 2]
    w[1:] = np.cumsum(0.5 * (slope[1:] + slope[:-1]) * np.diff(x))
    return -w.min()


@dataclass
class Lens:
    radius: float
    thickness: float
    index: float = 1.5


def paraxial_trace(lenses, y, angle):
    n = 1.0
    for lens in lenses:
        power = (lens.index - n) / lens.radius
        angle = (n * angle - y * power) / lens.index
        y = y + lens.thickness * angle
        n = lens.index
    return y ** 2 + angle ** 2


def snell_layers(n_layers, thickness, theta0):
    sin_t = np.sin(theta0)
    x = 0.0
    n_prev = 1.0
    for n, d in zip(n_layers, thickness):
        sin_t = n_prev * sin_t / n
        if abs(sin_t) >= 1:
            return -1.0
        x += d * np.tan(np.arcsin(sin_t))
        n_prev = n
    return x


def transfer_matrix_reflectance(n, d, wavelength):
    M = np.eye(2, dtype=complex)
    for nj, dj in zip(n, d):
        delta = 2 * np.pi * nj * dj / wavelength
        layer = np.array([[np.cos(delta), 1j * np.sin(delta) / nj],
                          [1j * nj * np.sin(delta), np.cos(delta)]])
        M = M @ layer
    n0, ns = 1.0, 1.52
    B = M[0, 0] + M[0, 1] * ns
    C = M[1, 0] + M[1, 1] * ns
    r = (n0 * B - C) / (n0 * B + C)
    return np.abs(r) ** 2


def projectile_drag(v0, angle, cd, mode='quadratic'):
    vx, vy = v0 * np.cos(angle), v0 * np.sin(angle)
    x = y = 0.0
    dt = 0.02
    prev = (x, y)
    while True:
        speed = np.sqrt(vx ** 2 + vy ** 2)
        if mode == 'linear':
            drag = cd
        elif mode == 'quadratic':
            drag = cd * speed
        else:
            raise ValueError(f"unknown drag {mode!r}")
        prev = (x, y)
        vx, vy = vx - dt * drag * vx, vy - dt * (9.81 + drag * vy)
        x, y = x + dt * vx, y + dt * vy
        if y < 0:
            break
    t = prev[1] / (prev[1] - y)
    return prev[0] + t * (x - prev[0])


def ising_mean_field(J, h, beta):
    m = 0.1 * np.ones(len(h))
    for _ in range(200):
        m_new = np.tanh(beta * (J @ m + h))
        if np.max(np.abs(m_new - m)) < 1e-13:
            m = m_new
            break
        m = m_new
    return -0.5 * m @ J @ m - h @ m


def schrodinger_ground(V, dx):
    n = len(V)
    H = np.zeros((n, n))
    idx = np.arange(n)
    H[idx, idx] = 1 / dx ** 2 + V
    H[idx[:-1], idx[1:]] = -0.5 / dx ** 2
    H[idx[1:], idx[:-1]] = -0.5 / dx ** 2
    e, psi = np.linalg.eigh(H)
    x = dx * (idx - n / 2)
    return e[0] + np.sum(psi[:, 0] ** 2 * x ** 2)


def planck_band(T, lo, hi):
    lam = np.linspace(lo, hi, 21)
    x = 1.4388 / (lam * T)
    return np.trapezoid(lam ** -5.0 / np.expm1(x), lam)


def coupled_oscillator_modes(k, m):
    n = len(m)
    K = np.zeros((n, n))
    for i in range(n):
        K[i, i] += k[i] + k[i + 1]
        if i + 1 < n:
            K[i, i + 1] -= k[i + 1]
            K[i + 1, i] -= k[i + 1]
    Mi = np.diag(1 / np.sqrt(m))
    w2 = np.linalg.eigvalsh(Mi @ K @ Mi)
    return np.sqrt(w2).sum() * 0.5


def rigid_body_euler(omega, inertia):
    I = np.diag(inertia)
    for _ in range(6):
        torque = -np.cross(omega, I @ omega)
        omega = omega + 0.05 * np.linalg.inv(I) @ torque
    return omega @ I @ omega


def quaternion_rotate(axis, angle, v):
    axis = axis / np.linalg.norm(axis)
    w = np.cos(angle / 2)
    xyz = np.sin(angle / 2) * axis
    t = 2 * np.cross(xyz, v)
    r = v + w * t + np.cross(xyz, t)
    return r[0] + r[2] ** 2


def biot_savart_loop(radius, current, z):
    n = 24
    phi = np.linspace(0, 2 * np.pi, n, endpoint=False)
    pts = np.stack([radius * np.cos(phi), radius * np.sin(phi), np.zeros(n)], axis=1)
    dl = np.roll(pts, -1, axis=0) - pts
    mid = 0.5 * (np.roll(pts, -1, axis=0) + pts)
    r = np.array([0.0, 0.0, z]) - mid
    rn = np.linalg.norm(r, axis=1, keepdims=True)
    B = current * np.sum(np.cross(dl, r) / rn ** 3, axis=0)
    return B[2]


def ideal_gas_cycle(state, gamma=1.4):
    p, V = state
    work = 0.0
    for kind, ratio in [('adiabatic', 0.5), ('isochoric', 2.0), ('adiabatic', 2.0), ('isochoric', None)]:
        if kind == 'adiabatic':
            V2 = V * ratio
            p2 = p * (V / V2) ** gamma
            work += (p * V - p2 * V2) / (gamma - 1)
        else:
            V2, p2 = V, (p * ratio if ratio is not None else state[0])
        p, V = p2, V2
    return work


def relativistic_boost(beta, event):
    gamma = 1 / np.sqrt(1 - beta @ beta)
    b2 = beta @ beta
    Lam = np.empty((4, 4))
    Lam[0, 0] = gamma
    Lam[0, 1:] = -gamma * beta
    Lam[1:, 0] = -gamma * beta
    Lam[1:, 1:] = np.eye(3) + (gamma - 1) * np.outer(beta, beta) / b2
    e = Lam @ event
    return e[0] ** 2 + e[1] * e[3]


class Spring:
    def __init__(self, k, rest):
        self.k = k
        self.rest = rest

    def force(self, x):
        return -self.k * (x - self.rest)

    def energy(self, x):
        return 0.5 * self.k * (x - self.rest) ** 2


class DampedSpring(Spring):
    def __init__(self, k, rest, c):
        super().__init__(k, rest)
        self.c = c

    def force(self, x, v=0.0):
        return super().force(x) - self.c * v


def damped_spring_energy(k, c, x0):
    s = DampedSpring(k, 0.5, c)
    x, v = x0, 0.0
    for _ in range(20):
        v += 0.05 * s.force(x, v=v)
        x += 0.05 * v
    return s.energy(x) + 0.5 * v ** 2


def verlet_chain(x, masses, k):
    n = len(x)
    prev = [xi for xi in x]
    cur = [xi + 0.01 * i for i, xi in enumerate(x)]
    dt2 = 0.01
    for step in range(5):
        nxt = []
        for i in range(n):
            f = 0.0
            if i > 0:
                f += k * (cur[i - 1] - cur[i])
            if i < n - 1:
                f += k * (cur[i + 1] - cur[i])
            nxt.append(2 * cur[i] - prev[i] + dt2 * f / masses[i])
        prev, cur = cur, nxt
    return sum(c * c for c in cur)


def fresnel_slit(width, distance):
    x = np.linspace(-width / 2, width / 2, 41)
    k = 20.0
    phase = k * np.sqrt(x ** 2 + distance ** 2)
    field = np.trapezoid(np.exp(1j * phase), x)
    return np.real(field * np.conj(field)) / width ** 2


def shallow_water_step(h, u, g=9.81):
    h = h.copy()
    u = u.copy()
    dx, dt = 1.0, 0.05
    for _ in range(3):
        flux_h = h * u
        flux_u = 0.5 * u ** 2 + g * h
        h_new = 0.5 * (np.roll(h, 1) + np.roll(h, -1)) - dt / (2 * dx) * (np.roll(flux_h, -1) - np.roll(flux_h, 1))
        u_new = 0.5 * (np.roll(u, 1) + np.roll(u, -1)) - dt / (2 * dx) * (np.roll(flux_u, -1) - np.roll(flux_u, 1))
        h, u = h_new, u_new
    return np.sum(h ** 2) + np.var(u)


def orbit_kepler(e, M, a):
    E = M if e < 0.8 else math.pi
    for _ in range(30):
        dE = (E - e * math.sin(E) - M) / (1 - e * math.cos(E))
        E -= dE
        if abs(dE) < 1e-14:
            break
    nu = 2 * math.atan2(math.sqrt(1 + e) * math.sin(E / 2), math.sqrt(1 - e) * math.cos(E / 2))
    r = a * (1 - e * math.cos(E))
    return r * math.cos(nu)


# ---- cases ----
_rng = np.random.default_rng(2)
_pos = _rng.normal(size=(3, 3))
_coords = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 0.1], [3.0, 1.2]])
CASES = [
    dict(name='nbody_leapfrog', slow=True, fun=nbody_leapfrog, args=(_pos, 0.1 * _rng.normal(size=(3, 3)), np.array([1.0, 2.0, 1.5])), argnums=(0, 1, 2)),
    dict(name='nbody_pairwise_energy', slow=True, fun=nbody_pairwise_energy, args=(_pos, np.array([1.0, 2.0, 1.5])), argnums=(0, 1)),
    dict(name='lennard_jones_cell', slow=True, fun=lennard_jones_cell, args=(_rng.random((5, 3)) * 4, 4.0), argnums=(0,)),
    dict(name='double_pendulum', slow=True, fun=double_pendulum, args=((0.5, 1.0, 0.1, -0.2), dict(m1=1.0, m2=0.5, l1=1.0, l2=0.8)), argnums=(0, 1)),
    dict(name='hamiltonian_flow', slow=True, fun=hamiltonian_flow, args=(_rng.normal(size=3), _rng.normal(size=3), 1.3), argnums=(0, 1, 2)),
    dict(name='heat_2d', slow=True, fun=heat_2d, args=(_rng.random((5, 4)), 0.1, 0.02 * _rng.random((5, 4))), argnums=(0, 1, 2)),
    dict(name='wave_roll', slow=True, fun=wave_roll, args=(_rng.normal(size=7), _rng.normal(size=7), 0.4), argnums=(0, 1, 2)),
    dict(name='burgers_upwind', fun=burgers_upwind, args=(_rng.normal(size=8), 0.05), argnums=(0, 1)),
    dict(name='lax_wendroff_limited', slow=True, fun=lax_wendroff_limited, args=(_rng.normal(size=8), 0.4), argnums=(0, 1)),
    dict(name='truss_displacement', slow=True, fun=truss_displacement, args=(2.0, np.array([1.0, 1.2, 0.8, 1.1, 0.9]), _coords), argnums=(0, 1, 2)),
    dict(name='beam_deflection', slow=True, fun=beam_deflection, args=(2.0, 1.5, 3.0), argnums=(0, 1, 2)),
    dict(name='paraxial_trace', slow=True, fun=paraxial_trace, args=([Lens(5.0, 0.3, 1.6), Lens(-4.0, 0.2, 1.4)], 0.5, 0.1), argnums=(0, 1, 2)),
    dict(name='snell_layers', slow=True, fun=snell_layers, args=(np.array([1.3, 1.5, 1.2]), np.array([0.5, 1.0, 0.7]), 0.4), argnums=(0, 1, 2)),
    dict(name='transfer_matrix_reflectance', fun=transfer_matrix_reflectance, args=(np.array([1.38, 2.1]), np.array([0.1, 0.12]), 0.55), argnums=(0, 1, 2)),
    dict(name='projectile_drag', slow=True, fun=projectile_drag, args=(12.0, 0.7, 0.02), argnums=(0, 1, 2)),
    dict(name='projectile_drag_linear', slow=True, fun=projectile_drag, args=(12.0, 0.7, 0.02), argnums=(0, 1, 2), kwargs=dict(mode='linear')),
    dict(name='ising_mean_field', slow=True, fun=ising_mean_field, args=(0.2 * _rng.random((4, 4)), _rng.normal(size=4), 0.8), argnums=(0, 1, 2)),
    dict(name='schrodinger_ground', slow=True, fun=schrodinger_ground, args=(_rng.random(6), 0.4), argnums=(0, 1)),
    dict(name='planck_band', slow=True, fun=planck_band, args=(0.8, 0.7, 1.5), argnums=(0, 1, 2)),
    dict(name='coupled_oscillator_modes', slow=True, fun=coupled_oscillator_modes, args=(1 + _rng.random(5), 1 + _rng.random(4)), argnums=(0, 1)),
    dict(name='rigid_body_euler', slow=True, fun=rigid_body_euler, args=(_rng.normal(size=3), np.array([1.0, 2.0, 2.5])), argnums=(0, 1)),
    dict(name='quaternion_rotate', slow=True, fun=quaternion_rotate, args=(_rng.normal(size=3), 0.8, _rng.normal(size=3)), argnums=(0, 1, 2)),
    dict(name='biot_savart_loop', slow=True, fun=biot_savart_loop, args=(1.2, 3.0, 0.5), argnums=(0, 1, 2)),
    dict(name='ideal_gas_cycle', slow=True, fun=ideal_gas_cycle, args=((2.0, 3.0),), kwargs=dict(gamma=1.33)),
    dict(name='relativistic_boost', slow=True, fun=relativistic_boost, args=(np.array([0.3, 0.2, -0.4]), _rng.normal(size=4)), argnums=(0, 1)),
    dict(name='verlet_chain', slow=True, fun=verlet_chain, args=(_rng.normal(size=4), 1 + _rng.random(4), 2.0), argnums=(0, 1, 2)),
    dict(name='fresnel_slit', slow=True, fun=fresnel_slit, args=(0.7, 2.0), argnums=(0, 1)),
    dict(name='shallow_water_step', slow=True, fun=shallow_water_step, args=(1 + 0.1 * _rng.random(6), 0.1 * _rng.normal(size=6)), argnums=(0, 1)),
    dict(name='orbit_kepler', slow=True, fun=orbit_kepler, args=(0.3, 1.2, 1.5), argnums=(0, 1, 2)),
]
