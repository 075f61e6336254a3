"""Robotics, camera geometry, computational geometry."""
from functools import reduce
from math import atan2, cos, hypot, pi, sin
from typing import NamedTuple

import numpy as np


def rot(axis, angle):
    axis = np.asarray(axis, dtype=float)
    axis = axis / np.linalg.norm(axis)
    K = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + np.sin(angle) * K + (1 - np.cos(angle)) * (K @ K)


def rotate_points(angle, axis, pts):
    return np.sum((rot(axis, angle) @ pts.T) ** 3)


def rodrigues(r):
    theta = np.linalg.norm(r)
    if theta < 1e-8:
        return np.eye(3)
    k = r / theta
    K = np.zeros((3, 3))
    K[0, 1], K[0, 2], K[1, 2] = -k[2], k[1], -k[0]
    K -= K.T
    return np.cos(theta) * np.eye(3) + np.sin(theta) * K + (1 - np.cos(theta)) * np.outer(k, k)


def reprojection(rvec, tvec, f, pts3d, pts2d, k1=0.0, k2=0.0):
    p = pts3d @ rodrigues(rvec).T + tvec
    xy = p[:, :2] / p[:, 2:]
    r2 = np.sum(xy ** 2, axis=1, keepdims=True)
    distorted = xy * (1 + k1 * r2 + k2 * r2 ** 2)
    err = f * distorted - pts2d
    return np.mean(np.sqrt(1 + np.sum(err ** 2, axis=1)) - 1)


def quat_mul(a, b):
    w1, x1, y1, z1 = a
    w2, x2, y2, z2 = b
    return np.array([w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2,
                     w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2,
                     w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2,
                     w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2])


def gyro_integration(omega, q0, dt, target):
    q = q0
    for w in omega:
        dq = np.concatenate(([0.0], w))
        q = q + 0.5 * dt * quat_mul(q, dq)
        q /= np.linalg.norm(q)
    return 1 - np.dot(q, target) ** 2


def slerp(q0, q1, t):
    d = np.dot(q0, q1)
    if d < 0:
        q1 = -q1
        d = -d
    if d > 0.9995:
        r = q0 + t * (q1 - q0)
        return r / np.linalg.norm(r)
    th0 = np.arccos(d)
    th = th0 * t
    s1 = np.sin(th) / np.sin(th0)
    s0 = np.cos(th) - d * s1
    return s0 * q0 + s1 * q1


def slerp_cost(q0, q1, t):
    q0 = q0 / np.linalg.norm(q0)
    q1 = q1 / np.linalg.norm(q1)
    q = slerp(q0, q1, t)
    return q[0] + 2 * q[1] * q[2] - q[3] ** 2


def polygon_area(vertices):
    area = 0.0
    n = len(vertices)
    for i in range(n):
        x1, y1 = vertices[i]
        x2, y2 = vertices[(i + 1) % n]
        area += x1 * y2 - x2 * y1
    return abs(area) / 2.0


def polygon_centroid(v):
    x, y = v[:, 0], v[:, 1]
    c = x * np.roll(y, -1) - np.roll(x, -1) * y
    a = 0.5 * c.sum()
    cx = np.sum((x + np.roll(x, -1)) * c) / (6 * a)
    cy = np.sum((y + np.roll(y, -1)) * c) / (6 * a)
    return hypot(cx, cy)


class Point(NamedTuple):
    x: float
    y: float

    def dist(self, other):
        return hypot(self.x - other.x, self.y - other.y)


def point_arg(p, q):
    return p.dist(q) * p.x


def planar_arm(q, lengths, goal):
    angles = np.cumsum(q)
    x = np.dot(lengths, np.cos(angles))
    y = np.dot(lengths, np.sin(angles))
    return np.linalg.norm(np.array([x, y]) - goal) + 0.01 * np.sum(q ** 2)


def inverse_kinematics_steps(q, lengths, target, rate=0.1, iters=4):
    for _ in range(iters):
        a = np.cumsum(q)
        pos = np.array([np.sum(lengths * np.cos(a)), np.sum(lengths * np.sin(a))])
        J = np.zeros((2, len(q)))
        for j in range(len(q)):
            J[0, j] = -np.sum(lengths[j:] * np.sin(a[j:]))
            J[1, j] = np.sum(lengths[j:] * np.cos(a[j:]))
        q = q + rate * J.T @ (target - pos)
    return np.sum((pos - target) ** 2)


