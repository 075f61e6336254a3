"""Signal and image processing."""
import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage, signal


def bilateral_filter(img, sigma_s, sigma_r):
    h, w = img.shape
    out = np.zeros_like(img)
    rad = 1
    for i in range(h):
        for j in range(w):
            num = 0.0
            den = 0.0
            for di in range(-rad, rad + 1):
                for dj in range(-rad, rad + 1):
                    ii, jj = i + di, j + dj
                    if ii < 0 or ii >= h or jj < 0 or jj >= w:
                        continue
                    wgt = np.exp(-(di ** 2 + dj ** 2) / (2 * sigma_s ** 2) - (img[ii, jj] - img[i, j]) ** 2 / (2 * sigma_r ** 2))
                    num += wgt * img[ii, jj]
                    den += wgt
            out[i, j] = num / den
    return np.sum(out ** 2)


def total_variation(img, weight, noisy):
    dx = np.diff(img, axis=1)
    dy = np.diff(img, axis=0)
    tv = np.sum(np.sqrt(dx[:-1, :] ** 2 + dy[:, :-1] ** 2 + 1e-6))
    return 0.5 * np.sum((img - noisy) ** 2) + weight * tv


def fft_lowpass_energy(x, cutoff):
    X = np.fft.rfft(x)
    f = np.fft.rfftfreq(len(x))
    H = 1 / (1 + (f / cutoff) ** 4)
    y = np.fft.irfft(X * H, n=len(x))
    return np.sum(y ** 2) + np.max(np.abs(y))


def power_spectrum_peak(x, freq):
    n = np.arange(len(x))
    c = np.sum(x * np.cos(2 * np.pi * freq * n))
    s = np.sum(x * np.sin(2 * np.pi * freq * n))
    return np.log(c ** 2 + s ** 2)


def welch_flatness(x, nper=8):
    win = np.hanning(nper)
    segs = [x[i:i + nper] * win for i in range(0, len(x) - nper + 1, nper // 2)]
    psd = np.mean([np.abs(np.fft.rfft(s)) ** 2 for s in segs], axis=0)
    psd = psd[1:]
    return np.exp(np.mean(np.log(psd))) / np.mean(psd)


def stft_phase_energy(x):
    frames = sliding_window_view(x, 6)[::3]
    spec = np.fft.fft(frames * np.hamming(6), axis=-1)
    return np.sum(spec.real ** 2 - 0.5 * spec.imag ** 2)


def iir_biquad(b, a, x):
    y = np.zeros(len(x))
    z1 = z2 = 0.0
    for n in range(len(x)):
        y[n] = b[0] * x[n] + z1
        z1 = b[1] * x[n] - a[1] * y[n] + z2
        z2 = b[2] * x[n] - a[2] * y[n]
    return y


def biquad_loss(b, a, x, target):
    return np.mean((iir_biquad(b, a, x) - target) ** 2)


def fir_convolve(h, x, mode='same'):
    y = np.convolve(x, h, mode=mode)
    return np.sum(np.tanh(y)) / y.size


def autocorr_pitch(x):
    r = np.correlate(x, x, mode='full')[len(x) - 1:]
    r = r / r[0]
    k = 2 + np.argmax(r[2:])
    return r[k]


def lms_filter(mu, w0, x, d):
    w = w0.copy()
    err = []
    L = len(w)
    for n in range(L, len(x)):
        window = x[n - L:n][::-1]
        e = d[n] - w @ window
        w += mu * e * window
        err.append(e ** 2)
    return sum(err) / len(err)


def haar_wavelet_l1(x, levels=3):
    a = x
    cost = 0.0
    for _ in range(levels):
        if len(a) < 2:
            break
        even, odd = a[::2], a[1::2]
        d = (even - odd) / np.sqrt(2)
        a = (even + odd) / np.sqrt(2)
        cost += np.sum(np.abs(d))
    return cost + np.sum(a ** 2)


def bilinear_sample(img, ys, xs):
    h, w = img.shape
    y0 = np.clip(np.floor(ys).astype(int), 0, h - 2)
    x0 = np.clip(np.floor(xs).astype(int), 0, w - 2)
    fy, fx = ys - y0, xs - x0
    top = img[y0, x0] * (1 - fx) + img[y0, x0 + 1] * fx
    bot = img[y0 + 1, x0] * (1 - fx) + img[y0 + 1, x0 + 1] * fx
    return top * (1 - fy) + bot * fy


def registration_ssd(theta, shift, img, ref):
    h, w = ref.shape
    yy, xx = np.meshgrid(np.arange(h), np.arange(w), indexing='ij')
    c, s = np.cos(theta), np.sin(theta)
    yc, xc = (h - 1) / 2, (w - 1) / 2
    ys = c * (yy - yc) - s * (xx - xc) + yc + shift[0]
    xs = s * (yy - yc) + c * (xx - xc) + xc + shift[1]
    warped = bilinear_sample(img, ys, xs)
    inside = (ys >= 0) & (ys <= h - 1) & (xs >= 0) & (xs <= w - 1)
    return np.sum(np.where(inside, (warped - ref) ** 2, 0.0))


def gaussian_blur_separable(img, sigma):
    r = 2
    t = np.arange(-r, r + 1)
    k = np.exp(-t ** 2 / (2 * sigma ** 2))
    k /= k.sum()
    pad = np.pad(img, r, mode='edge')
    tmp = np.zeros((img.shape[0] + 2 * r, img.shape[1]))
    for i, ki in enumerate(k):
        tmp += ki * pad[:, i:i + img.shape[1]]
    out = np.zeros_like(img)
    for i, ki in enumerate(k):
        out += ki * tmp[i:i + img.shape[0], :]
    return np.sum((img - out) ** 2)


def ssim_global(x, y, C1=1e-4, C2=9e-4):
    mx, my = x.mean(), y.mean()
    vx, vy = x.var(), y.var()
    cxy = np.mean((x - mx) * (y - my))
    return (2 * mx * my + C1) * (2 * cxy + C2) / ((mx ** 2 + my ** 2 + C1) * (vx + vy + C2))


def max_pool_energy(img, size=2):
    h, w = img.shape
    blocks = img[:h - h % size, :w - w % size].reshape(h // size, size, w // size, size)
    return np.sum(blocks.max(axis=(1, 3)) ** 2) - blocks.mean()


def conv_im2col(img, kernels, bias):
    kh, kw = kernels.shape[1:]
    cols = sliding_window_view(img, (kh, kw)).reshape(-1, kh * kw)
    out = cols @ kernels.reshape(len(kernels), -1).T + bias
    return np.sum(np.maximum(out, 0))


def sobel_edges(img):
    kx = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]], dtype=float)
    gx = signal.convolve2d(img, kx, mode='valid')
    gy = signal.convolve2d(img, kx.T, mode='valid')
    return np.mean(np.hypot(gx, gy))


