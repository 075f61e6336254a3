import numpy as np


def pendulum(angle, speed, length, dt, steps):
    """Semi-implicit Euler; the user's own `angle_bar` is somebody else's."""
    angle_bar = 0.0
    for _ in range(steps):
        speed, angle = speed - dt * 9.81 / length * np.sin(angle), angle + dt * speed
        angle_bar += angle
    return angle_bar / steps + speed**2

# --- grad(pendulum, argnums=(0, 1, 2)), tried at (0.5, 0.1, 1.2, 0.02, 8)
import numpy as np


def pendulum_grad(angle, speed, length, dt, steps):
    """Gradient of `pendulum` with respect to angle, speed, length."""
    # forward
    sin_angle_tape = []
    angle_tape = []
    for _ in range(steps):
        angle_tape.append(angle)
        sin_angle = np.sin(angle)
        sin_angle_tape.append(sin_angle)
        speed, angle = speed - dt * 9.81 / length * sin_angle, angle + dt * speed

    # reverse of: return angle_bar / steps + speed**2
    speed_bar = 2 * speed
    angle_bar_bar = 1.0 / steps

    # reverse of: for _ in range(steps)
    angle_bar = 0.0
    length_bar = 0.0
    for sin_angle, angle in zip(reversed(sin_angle_tape), reversed(angle_tape)):
        # reverse of: angle_bar += angle
        angle_bar += angle_bar_bar
        # reverse of: speed, angle = speed - dt * 9.81 / length * np.sin(angle), angle + dt * speed
        speed_bar_1 = angle_bar * dt + speed_bar
        prod = 9.81 * speed_bar
        angle_bar -= prod * np.cos(angle) * dt / length
        length_bar += prod * sin_angle * dt / length**2
        # reverse of: for _ in range(steps)
        speed_bar = speed_bar_1
    return angle_bar, speed_bar, length_bar