def bezier(control, t):
    pts = control.copy()
    n = len(pts)
    while n > 1:
        for i in range(n - 1):
            pts[i] = (1 - t) * pts[i] + t * pts[i + 1]
        n -= 1
    return pts[0]


def bezier_length(control, samples=8):
    prev = control[0]
    total = 0.0
    for k in range(1, samples + 1):
        cur = bezier(control, k / samples)
        total += np.linalg.norm(cur - prev)
        prev = cur
    return total


def bspline_energy(c, knots, degree, ts):
    def basis(i, k, t):
        if k == 0:
            return 1.0 if knots[i] <= t < knots[i + 1] else 0.0
        out = 0.0
        d1 = knots[i + k] - knots[i]
        d2 = knots[i + k + 1] - knots[i + 1]
        if d1 > 0:
            out += (t - knots[i]) / d1 * basis(i, k - 1, t)
        if d2 > 0:
            out += (knots[i + k + 1] - t) / d2 * basis(i + 1, k - 1, t)
        return out

    e = 0.0
    for t in ts:
        p = sum(c[i] * basis(i, degree, t) for i in range(len(c)))
        e += p @ p
    return e


def icp_error(params, src, dst):
    tx, ty, th = params
    c, s = np.cos(th), np.sin(th)
    R = np.array([[c, -s], [s, c]])
    moved = src @ R.T + [tx, ty]
    d = np.linalg.norm(moved[:, None, :] - dst[None, :, :], axis=2)
    nn = d.argmin(axis=1)
    return np.sum(d[np.arange(len(src)), nn] ** 2)


def procrustes(A, B):
    A0 = A - A.mean(0)
    B0 = B - B.mean(0)
    U, S, Vt = np.linalg.svd(A0.T @ B0)
    R = U @ Vt
    return np.sum((A0 @ R - B0) ** 2)


def tri_area(a, b, c):
    return 0.5 * np.linalg.norm(np.cross(b - a, c - a))


def mesh_volume_area(vertices, faces):
    vol = 0.0
    area = 0.0
    for i, j, k in faces:
        a, b, c = vertices[i], vertices[j], vertices[k]
        vol += np.dot(a, np.cross(b, c)) / 6.0
        area += tri_area(a, b, c)
    return vol + 0.3 * area


def mesh_vectorised(vertices, faces):
    tri = vertices[faces]
    e1 = tri[:, 1] - tri[:, 0]
    e2 = tri[:, 2] - tri[:, 0]
    nrm = np.cross(e1, e2)
    areas = 0.5 * np.sqrt(np.einsum('ij,ij->i', nrm, nrm))
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    lens = np.linalg.norm(np.subtract(*[vertices[edges[:, k]] for k in (0, 1)]), axis=-1)
    return areas.sum() + lens.var()


def ray_sphere(origin, direction, spheres):
    d = direction / np.sqrt(direction @ direction)
    best = np.inf
    for centre, radius in spheres:
        oc = origin - centre
        b = oc @ d
        disc = b * b - (oc @ oc - radius ** 2)
        if disc < 0:
            continue
        t = -b - np.sqrt(disc)
        if 0 < t < best:
            best = t
    if not np.isfinite(best):
        return 0.0
    return best ** 2


def sdf_union(p, circles, k=0.2):
    """Smooth union of discs."""
    dists = [np.sqrt(np.sum((p - c[:2]) ** 2)) - c[2] for c in circles]
    def smin(a, b):
        h = max(k - abs(a - b), 0.0) / k
        return min(a, b) - h * h * k * 0.25
    return reduce(smin, dists)


def epipolar(F, x1, x2):
    h1 = np.c_[x1, np.ones(len(x1))]
    h2 = np.hstack((x2, np.ones((len(x2), 1))))
    l2 = h1 @ F.T
    l1 = h2 @ F
    num = np.sum(h2 * l2, axis=1) ** 2
    den = l1[:, 0] ** 2 + l1[:, 1] ** 2 + l2[:, 0] ** 2 + l2[:, 1] ** 2
    return (num / den).sum()


def homography_transfer(h, src, dst):
    H = np.append(h, 1.0).reshape(3, 3)
    proj = H @ np.vstack([src.T, np.ones(src.shape[0])])
    proj = proj / proj[2]
    return np.sum((proj[:2].T - dst) ** 2)


