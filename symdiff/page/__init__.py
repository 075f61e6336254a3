"""The teaching page: a function, its gradient and one run, as one HTML file.

Everything that can be seen is in the HTML; the script in `static/` only links it,
steps through it, and switches between runs that were computed beforehand.
"""
