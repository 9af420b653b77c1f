"""From sources to the store: what has changed is read, split, encoded and committed."""
