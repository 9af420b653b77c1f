"""Where an index lives: its folder, its catalog (the truth) and its vectors (derived from it)."""
