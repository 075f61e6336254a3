"""Types of results: for each family of operations, what is certain before it runs."""
