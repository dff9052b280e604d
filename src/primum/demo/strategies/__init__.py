"""Complete strategies, as data."""
