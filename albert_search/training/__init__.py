"""Training of sentence encoders: the one that ships, and any other on a person's own texts.

Both need this much, in reading order:

- ``stage``: one stretch of training, as numbers.
- ``batches``: token ids, padded and put together by length.
- ``objective``: losses against a teacher's vectors and states.
- ``trainer``: optimiser, running average, and a state that survives a kill.

``distilling`` makes the model that ships; ``tuning`` makes one of any model and pairs or plain texts. ``LOG.md`` has
the figures of every run.
"""

from __future__ import annotations

import os

os.environ.setdefault("KERAS_BACKEND", "torch")  # Keras reads it when it is imported first; the loop here is PyTorch's.
