"""Limits of a single request, so that none can take the server from the others."""

from __future__ import annotations

MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_BODY_SECONDS = 60.0
"""Time that a body may take to arrive; a stop may have to wait as long."""

MAX_HEAD_SECONDS = 10.0
"""How long the head of a request may take to arrive."""

MAX_CONNECTIONS = 512
"""Connections that are open at once; more are turned away."""

MAX_REQUESTS = 512
"""Requests that are worked on at once; more are turned away."""

MAX_WRITES_WAITING = 64
MAX_K = 1000
MAX_CONTEXT = 20
MAX_FILTERS = 20
MAX_FILTER_CHARACTERS = 500
MAX_URI_CHARACTERS = 4096
MAX_QUESTION_CHARACTERS = 10_000
MAX_TEXT_CHARACTERS = 100_000
MAX_TEXTS_TO_ENCODE = 256
MAX_TEXTS_TO_COMPARE = 100
MAX_DOCUMENTS_TO_ADD = 1000
MAX_METADATA_DEPTH = 20
MAX_DOCUMENTS_LISTED = 1000
MAX_SENTENCES_SHOWN = 1000
MAX_POINTS = 2000
"""Sentences that the map shows."""
