"""What the meaning of a program makes impossible. Comments as in language.py."""

import cv2
import numpy as np
import symdiff

table = np.ones(3)


def function_as_a_value(x):
    fs = [np.sin, np.cos]  # error: SD130 SD130
    return fs[0](x)


def function_that_changes(x, n):
    g = np.sin
    for _ in range(n):  # error: SD131
        x = g(x)
        g = np.cos
    return x


def wrong_counts(x):
    a, b = (x, x, x)  # error: SD132
    return a + b


def data_is_called(x):
    y = x * 2
    return y(3)  # error: SD133


def keyword_that_is_not_known(x):
    return np.sum(np.exp(x, where=x > 0))  # error: SD202


def too_many_arguments(x):
    def g(a):
        return a

    return g(x, x)  # error: SD203


def derivative_of_itself(x):
    return symdiff.grad(derivative_of_itself)(x)  # error: SD204


def derivative_by_what_varies(x, n):
    return symdiff.grad(np.sum, argnums=n)(x)  # error: SD204


def derivative_of_an_array(x):
    return np.sum(symdiff.grad(lambda t: np.ones(2))(x))  # error: SD204


def derivative_of_data(x):
    return symdiff.grad(x)(x)  # error: SD204


def array_or_alias(a: np.ndarray, b: np.ndarray, k):
    c = a if k else b
    c[0] = 1.0
    return np.sum(a)  # error: SD301


def number_or_array(x):
    y = x
    y += 1
    return x * y  # error: SD301


def view_or_copy(x: np.ndarray):
    x.reshape(2, -1)[0] = 1.0  # error: SD302
    return np.sum(x)


def nameless(x):
    np.zeros(3)[0] = x  # error: SD303
    return x


def attribute_of_an_argument(p, x):
    p.mass = x  # error: SD304
    return x


def argument_twice(a: np.ndarray):
    def copied(x, y):
        x[0] = 1.0
        return np.sum(y)

    b = a * 2
    return shifted(b, b)  # error: SD309


def shifted(x, y):
    for i in range(2):
        x[i] = 1.0
    return np.sum(x * y)


def list_that_grows_while_it_is_read(x):
    xs = [x, x]
    for y in xs:  # error: SD306
        xs.append(y)
    return x


def in_place_functions(a: np.ndarray):
    b = a.copy()
    np.put_along_axis(b, a, 0.0, 0)  # error: SD307
    b.resize(3)  # error: SD307
    np.random.shuffle(b)  # error: SD307
    return np.sum(b)


def store_inside_an_expression(x):
    xs = [x, 2 * x]
    return xs.reverse() or xs.append(x)  # error: SD308 SD308


def not_defined(x):
    return x * y  # error: SD401


def not_defined_yet(x, n):
    if n:
        z = y  # error: SD401
    y = x
    return y


def module_that_is_not_known(x):
    return cv2.blur(x, (3, 3))  # error: SD402


def value_that_is_computed(x):
    return np.sum(x * table)  # error: SD402


def attribute_that_is_not_known(x):
    return x.mass + np.sine(x)  # error: SD404 SD404


def steps_that_depend_on_the_loop(x):
    scale = 1.0
    for k, y in enumerate(scale * v for v in [x, 2 * x]):  # error: SD310
        scale = scale + y * k
    for y in map(shown, [x, 2 * x]):  # error: SD310
        scale = scale * y
    return scale


def shown(x):
    print(x)
    return x * x


def code_for_the_gradient_that_is_read(x):
    y, n = x * x, 0
    with symdiff.on_gradient(y):  # error: SD206
        n = 1
    return y * n


def code_for_the_gradient_of_two(x, y):
    with symdiff.on_gradient(x), symdiff.on_gradient(y):  # error: SD206
        print("here")
    return x * y


def checkpointed_without_a_text(x):
    return symdiff.checkpoint(np.sin)(x)  # error: SD205
