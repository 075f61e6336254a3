"""Store or recompute: what the forward sweep keeps for the reverse sweep."""