def resample_interp(x, factor):
    t = np.arange(len(x))
    tn = np.linspace(0, len(x) - 1, 9) * factor
    y = np.interp(tn, t, x)
    return np.sum(y ** 3)


def dct_compress(x, keep):
    n = len(x)
    k = np.arange(n)[:, None]
    D = np.cos(np.pi * k * (2 * np.arange(n) + 1) / (2 * n))
    c = D @ x
    mag = np.abs(c)
    idx = np.argsort(mag)[::-1][:keep]
    z = np.zeros(n)
    z[idx] = c[idx]
    rec = D.T @ z / n
    return np.sum((x - rec) ** 2)


def phase_vocoder_error(x, y):
    X, Y = np.fft.fft(x), np.fft.fft(y)
    coh = np.abs(np.vdot(X, Y)) / np.sqrt(np.vdot(X, X).real * np.vdot(Y, Y).real)
    return 1 - coh


def hilbert_envelope(x):
    n = len(x)
    X = np.fft.fft(x)
    h = np.zeros(n)
    h[0] = 1
    if n % 2 == 0:
        h[n // 2] = 1
        h[1:n // 2] = 2
    else:
        h[1:(n + 1) // 2] = 2
    env = np.abs(np.fft.ifft(X * h))
    return np.sum(env ** 3)


def anisotropic_diffusion(img, kappa, gamma, iters=3):
    u = img.copy()
    for _ in range(iters):
        n = np.zeros_like(u); s = np.zeros_like(u); e = np.zeros_like(u); w = np.zeros_like(u)
        n[1:] = u[:-1] - u[1:]
        s[:-1] = u[1:] - u[:-1]
        w[:, 1:] = u[:, :-1] - u[:, 1:]
        e[:, :-1] = u[:, 1:] - u[:, :-1]
        u = u + gamma * sum(np.exp(-(g / kappa) ** 2) * g for g in (n, s, e, w))
    return (u ** 2).mean()


def median_denoise(x, k=3):
    padded = np.concatenate((np.full(k // 2, x[0]), x, np.full(k // 2, x[-1])))
    out = np.array([np.median(padded[i:i + k]) for i in range(len(x))])
    return np.sum((x - out) ** 2)


def otsu_soft(img, t, s):
    w = 1 / (1 + np.exp(-(img - t) / s))
    w1, w0 = w.mean(), 1 - w.mean()
    m1 = np.sum(w * img) / np.sum(w)
    m0 = np.sum((1 - w) * img) / np.sum(1 - w)
    return w0 * w1 * (m1 - m0) ** 2


def radon_projection(img, angle):
    rows, cols = np.indices(img.shape)
    t = (rows - 1.5) * np.sin(angle) + (cols - 1.5) * np.cos(angle)
    bins = np.linspace(-2, 2, 5)
    weights = np.maximum(0, 1 - np.abs(t[..., None] - bins))
    return np.sum(np.einsum('ij,ijk->k', img, weights) ** 2)


def color_transform(rgb, M, gamma):
    lin = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** gamma)
    xyz = lin @ M.T
    return np.sum(xyz[..., 1] * np.log(xyz[..., 0] + 1))


def chirp_fit(params, t, y):
    a, f0, k, phi = params
    model = a * np.sin(2 * np.pi * (f0 * t + 0.5 * k * t ** 2) + phi)
    return np.sum((y - model) ** 2)


def wiener_deconv(x, h, snr):
    n = len(x)
    H = np.fft.fft(h, n)
    G = np.conj(H) / (np.abs(H) ** 2 + 1 / snr)
    y = np.real(np.fft.ifft(np.fft.fft(x) * G))
    return np.sum(y[1:] * y[:-1])


def goertzel(x, k):
    n = len(x)
    w = 2 * math.pi * k / n
    coeff = 2 * math.cos(w)
    s_prev = s_prev2 = 0.0
    for sample in x:
        s = sample + coeff * s_prev - s_prev2
        s_prev2 = s_prev
        s_prev = s
    return s_prev2 ** 2 + s_prev ** 2 - coeff * s_prev * s_prev2


def dtw_soft(x, y, gamma):
    n, m = len(x), len(y)
    R = np.full((n + 1, m + 1), np.inf)
    R[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            d = (x[i - 1] - y[j - 1]) ** 2
            r0, r1, r2 = -R[i - 1, j - 1] / gamma, -R[i - 1, j] / gamma, -R[i, j - 1] / gamma
            rmax = max(r0, r1, r2)
            R[i, j] = d - gamma * (np.log(np.exp(r0 - rmax) + np.exp(r1 - rmax) + np.exp(r2 - rmax)) + rmax)
    return R[n, m]


def dtw_hard(x, y):
    D = np.full((len(x) + 1, len(y) + 1), np.inf)
    D[0, 0] = 0
    for i, xi in enumerate(x, 1):
        for j, yj in enumerate(y, 1):
            D[i, j] = abs(xi - yj) + min(D[i - 1, j], D[i, j - 1], D[i - 1, j - 1])
    return D[-1, -1]


def fft_conv2(img, k):
    s0, s1 = img.shape
    F = np.fft.rfft2(img)
    K = np.fft.rfft2(k, s=(s0, s1))
    out = np.fft.irfft2(F * K, s=(s0, s1))
    return np.sum(out ** 2)


def ndimage_smooth(img, sigma=0.8):
    k = np.array([0.25, 0.5, 0.25])
    a = ndimage.convolve1d(img, k, axis=0, mode='reflect')
    a = ndimage.correlate1d(a, k, axis=1, mode='nearest')
    return np.sum(a ** 2)


def float32_gain(x, g):
    y = np.clip(x * g, -1, 1)
    return np.sqrt(np.mean(y ** 2))


def upsample_zero_stuff(x, h):
    up = np.zeros(2 * len(x))
    up[::2] = x
    y = np.convolve(up, h)[:len(up)]
    return np.sum(y[1::2] ** 2) + y[0] * y[-1]


# ---- cases ----
_rng = np.random.default_rng(4)
_img = _rng.random((5, 6))
_x = _rng.normal(size=16)
CASES = [
    dict(name='bilateral_filter', slow=True, fun=bilateral_filter, args=(_img[:4, :4], 1.2, 0.5), argnums=(0, 1, 2)),
    dict(name='total_variation', slow=True, fun=total_variation, args=(_img, 0.3, _rng.random((5, 6))), argnums=(0, 1, 2)),
    dict(name='fft_lowpass_energy', slow=True, fun=fft_lowpass_energy, args=(_x, 0.2), argnums=(0, 1)),
    dict(name='fft_lowpass_odd', slow=True, fun=fft_lowpass_energy, args=(_x[:9], 0.2), argnums=(0, 1)),
    dict(name='power_spectrum_peak', slow=True, fun=power_spectrum_peak, args=(_x, 0.13), argnums=(0, 1)),
    dict(name='welch_flatness', slow=True, fun=welch_flatness, args=(_x,)),
    dict(name='stft_phase_energy', slow=True, fun=stft_phase_energy, args=(_x,)),
    dict(name='biquad_loss', slow=True, fun=biquad_loss, args=(np.array([0.2, 0.3, 0.1]), np.array([1.0, -0.4, 0.2]), _x[:8], _x[8:]), argnums=(0, 1, 2, 3)),
    dict(name='fir_convolve', fun=fir_convolve, args=(np.array([0.2, 0.5, -0.3]), _x), argnums=(0, 1)),
    dict(name='fir_convolve_full', slow=True, fun=fir_convolve, args=(np.array([0.2, 0.5, -0.3]), _x), argnums=(0, 1), kwargs=dict(mode='full')),
    dict(name='autocorr_pitch', slow=True, fun=autocorr_pitch, args=(_x,)),
    dict(name='lms_filter', slow=True, fun=lms_filter, args=(0.05, np.array([0.1, -0.2, 0.3]), _x[:9], _rng.normal(size=9)), argnums=(0, 1, 2, 3)),
    dict(name='haar_wavelet_l1', slow=True, fun=haar_wavelet_l1, args=(_x,)),
    dict(name='registration_ssd', slow=True, fun=registration_ssd, args=(0.1, np.array([0.3, -0.2]), _img, _rng.random((5, 6))), argnums=(0, 1, 2, 3)),
    dict(name='gaussian_blur_separable', slow=True, fun=gaussian_blur_separable, args=(_img, 0.9), argnums=(0, 1)),
    dict(name='ssim_global', slow=True, fun=ssim_global, args=(_img, _rng.random((5, 6))), argnums=(0, 1)),
    dict(name='max_pool_energy', slow=True, fun=max_pool_energy, args=(_img,)),
    dict(name='conv_im2col', slow=True, fun=conv_im2col, args=(_img, _rng.normal(size=(2, 3, 2)), _rng.normal(size=2)), argnums=(0, 1, 2)),
    dict(name='sobel_edges', slow=True, fun=sobel_edges, args=(_img,)),
    dict(name='resample_interp', slow=True, fun=resample_interp, args=(_x[:7], 0.83), argnums=(0, 1)),
    dict(name='dct_compress', slow=True, fun=dct_compress, args=(_x[:8], 3)),
    dict(name='phase_vocoder_error', slow=True, fun=phase_vocoder_error, args=(_x[:8], _x[8:]), argnums=(0, 1)),
    dict(name='hilbert_envelope', slow=True, fun=hilbert_envelope, args=(_x,)),
    dict(name='hilbert_envelope_odd', slow=True, fun=hilbert_envelope, args=(_x[:7],)),
    dict(name='anisotropic_diffusion', slow=True, fun=anisotropic_diffusion, args=(_img, 0.4, 0.15), argnums=(0, 1, 2)),
    dict(name='median_denoise', slow=True, fun=median_denoise, args=(_x[:7],)),
    dict(name='otsu_soft', slow=True, fun=otsu_soft, args=(_img, 0.5, 0.1), argnums=(0, 1, 2)),
    dict(name='radon_projection', slow=True, fun=radon_projection, args=(_rng.random((4, 4)), 0.37), argnums=(0, 1)),
    dict(name='color_transform', slow=True, fun=color_transform, args=(_rng.random((2, 3, 3)), _rng.random((3, 3)), 2.2), argnums=(0, 1, 2)),
    dict(name='chirp_fit', slow=True, fun=chirp_fit, args=((1.1, 0.4, 0.2, 0.3), np.linspace(0, 2, 9), _x[:9]), argnums=(0,)),
    dict(name='wiener_deconv', slow=True, fun=wiener_deconv, args=(_x[:8], np.array([1.0, 0.5, 0.2]), 10.0), argnums=(0, 1, 2)),
    dict(name='goertzel', slow=True, fun=goertzel, args=(_x[:8], 1.7), argnums=(0, 1)),
    dict(name='dtw_hard', fun=dtw_hard, args=(_x[:4], _x[5:10]), argnums=(0, 1)),
    dict(name='fft_conv2', fun=fft_conv2, args=(_img, _rng.normal(size=(3, 2))), argnums=(0, 1)),
    dict(name='float32_gain', fun=float32_gain, args=(_x.astype(np.float32), 0.9), rtol=3e-5, api='grad'),
    dict(name='upsample_zero_stuff', slow=True, fun=upsample_zero_stuff, args=(_x[:5], _x[5:9]), argnums=(0, 1)),
    dict(name='gaussian_blur_noncontig', slow=True, fun=gaussian_blur_separable, args=(np.asfortranarray(_rng.random((4, 6)))[:, ::2], 0.9), argnums=(0, 1)),
]
