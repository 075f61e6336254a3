"""Forward mode: a function → the function that returns its value and its tangent."""
