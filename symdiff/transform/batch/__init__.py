"""Many directions at once: a linear sweep → the same with one more axis, in front."""
