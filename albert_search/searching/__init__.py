"""From a question to hits: meaning and words ranked, fused and judged."""
