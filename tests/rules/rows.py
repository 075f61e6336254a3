"""Calls as people write them, one row an operation: name, expression, arguments.

Arguments are shapes (`4` is a vector, `3,4` a matrix), with `pos`, `unit`, `reg` and
such before a shape; `f` is a Python float. The loss is the sum of the sine of the
expression.
"""
# ruff: noqa: E501

from __future__ import annotations

ROWS = """
# --- Python's own
builtins.abs | abs(x) | f
builtins.divmod | divmod(x, y)[1] | pos f, pos f
builtins.enumerate | sum([i * v for i, v in enumerate(x)]) | 3
builtins.float | float(x) | f
builtins.list.__getitem__ | [x, y][1] * x | f, f
builtins.max | max(x, y) | f, f
builtins.min | min(x, y) | f, f
builtins.pow | pow(x, 3) | f
builtins.sum | sum(x) | 4
builtins.zip | sum([a * b for a, b in zip(x, y)]) | 3, 3
builtins.map | sum(map(lambda v: v * v, x)) | 3
builtins.reversed | sum([v * v for v in reversed(x)]) | 3
builtins.sorted | np.array(sorted(x)) * np.arange(4) | 4
builtins.complex | abs(complex(x, y)) | f, f
builtins.round | x * round(x) | f
builtins.int | x * int(3.7) | f
builtins.len | x * len(x) | 3
math.acos | math.acos(x) | unit f
math.acosh | math.acosh(1.5 + x) | pos f
math.asin | math.asin(x) | unit f
math.asinh | math.asinh(x) | f
math.atan | math.atan(x) | f
math.atan2 | math.atan2(x, y) | f, f
math.atanh | math.atanh(x) | unit f
math.cbrt | math.cbrt(x) | pos f
math.copysign | math.copysign(x, y) | f, f
math.cos | math.cos(x) | f
math.cosh | math.cosh(x) | f
math.degrees | math.degrees(x) | f
math.dist | math.dist(x, y) | 3, 3
math.erf | math.erf(x) | f
math.erfc | math.erfc(x) | f
math.exp | math.exp(x) | f
math.exp2 | math.exp2(x) | f
math.expm1 | math.expm1(x) | f
math.fabs | math.fabs(x) | f
math.fmod | math.fmod(x, y) | pos f, pos f
math.fsum | math.fsum(x) | 4
math.gamma | math.gamma(x) | pos f
math.hypot | math.hypot(x, y) | f, f
math.ldexp | math.ldexp(x, 2) | f
math.lgamma | math.lgamma(x) | pos f
math.log | math.log(x) | pos f
math.log[base] | math.log(x, 3.0) + math.log(x) | pos f
math.log10 | math.log10(x) | pos f
math.log1p | math.log1p(x) | pos f
math.log2 | math.log2(x) | pos f
math.modf | math.modf(x)[0] | pos f
math.pow | math.pow(x, y) | pos f, f
math.prod | math.prod(x) | 4
math.radians | math.radians(x) | f
math.remainder | math.remainder(x, y) | pos f, pos f
math.sin | math.sin(x) | f
math.sinh | math.sinh(x) | f
math.sqrt | math.sqrt(x) | pos f
math.tan | math.tan(x) | f
math.tanh | math.tanh(x) | f
operator.add | operator.add(x, y) | f, f
operator.matmul | operator.matmul(x, y) | 3,4; 4
operator.mod | operator.mod(x, y) | pos f, pos f
operator.mul | operator.mul(x, y) | f, f
operator.neg | operator.neg(x) | f
operator.pos | operator.pos(x) | f
operator.pow | operator.pow(x, 3) | f
operator.sub | operator.sub(x, y) | f, f
operator.truediv | operator.truediv(x, y) | f, pos f
# --- creation
numpy.array | np.array([x, y, x * y]) | f, f
numpy.asarray | np.asarray(x) | 3
numpy.full | np.full((2, 3), x) | f
numpy.full_like | np.full_like(x, y) * x | 3; f
numpy.geomspace | np.geomspace(x, y, 5) | pos f, pos f
numpy.linspace | np.linspace(x, y, 5) | f, f
numpy.logspace | np.logspace(x, y, 4) / 10 | unit f, unit f
numpy.meshgrid | np.meshgrid(x, y)[0] * np.meshgrid(x, y)[1] | 3; 4
numpy.vander | np.vander(x, 3) | 4
# --- elementwise
numpy.abs | np.abs(x) | 3,4
numpy.absolute | np.absolute(x) | 4
numpy.add | np.add(x, y) | 3,4; 4
numpy.angle | np.angle(np.exp(1j * x) + x) | 4
numpy.arccos | np.arccos(x) | unit 4
numpy.arccosh | np.arccosh(1.5 + x) | pos 4
numpy.arcsin | np.arcsin(x) | unit 4
numpy.arcsinh | np.arcsinh(x) | 4
numpy.arctan | np.arctan(x) | 4
numpy.arctan2 | np.arctan2(x, y) | 4; 4
numpy.arctanh | np.arctanh(x) | unit 4
numpy.acos | np.acos(x) | unit 4
numpy.acosh | np.acosh(1.5 + x) | pos 4
numpy.asin | np.asin(x) | unit 4
numpy.asinh | np.asinh(x) | 4
numpy.atan | np.atan(x) | 4
numpy.atan2 | np.atan2(x, y) | 4; 4
numpy.atanh | np.atanh(x) | unit 4
numpy.cbrt | np.cbrt(x) | pos 4
numpy.clip | np.clip(x, -0.5, y) | 5; f
numpy.conj | np.real(np.conj(x * np.exp(1j * x))) | 4
numpy.conjugate | np.imag(np.conjugate(x * np.exp(1j * x))) | 4
numpy.copysign | np.copysign(x, y) | 4; 4
numpy.cos | np.cos(x) | 4
numpy.cosh | np.cosh(x) | 4
numpy.deg2rad | np.deg2rad(x) | 4
numpy.degrees | np.degrees(x) | 4
numpy.divide | np.divide(x, y) | 3,4; pos 4
numpy.divmod | np.divmod(x, y)[1] | pos 4; pos 4
numpy.exp | np.exp(x) | 4
numpy.exp2 | np.exp2(x) | 4
numpy.expm1 | np.expm1(x) | 4
numpy.fabs | np.fabs(x) | 4
numpy.float_power | np.float_power(x, y) | pos 4; 4
numpy.fmax | np.fmax(x, y) | 4; 4
numpy.fmin | np.fmin(x, y) | 4; 4
numpy.fmod | np.fmod(x, y) | pos 4; pos 4
numpy.frexp | np.frexp(x)[0] | pos 4
numpy.heaviside | np.heaviside(x, y) * x | 4; 4
numpy.hypot | np.hypot(x, y) | 4; 4
numpy.i0 | np.i0(x) | 4
numpy.imag | np.imag(np.exp(1j * x)) | 4
numpy.ldexp | np.ldexp(x, 2) | 4
numpy.log | np.log(x) | pos 4
numpy.log10 | np.log10(x) | pos 4
numpy.log1p | np.log1p(x) | pos 4
numpy.log2 | np.log2(x) | pos 4
numpy.logaddexp | np.logaddexp(x, y) | 4; 4
numpy.logaddexp2 | np.logaddexp2(x, y) | 4; 4
numpy.maximum | np.maximum(x, y) | 4; 4
numpy.minimum | np.minimum(x, y) | 4; 4
numpy.mod | np.mod(x, y) | pos 4; pos 4
numpy.modf | np.modf(x)[0] | pos 4
numpy.multiply | np.multiply(x, y) | 3,4; 4
numpy.nan_to_num | np.nan_to_num(x) | 4
numpy.negative | np.negative(x) | 4
numpy.polyval | np.polyval(x, y) | 3; 4
numpy.positive | np.positive(x) | 4
numpy.power | np.power(x, y) | pos 4; 4
numpy.pow | np.pow(x, y) | pos 4; 4
numpy.rad2deg | np.rad2deg(x) | 4
numpy.radians | np.radians(x) | 4
numpy.real | np.real(x * np.exp(1j * x)) | 4
numpy.real_if_close | np.real(np.real_if_close(x + 0j)) | 4
numpy.reciprocal | np.reciprocal(x) | pos 4
numpy.remainder | np.remainder(x, y) | pos 4; pos 4
numpy.sin | np.sin(x) | 4
numpy.sinc | np.sinc(x) | 4
numpy.sinh | np.sinh(x) | 4
numpy.sqrt | np.sqrt(x) | pos 4
numpy.square | np.square(x) | 4
numpy.subtract | np.subtract(x, y) | 3,4; 4
numpy.tan | np.tan(x) | unit 4
numpy.tanh | np.tanh(x) | 4
numpy.true_divide | np.true_divide(x, y) | 4; pos 4
numpy.unwrap | np.unwrap(x) | 4
numpy.astype | np.astype(x, np.float64) | 4
numpy.sign | x * np.sign(x) | 4
# --- Fourier
numpy.fft.fft | np.abs(np.fft.fft(x)) | 6
numpy.fft.fft2 | np.abs(np.fft.fft2(x)) | 3,4
numpy.fft.fftn | np.abs(np.fft.fftn(x, norm="ortho")) | 3,4
numpy.fft.fftshift | np.fft.fftshift(x) * np.arange(5) | 5
numpy.fft.fftfreq | np.fft.fftfreq(4) * x | 4
numpy.fft.hfft | np.fft.hfft(x * np.exp(1j * x)) | 4
numpy.fft.ifft | np.real(np.fft.ifft(np.fft.fft(x) * np.exp(1j * x))) | 6
numpy.fft.ifft2 | np.real(np.fft.ifft2(np.fft.fft2(x) * np.exp(1j * x))) | 3,4
numpy.fft.ifftn | np.real(np.fft.ifftn(np.fft.fftn(x) * np.exp(1j * x))) | 3,4
numpy.fft.ifftshift | np.fft.ifftshift(x) * np.arange(5) | 5
numpy.fft.ihfft | np.abs(np.fft.ihfft(x)) | 6
numpy.fft.irfft | np.fft.irfft(np.fft.rfft(x) * np.fft.rfft(y)) | 6; 6
numpy.fft.irfft2 | np.fft.irfft2(np.fft.rfft2(x) ** 2) | 4,4
numpy.fft.irfftn | np.fft.irfftn(np.fft.rfftn(x) ** 2) | 4,4
numpy.fft.rfft | np.abs(np.fft.rfft(x, n=8)) ** 2 | 6
numpy.fft.rfft2 | np.abs(np.fft.rfft2(x)) | 3,4
numpy.fft.rfftfreq | np.fft.rfftfreq(6) * x | 4
numpy.fft.rfftn | np.abs(np.fft.rfftn(x)) | 3,4
scipy.fft.fft | np.abs(scipy.fft.fft(x)) | 6
scipy.fft.rfft | np.abs(scipy.fft.rfft(x)) | 6
scipy.fft.dct | scipy.fft.dct(x) | 5
scipy.fft.idct | scipy.fft.idct(x, norm="ortho") | 5
# --- indexing
numpy.add.at | AT | 4; 3
numpy.c_ | np.c_[x, y] | 3; 3
numpy.r_ | np.r_[x, y] | 3; 4
numpy.r_[range] | np.r_[0.5, x, 1:4, y[0] : x[0] : 4j] | 3; 4
numpy.r_[matrix] | np.r_[x, y] | 2,3; 4,3
numpy.c_[matrix] | np.c_[x, y, y] | 3,2; 3
numpy.c_[cube] | np.c_[x, y] | 2,3,2; 2,3,1
numpy.compress | np.compress([True, False, True], x) | 3
numpy.ndarray.compress | x.compress([True, False, True]) | 3
numpy.diag | np.diag(x) @ y | 3; 3
numpy.diagflat | np.diagflat(x, 1) | 3
numpy.diagonal | np.diagonal(x, axis1=-2, axis2=-1) | 2,3,3
numpy.extract | np.extract(x > 0, x) | 4
numpy.interp | np.interp(x, y, z) | unit 3; sorted 4; 4
numpy.ix_ | x[np.ix_([0, 2], [1, 0])] | 3,3
numpy.ndarray.__getitem__[boolmask] | x[x > 0] | 5
numpy.ndarray.__getitem__[intarray] | x[np.array([0, 0, 2])] | 4
numpy.ndarray.__getitem__[newaxis] | x[:, None] * x | 4
numpy.ndarray.__getitem__[slice] | x[1:] * x[:-1] | 4
numpy.ndarray.__iter__ | sum([v * v for v in x]) | 4
numpy.take | np.take(x, [0, 0, 1], axis=1) | 3,4
numpy.take_along_axis | np.take_along_axis(x, np.argsort(x, axis=1), 1) * y | 3,4; 4
numpy.tril | np.tril(x, -1) | 3,4
numpy.triu | np.triu(x, 1) | 3,4
numpy.tril_indices | x[np.tril_indices(3)] | 3,3
numpy.triu_indices | x[np.triu_indices(3)] | 3,3
numpy.diag_indices | x[np.diag_indices(3)] | 3,3
numpy.argwhere | x * len(np.argwhere(x > 0)) | 4
numpy.flatnonzero | x[np.flatnonzero(x > 0)] | 5
numpy.nonzero | x[np.nonzero(x > 0)] | 5
numpy.searchsorted | x * np.searchsorted(x, 0.1) | sorted 4
numpy.indices | x * np.indices((3, 4))[0] | 3,4
numpy.unravel_index | x[np.unravel_index(2, (3, 4))] | 3,4
# --- linear algebra
numpy.convolve | np.convolve(x, y, "same") | 5; 3
numpy.correlate | np.correlate(x, y, "full") | 5; 3
numpy.cross | np.cross(x, y) | 2,3; 3
numpy.dot | np.dot(x, y) | 3,4; 4,2
numpy.einsum | np.einsum("ij,kj->ik", x, y) | 3,4; 2,4
numpy.inner | np.inner(x, y) | 3,4; 2,4
numpy.kron | np.kron(x, y) | 2,3; 2,2
numpy.linalg.cholesky | np.linalg.cholesky(x @ x.T + np.eye(3)) | 3,3
numpy.linalg.cond | np.linalg.cond(x) | reg 3,3
numpy.linalg.det | np.linalg.det(x) | 3,3
numpy.linalg.eig | np.abs(np.linalg.eig(x)[0]) | reg 3,3
numpy.linalg.eigh | np.linalg.eigh(x + x.T)[1] ** 2 | 3,3
numpy.linalg.eigvals | np.real(np.linalg.eigvals(x)) | reg 3,3
numpy.linalg.eigvalsh | np.linalg.eigvalsh(x + x.T) | 3,3
numpy.linalg.inv | np.linalg.inv(x) | reg 3,3
numpy.linalg.lstsq | np.linalg.lstsq(x, y)[0] | 5,3; 5
numpy.linalg.matrix_norm | np.linalg.matrix_norm(x) | 3,4
numpy.linalg.matrix_power | np.linalg.matrix_power(x, 3) | 3,3
numpy.linalg.matrix_rank | x * np.linalg.matrix_rank(x) | 3,3
numpy.linalg.multi_dot | np.linalg.multi_dot([x, y, z]) | 2,3; 3,4; 4,2
numpy.linalg.norm | np.linalg.norm(x, axis=0) | 3,4
numpy.linalg.norm[nuc] | np.linalg.norm(x, "nuc") | 3,4
numpy.linalg.norm[2] | np.linalg.norm(x, 2) | 3,4
numpy.linalg.norm[-2] | np.linalg.norm(x, -2) | 3,4
numpy.linalg.norm[1] | np.linalg.norm(x, 1) | 3,4
numpy.linalg.norm[inf] | np.linalg.norm(x, np.inf) | 3,4
numpy.linalg.norm[-inf] | np.linalg.norm(x, -np.inf) | 4
numpy.linalg.norm[1.5] | np.linalg.norm(x, 1.5) | 4
numpy.linalg.pinv | np.linalg.pinv(x) | 4,3
numpy.linalg.qr | np.linalg.qr(x)[0] + x @ np.linalg.qr(x)[1] | reg 3,3
numpy.linalg.slogdet | np.linalg.slogdet(x)[1] | 3,3
numpy.linalg.solve | np.linalg.solve(x, y) | reg 3,3; 3
numpy.linalg.svd | np.linalg.svd(x)[1] | 4,3
numpy.linalg.svdvals | np.linalg.svdvals(x) | 4,3
numpy.linalg.tensorinv | np.linalg.tensorinv(np.reshape(x, (2, 2, 4)), 2) | reg 4,4
numpy.linalg.vector_norm | np.linalg.vector_norm(x) | 3,4
numpy.matmul | np.matmul(x, y) | 2,3,4; 4,2
numpy.matvec | np.matvec(x, y) | 3,4; 4
numpy.ndarray.dot | x.dot(y) | 3,4; 4
numpy.outer | np.outer(x, y) | 3; 4
numpy.polyfit | np.polyfit(x, y, 2) | sorted 6; 6
numpy.tensordot | np.tensordot(x, y, 1) | 3,4; 4,2
numpy.trace | np.trace(x) | 3,3
numpy.vdot | np.vdot(x, y) | 4; 4
numpy.vecdot | np.vecdot(x, y) | 3,4; 4
numpy.vecmat | np.vecmat(x, y) | 4; 4,3
scipy.linalg.block_diag | scipy.linalg.block_diag(x, y) | 2,3; 2,2
scipy.linalg.cho_factor | np.triu(scipy.linalg.cho_factor(x @ x.T + np.eye(3))[0]) | 3,3
scipy.linalg.cho_solve | scipy.linalg.cho_solve(scipy.linalg.cho_factor(x @ x.T + np.eye(3)), y) | 3,3; 3
scipy.linalg.cholesky | scipy.linalg.cholesky(x @ x.T + np.eye(3), lower=True) | 3,3
scipy.linalg.det | scipy.linalg.det(x) | 3,3
scipy.linalg.eigh | scipy.linalg.eigh(x + x.T)[0] | 3,3
scipy.linalg.expm | scipy.linalg.expm(x) | 3,3
scipy.linalg.inv | scipy.linalg.inv(x) | reg 3,3
scipy.linalg.logm | scipy.linalg.logm(x @ x.T + np.eye(3)) | 3,3
scipy.linalg.lu | scipy.linalg.lu(x)[2] | reg 3,3
scipy.linalg.lu_factor | scipy.linalg.lu_factor(x)[0] | reg 3,3
scipy.linalg.lu_solve | scipy.linalg.lu_solve(scipy.linalg.lu_factor(x), y) | reg 3,3; 3
scipy.linalg.qr | scipy.linalg.qr(x)[1] | reg 3,3
scipy.linalg.solve | scipy.linalg.solve(x, y) | reg 3,3; 3
scipy.linalg.solve_banded | scipy.linalg.solve_banded((1, 1), x + np.array([[0], [3], [0]]), y) | 3,5; 5
scipy.linalg.solve_sylvester | scipy.linalg.solve_sylvester(x @ x.T, y @ y.T, z) | 3,3; 2,2; 3,2
scipy.linalg.solve_triangular | scipy.linalg.solve_triangular(x, y, lower=True) | reg 3,3; 3
scipy.linalg.sqrtm | scipy.linalg.sqrtm(x @ x.T + np.eye(3)) | 3,3
scipy.linalg.svd | scipy.linalg.svd(x, full_matrices=False)[1] | 4,3
scipy.linalg.toeplitz | scipy.linalg.toeplitz(x, y) | 3; 4
scipy.signal.convolve | scipy.signal.convolve(x, y, "same") | 4,5; 2,3
scipy.signal.convolve2d | scipy.signal.convolve2d(x, y) | 4,5; 2,3
scipy.signal.correlate | scipy.signal.correlate(x, y) | 5; 3
scipy.signal.fftconvolve | scipy.signal.fftconvolve(x, y) | 5; 3
scipy.signal.lfilter | scipy.signal.lfilter(x, y + np.array([2.0, 0.0]), z) | 3; 2; 6
scipy.ndimage.convolve | scipy.ndimage.convolve(x, y, mode="constant") | 4,5; 3,3
# --- random numbers
numpy.random.choice | x * np.random.choice([2.0]) | 3
numpy.random.rand | x + 0 * np.random.rand(3) | 3
numpy.random.randn | x + 0 * np.random.randn(3) | 3
numpy.random.normal | x + 0 * np.random.normal(size=3) | 3
# --- reductions
numpy.add.reduce | np.add.reduce(x) | 3,4
numpy.add.outer | np.add.outer(x, y) | 3; 4
numpy.multiply.outer | np.multiply.outer(x, y) | 3; 4
numpy.multiply.reduce | np.multiply.reduce(x, axis=1) | 3,4
numpy.maximum.reduce | np.maximum.reduce(x) | 3,4
numpy.add.accumulate | np.add.accumulate(x) | 4
numpy.logaddexp.reduce | np.logaddexp.reduce(x) | 4
numpy.amax | np.amax(x, axis=0) | 3,4
numpy.amin | np.amin(x, axis=0) | 3,4
numpy.argmax | x * np.argmax(x) | 4
numpy.argmin | x * np.argmin(x) | 4
numpy.argsort | x[np.argsort(x)] * np.arange(4) | 4
numpy.count_nonzero | x * np.count_nonzero(x) | 4
numpy.cumprod | np.cumprod(x) | 4
numpy.cumsum | np.cumsum(x, axis=1) | 3,4
numpy.cumulative_prod | np.cumulative_prod(x) | 4
numpy.cumulative_sum | np.cumulative_sum(x) | 4
numpy.diff | np.diff(x, axis=0) | 3,4
numpy.ediff1d | np.ediff1d(x) | 5
numpy.gradient | np.gradient(x, 0.5) | 5
numpy.max | np.max(x) | 4
numpy.mean | np.mean(x, axis=1, keepdims=True) | 3,4
numpy.min | np.min(x, axis=1) | 3,4
numpy.nanmax | np.nanmax(x, axis=0) | 3,4
numpy.nanmean | np.nanmean(x) | 3,4
numpy.nanmin | np.nanmin(x) | 3,4
numpy.nanprod | np.nanprod(x) | 4
numpy.nanstd | np.nanstd(x) | 4
numpy.nansum | np.nansum(x, axis=0) | 3,4
numpy.nanvar | np.nanvar(x) | 4
numpy.ndarray.max | x.max(axis=0) | 3,4
numpy.ndarray.mean | x.mean() | 3,4
numpy.ndarray.sum | x.sum(axis=(0, 1)) | 3,4
numpy.prod | np.prod(x, axis=0) | 3,4
numpy.ptp | np.ptp(x, axis=0) | 3,4
numpy.std | np.std(x, ddof=1) | 5
numpy.sum | np.sum(x, axis=-1) | 3,4
numpy.trapezoid | np.trapezoid(x, y) | 5; sorted 5
numpy.var | np.var(x, axis=0) | 3,4
scipy.integrate.trapezoid | scipy.integrate.trapezoid(x) | 5
# --- shapes
numpy.append | np.append(x, y) | 3; 4
numpy.array_split | np.array_split(x, 2)[0] * 2 | 5
numpy.atleast_1d | np.atleast_1d(x) | f
numpy.atleast_2d | np.atleast_2d(x) | 3
numpy.atleast_3d | np.atleast_3d(x) | 3,4
numpy.block | np.block([[x, y], [y, x]]) | 2,2; 2,2
numpy.broadcast_arrays | np.broadcast_arrays(x, y)[0] * y | 4; 3,4
numpy.broadcast_to | np.broadcast_to(x, (3, 4)) | 4
numpy.column_stack | np.column_stack([x, y]) | 3; 3
numpy.concat | np.concat([x, y]) | 3; 4
numpy.concatenate | np.concatenate([x, y], axis=1) | 2,3; 2,2
numpy.copy | np.copy(x) | 3
numpy.delete | np.delete(x, 1) | 4
numpy.dsplit | np.dsplit(x, 2)[0] * 2 | 2,2,4
numpy.dstack | np.dstack([x, y]) | 2,3; 2,3
numpy.expand_dims | np.expand_dims(x, 0) | 3
numpy.flip | np.flip(x) * np.arange(3) | 3
numpy.fliplr | np.fliplr(x) * np.arange(4) | 3,4
numpy.flipud | np.flipud(x) * np.arange(4) | 3,4
numpy.hsplit | np.hsplit(x, 2)[1] * 2 | 2,4
numpy.hstack | np.hstack([x, y]) | 3; 4
numpy.insert | np.insert(x, 1, y) | 4; f
numpy.matrix_transpose | np.matrix_transpose(x) | 2,3,4
numpy.moveaxis | np.moveaxis(x, 0, -1) | 2,3,4
numpy.ndarray.T | x.T @ y | 3,4; 3
numpy.ndarray.astype | x.astype(float) | 3
numpy.ndarray.copy | x.copy() | 3
numpy.ndarray.flatten | x.flatten() | 3,4
numpy.ndarray.item | x[:1].item() * x | 3
numpy.ndarray.ravel | x.ravel() | 3,4
numpy.ndarray.real | x.real | 3
numpy.ndarray.reshape | x.reshape(4, 3) | 3,4
numpy.ndarray.transpose | x.transpose(1, 0, 2) | 2,3,4
numpy.pad | np.pad(x, 1) | 3,4
numpy.permute_dims | np.permute_dims(x, (1, 0)) | 3,4
numpy.ravel | np.ravel(x) | 3,4
numpy.repeat | np.repeat(x, 2, axis=0) | 3,4
numpy.reshape | np.reshape(x, (2, 6)) | 3,4
numpy.roll | np.roll(x, 1) * np.arange(4) | 4
numpy.rollaxis | np.rollaxis(x, 2) | 2,3,4
numpy.rot90 | np.rot90(x) | 3,4
numpy.split | np.split(x, 2)[1] * 2 | 4
numpy.squeeze | np.squeeze(x) | 3,1
numpy.stack | np.stack([x, y], axis=1) | 3; 3
numpy.swapaxes | np.swapaxes(x, 0, 1) | 3,4
numpy.tile | np.tile(x, 2) | 3
numpy.transpose | np.transpose(x) | 3,4
numpy.unstack | np.unstack(x)[0] * 2 | 3,4
numpy.vsplit | np.vsplit(x, 2)[0] * 2 | 4,3
numpy.vstack | np.vstack([x, y]) | 3; 3
# --- choices
numpy.choose | np.choose(np.array([0, 1, 0]), [x, y]) | 3; 3
numpy.partition | np.partition(x, 1) * np.arange(4) | 4
numpy.argpartition | x * np.argpartition(x, 1) | 4
numpy.lexsort | x[np.lexsort([x])] * np.arange(4) | 4
numpy.select | np.select([x > 0.5, x > 0], [x, x**2], y) | 4; 4
numpy.sort | np.sort(x) * np.arange(4) | 4
numpy.unique | np.unique(x) * np.arange(4) | 4
numpy.where | np.where(x > 0, x, y) | 4; 4
# --- special functions
scipy.special.beta | scipy.special.beta(x, y) | pos 3; pos 3
scipy.special.betainc | scipy.special.betainc(1.3, 2.2, x) | prob 3
scipy.special.betaln | scipy.special.betaln(x, y) | pos 3; pos 3
scipy.special.binom | scipy.special.binom(5.0 + x, y) | pos 3; pos 3
scipy.special.comb | scipy.special.comb(5.0 + x, y) | pos 3; pos 3
scipy.special.dawsn | scipy.special.dawsn(x) | 3
scipy.special.digamma | scipy.special.digamma(x) | pos 3
scipy.special.ellipe | scipy.special.ellipe(x) | prob 3
scipy.special.ellipk | scipy.special.ellipk(x) | prob 3
scipy.special.entr | scipy.special.entr(x) | pos 3
scipy.special.erf | scipy.special.erf(x) | 3
scipy.special.erfc | scipy.special.erfc(x) | 3
scipy.special.erfcinv | scipy.special.erfcinv(x) | prob 3
scipy.special.erfcx | scipy.special.erfcx(x) | unit 3
scipy.special.erfinv | scipy.special.erfinv(x) | unit 3
scipy.special.exp1 | scipy.special.exp1(x) | pos 3
scipy.special.exp10 | scipy.special.exp10(x) | unit 3
scipy.special.expi | scipy.special.expi(x) | pos 3
scipy.special.expit | scipy.special.expit(x) | 3
scipy.special.factorial | scipy.special.factorial(x) | pos 3
scipy.special.gamma | scipy.special.gamma(x) | pos 3
scipy.special.gammainc | scipy.special.gammainc(1.3, x) | pos 3
scipy.special.gammaincc | scipy.special.gammaincc(1.3, x) | pos 3
scipy.special.gammaln | scipy.special.gammaln(x) | pos 3
scipy.special.gammasgn | x * scipy.special.gammasgn(x) | 3
scipy.special.i0 | scipy.special.i0(x) | 3
scipy.special.i0e | scipy.special.i0e(x) | 3
scipy.special.i1 | scipy.special.i1(x) | 3
scipy.special.i1e | scipy.special.i1e(x) | 3
scipy.special.iv | scipy.special.iv(2, x) | pos 3
scipy.special.ive | scipy.special.ive(2, x) | pos 3
scipy.special.j0 | scipy.special.j0(x) | 3
scipy.special.j1 | scipy.special.j1(x) | 3
scipy.special.jn | scipy.special.jn(2, x) | pos 3
scipy.special.jv | scipy.special.jv(1.5, x) | pos 3
scipy.special.k0 | scipy.special.k0(x) | pos 3
scipy.special.k1 | scipy.special.k1(x) | pos 3
scipy.special.kl_div | scipy.special.kl_div(x, y) | pos 3; pos 3
scipy.special.kv | scipy.special.kv(1.5, x) | pos 3
scipy.special.lambertw | np.real(scipy.special.lambertw(x)) | pos 3
scipy.special.log_expit | scipy.special.log_expit(x) | 3
scipy.special.log_ndtr | scipy.special.log_ndtr(x) | 3
scipy.special.log_softmax | scipy.special.log_softmax(x, axis=1) | 3,4
scipy.special.loggamma | scipy.special.loggamma(x) | pos 3
scipy.special.logit | scipy.special.logit(x) | prob 3
scipy.special.logsumexp | scipy.special.logsumexp(x, axis=1) | 3,4
scipy.special.multigammaln | scipy.special.multigammaln(4.0 + x, 3) | f
scipy.special.ndtr | scipy.special.ndtr(x) | 3
scipy.special.ndtri | scipy.special.ndtri(x) | prob 3
scipy.special.polygamma | scipy.special.polygamma(1, x) | pos 3
scipy.special.psi | scipy.special.psi(x) | pos 3
scipy.special.rel_entr | scipy.special.rel_entr(x, y) | pos 3; pos 3
scipy.special.rgamma | scipy.special.rgamma(x) | pos 3
scipy.special.softmax | scipy.special.softmax(x, axis=1) | 3,4
scipy.special.spence | scipy.special.spence(x) | pos 3
scipy.special.xlog1py | scipy.special.xlog1py(x, y) | pos 3; pos 3
scipy.special.xlogy | scipy.special.xlogy(x, y) | pos 3; pos 3
scipy.special.y0 | scipy.special.y0(x) | pos 3
scipy.special.y1 | scipy.special.y1(x) | pos 3
scipy.special.yn | scipy.special.yn(2, x) | pos 3
scipy.special.zeta | scipy.special.zeta(2.5, x) | pos 3
numpy.linalg.cross | np.linalg.cross(x, y) | 3; 3
numpy.linalg.matmul | np.linalg.matmul(x, y) | 2,3; 3,2
numpy.linalg.matrix_transpose | np.linalg.matrix_transpose(x) * np.arange(2) | 2,3
numpy.linalg.tensordot | np.linalg.tensordot(x, y, axes=1) | 2,3; 3,2
numpy.hanning | np.hanning(4) * x | 4
# --- solvers
scipy.integrate.odeint | ODEINT | 2; f
scipy.integrate.quad | scipy.integrate.quad(lambda v: np.exp(-x * v**2), 0.0, y)[0] | pos f, pos f
scipy.optimize.brentq | scipy.optimize.brentq(lambda v: v**3 + x * v - y, -5.0, 5.0) | pos f, f
scipy.optimize.fsolve | scipy.optimize.fsolve(lambda v: np.tanh(x * v) - 2 * v + y, np.zeros(2), xtol=1e-12) | 2; 2
scipy.optimize.newton | scipy.optimize.newton(lambda v: v**3 + x * v - y, 0.5) | pos f, f
# --- statistics
numpy.random.Generator.normal | GENERATOR | f, pos f
numpy.average | np.average(x, weights=y) | 4; pos 4
numpy.bincount | np.bincount([0, 2, 2, 1], x) | 4
numpy.corrcoef | np.corrcoef(x, y)[0, 1] | 5; 5
numpy.cov | np.cov(x) | 3,5
numpy.histogram | x * np.histogram(x)[0][0] | 4
numpy.median | np.median(x, axis=1) | 3,4
numpy.percentile | np.percentile(x, 30) | 6
numpy.quantile | np.quantile(x, 0.3, axis=0) | 4,3
scipy.stats.beta.cdf | scipy.stats.beta.cdf(x, 2.3, 1.7) | prob 3
scipy.stats.beta.logpdf | scipy.stats.beta.logpdf(x, y, z) | prob 3; pos f, pos f
scipy.stats.beta.pdf | scipy.stats.beta.pdf(x, y, z) | prob 3; pos f, pos f
scipy.stats.chi2.cdf | scipy.stats.chi2.cdf(x, 3.5) | pos 3
scipy.stats.chi2.logpdf | scipy.stats.chi2.logpdf(x, y) | pos 3; pos f
scipy.stats.chi2.pdf | scipy.stats.chi2.pdf(x, y) | pos 3; pos f
scipy.stats.dirichlet.logpdf | scipy.stats.dirichlet.logpdf(np.array([0.2, 0.3, 0.5]), x) | pos 3
scipy.stats.dirichlet.pdf | scipy.stats.dirichlet.pdf(np.array([0.2, 0.3, 0.5]), x) | pos 3
scipy.stats.expon.logpdf | scipy.stats.expon.logpdf(x, scale=y) | pos 3; pos f
scipy.stats.gamma.cdf | scipy.stats.gamma.cdf(x, 2.3) | pos 3
scipy.stats.gamma.logpdf | scipy.stats.gamma.logpdf(x, y, scale=z) | pos 3; pos f, pos f
scipy.stats.gamma.pdf | scipy.stats.gamma.pdf(x, y) | pos 3; pos f
scipy.stats.laplace.logpdf | scipy.stats.laplace.logpdf(x, y, z) | 3; f, pos f
scipy.stats.multivariate_normal.entropy | scipy.stats.multivariate_normal.entropy(cov=x @ x.T + np.eye(3)) | 3,3
scipy.stats.multivariate_normal.logpdf | scipy.stats.multivariate_normal.logpdf(x, y, z @ z.T + np.eye(3)) | 3; 3; 3,3
scipy.stats.multivariate_normal.pdf | scipy.stats.multivariate_normal.pdf(x, y, z @ z.T + np.eye(3)) | 4,3; 3; 3,3
scipy.stats.norm.cdf | scipy.stats.norm.cdf(x, y, z) | 3; f, pos f
scipy.stats.norm.logcdf | scipy.stats.norm.logcdf(x) | 3
scipy.stats.norm.logpdf | scipy.stats.norm.logpdf(x, y, z) | 3; f, pos f
scipy.stats.norm.logsf | scipy.stats.norm.logsf(x) | 3
scipy.stats.norm.pdf | scipy.stats.norm.pdf(x, y, z) | 3; f, pos f
scipy.stats.norm.ppf | scipy.stats.norm.ppf(x) | prob 3
scipy.stats.norm.sf | scipy.stats.norm.sf(x) | 3
scipy.stats.poisson.cdf | scipy.stats.poisson.cdf(3, x) | pos 3
scipy.stats.poisson.logpmf | scipy.stats.poisson.logpmf(3, x) | pos 3
scipy.stats.poisson.pmf | scipy.stats.poisson.pmf(3, x) | pos 3
scipy.stats.t.cdf | scipy.stats.t.cdf(x, 3.5) | 3
scipy.stats.t.logcdf | scipy.stats.t.logcdf(x, 3.5) | 3
scipy.stats.t.logpdf | scipy.stats.t.logpdf(x, y) | 3; pos f
scipy.stats.t.pdf | scipy.stats.t.pdf(x, y) | 3; pos f
"""
