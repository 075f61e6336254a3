import numpy as np


def pooled_energy(image):
    n, m = image.shape
    blocks = image.reshape(n // 2, 2, m // 2, 2)
    pooled = np.max(blocks, axis=(1, 3))  # winner takes all
    centred = pooled - np.mean(pooled, axis=(0, 1))
    return np.sum(centred**2)

# --- grad(pooled_energy, argnums=0), tried at (np.sin(np.arange(48.0)).reshape(6, 8),)
import numpy as np


def pooled_energy_grad(image):
    """Gradient of `pooled_energy` with respect to image."""
    # forward
    n, m = image.shape
    blocks = image.reshape(n // 2, 2, m // 2, 2)
    pooled = np.max(blocks, axis=(1, 3))  # winner takes all
    mean = np.mean(pooled, axis=(0, 1))
    centred = pooled - mean

    # reverse of: return np.sum(centred**2)
    centred_bar = 2 * centred

    # reverse of: centred = pooled - np.mean(pooled, axis=(0, 1))
    pooled_bar = centred_bar
    pooled_bar -= np.expand_dims(
        np.sum(centred_bar) / (pooled.size / mean.size), (0, 1)
    )

    # reverse of: pooled = np.max(blocks, axis=(1, 3))
    winners = blocks == np.expand_dims(pooled, (1, 3))
    blocks_bar = winners * np.expand_dims(
        pooled_bar / np.sum(winners, axis=(1, 3)), (1, 3)
    )

    # reverse of: blocks = image.reshape(n // 2, 2, m // 2, 2)
    image_bar = blocks_bar.reshape(image.shape)
    return image_bar
