"""Facts about functions of the IR: what flows where, and the builder that types it."""