def se3_chain(twists, p):
    T = np.identity(4)
    for xi in twists:
        Ti = np.eye(4)
        Ti[:3, :3] = rodrigues(xi[3:])
        Ti[:3, 3] = xi[:3]
        T = T.dot(Ti)
    ph = np.ones(4)
    ph[:3] = p
    q = (T @ ph)[:3]
    return q @ q


def kabsch_rmsd(P, Q):
    P = P - np.mean(P, axis=0)
    Q = Q - np.mean(Q, axis=0)
    C = np.dot(P.T, Q)
    V, S, W = np.linalg.svd(C)
    if np.linalg.det(V) * np.linalg.det(W) < 0:
        S[-1] = -S[-1]
        V[:, -1] = -V[:, -1]
    U = np.dot(V, W)
    P = np.dot(P, U)
    return np.sqrt(np.sum((P - Q) ** 2) / len(P))


def wrap(a):
    return (a + pi) % (2 * pi) - pi


def pose_graph(poses, edges):
    cost = 0.0
    for i, j, (dx, dy, dth) in edges:
        xi, yi, ti = poses[3 * i:3 * i + 3]
        xj, yj, tj = poses[3 * j:3 * j + 3]
        ex = np.cos(ti) * (xj - xi) + np.sin(ti) * (yj - yi) - dx
        ey = -np.sin(ti) * (xj - xi) + np.cos(ti) * (yj - yi) - dy
        et = wrap(tj - ti - dth)
        cost += ex ** 2 + ey ** 2 + 4 * et ** 2
    return cost


def circle_fit(x, y):
    A = np.column_stack((x, y, np.ones_like(x)))
    b = x ** 2 + y ** 2
    c = np.linalg.solve(A.T @ A, A.T @ b)
    xc, yc = c[0] / 2, c[1] / 2
    return np.sqrt(c[2] + xc ** 2 + yc ** 2)


def haversine(lat1, lon1, lat2, lon2, R=6371.0):
    p1, p2 = np.radians(lat1), np.radians(lat2)
    dphi = p2 - p1
    dlmb = np.deg2rad(lon2 - lon1)
    a = np.sin(dphi / 2) ** 2 + np.cos(p1) * np.cos(p2) * np.sin(dlmb / 2) ** 2
    return 2 * R * np.arctan2(np.sqrt(a), np.sqrt(1 - a))


