"""The HTTP door: an index behind FastAPI, for programs and for people; `serve` runs it."""
