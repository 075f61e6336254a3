"""The intermediate representation: nodes, types, text, checks and an interpreter."""