_rng = np.random.default_rng(5)
def _n(*s): return _rng.normal(size=s)
_tet = np.array([[0.0, 0, 0], [1, 0.1, 0], [0.2, 1, 0], [0.1, 0.3, 1.1]])
_faces = [(0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2)]
_q = _n(4)
CASES = [
    dict(name='rotate_points', slow=True, fun=rotate_points, args=(0.4, [1.0, 2.0, 0.5], _n(3, 3)), argnums=(0, 1, 2)),
    dict(name='rotate_points_intaxis', fun=rotate_points, args=(0.4, (1, 2, 0), _n(3, 3)), argnums=(0, 2)),
    dict(name='reprojection', slow=True, fun=reprojection, args=(np.array([0.1, -0.2, 0.3]), np.array([0.1, 0.2, 5.0]), 2.0, _n(5, 3), _n(5, 2)), argnums=(0, 1, 2, 3)),
    dict(name='reprojection_k', slow=True, fun=reprojection, args=(np.array([0.1, -0.2, 0.3]), np.array([0.1, 0.2, 5.0]), 2.0, _n(5, 3), _n(5, 2), 0.1, -0.05), argnums=(0, 5, 6)),
    dict(name='gyro', slow=True, fun=gyro_integration, args=(_n(4, 3), _q / np.linalg.norm(_q), 0.1, np.array([1.0, 0, 0, 0])), argnums=(0, 1, 2)),
    dict(name='slerp_cost', slow=True, fun=slerp_cost, args=(_n(4), _n(4), 0.3), argnums=(0, 1, 2)),
    dict(name='slerp_near', slow=True, fun=slerp_cost, args=(np.array([1.0, 0, 0, 0]), np.array([1.0, 0.01, 0, 0]), 0.3), argnums=(0, 1, 2), h=0.001),
    dict(name='polygon_area', fun=polygon_area, args=(np.array([[0.0, 0], [2, 0.1], [2.2, 1.5], [0.3, 1.0]]),)),
    dict(name='polygon_area_list', fun=polygon_area, args=([(0.1, 0.2), (2.0, 0.1), (2.2, 1.5)],)),
    dict(name='polygon_centroid', slow=True, fun=polygon_centroid, args=(np.array([[0.0, 0], [2, 0.1], [2.2, 1.5], [0.3, 1.0]]),)),
    dict(name='point_arg', slow=True, fun=point_arg, args=(Point(1.0, 2.0), Point(0.5, -1.0)), argnums=(0, 1)),
    dict(name='planar_arm', fun=planar_arm, args=(np.array([0.1, 0.5, -0.3]), np.array([1.0, 0.8, 0.5]), np.array([1.0, 1.0])), argnums=(0, 1, 2)),
    dict(name='ik_steps', slow=True, fun=inverse_kinematics_steps, args=(np.array([0.1, 0.5, -0.3]), np.array([1.0, 0.8, 0.5]), np.array([1.0, 1.0])), argnums=(0, 1, 2)),
    dict(name='bezier_length', fun=bezier_length, args=(_n(4, 2),)),
    dict(name='bspline', slow=True, fun=bspline_energy, args=(_n(5, 2), [0, 0, 0, 1, 2, 3, 3, 3], 2, [0.3, 1.4, 2.2]), require='gradient_or_error'),
    dict(name='icp_error', fun=icp_error, args=(np.array([0.1, 0.2, 0.05]), _n(5, 2), _n(6, 2)), argnums=(0, 1, 2)),
    dict(name='procrustes', fun=procrustes, args=(_n(5, 2), _n(5, 2)), argnums=(0, 1)),
    dict(name='mesh_volume_area', fun=mesh_volume_area, args=(_tet, _faces)),
    dict(name='mesh_vectorised', slow=True, fun=mesh_vectorised, args=(_tet, np.array(_faces))),
    dict(name='ray_sphere', slow=True, fun=ray_sphere, args=(np.array([0.0, 0.1, -5.0]), np.array([0.05, 0.02, 1.0]), [(np.array([0.0, 0, 0]), 1.0), (np.array([0.2, 0, 3.0]), 1.5)]), argnums=(0, 1)),
    dict(name='ray_sphere_w', slow=True, fun=ray_sphere, args=(np.array([0.0, 0.1, -5.0]), np.array([0.05, 0.02, 1.0]), [(np.array([0.0, 0, 0]), 1.0), (np.array([0.2, 0, 3.0]), 1.5)]), argnums=(0, 1, 2)),
    dict(name='ray_miss', slow=True, fun=ray_sphere, args=(np.array([0.0, 9.1, -5.0]), np.array([0.05, 0.02, 1.0]), [(np.array([0.0, 0, 0]), 1.0), (np.array([0.2, 0, 3.0]), 1.5)]), argnums=(0, 1)),
    dict(name='sdf_union', slow=True, fun=sdf_union, args=(np.array([0.45, 0.2]), np.array([[0, 0, 0.3], [1, 0.3, 0.4], [0.5, 1, 0.2]])), argnums=(0, 1)),
    dict(name='epipolar', slow=True, fun=epipolar, args=(_n(3, 3), _n(4, 2), _n(4, 2)), argnums=(0, 1, 2)),
    dict(name='homography', fun=homography_transfer, args=(np.array([1.0, 0.1, 0.2, -0.1, 1.1, 0.3, 0.01, 0.02]), _n(4, 2), _n(4, 2)), argnums=(0, 1, 2)),
    dict(name='se3_chain', slow=True, fun=se3_chain, args=(_n(3, 6), _n(3)), argnums=(0, 1)),
    dict(name='kabsch', fun=kabsch_rmsd, args=(_n(6, 3), _n(6, 3)), argnums=(0, 1)),
    dict(name='pose_graph', slow=True, fun=pose_graph, args=(_n(9), [(0, 1, (1.0, 0.1, 0.2)), (1, 2, (0.9, 0.0, 0.1)), (0, 2, (2.0, 0.3, 0.2))])),
    dict(name='circle_fit', fun=circle_fit, args=(np.array([1.0, 0.1, -1.1, 0.0]), np.array([0.0, 1.0, 0.2, -0.9])), argnums=(0, 1)),
    dict(name='haversine', slow=True, fun=haversine, args=(52.5, 13.4, 48.1, 11.6), argnums=(0, 1, 2, 3)),
]
