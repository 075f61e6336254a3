"""Looking at a gradient: traces, pages and graphs."""
