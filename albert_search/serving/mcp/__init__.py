"""The Model Context Protocol: an index as tools of an assistant."""
