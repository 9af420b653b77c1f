"""Training any model further on a person's own texts."""
