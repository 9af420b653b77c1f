"""How the model that ships is made: a small ALBERT that learns from a larger sentence encoder.

Read in this order: recipe, texts, teacher, vocabulary, embedding, start, objective, batches, trainer, pipeline. And how
any other model is fine-tuned on a person's own texts: examples, contrast, tuning, tuned_model.
"""

from __future__ import annotations

import os

os.environ.setdefault("KERAS_BACKEND", "torch")  # Keras reads it when it is imported first; the loop here is PyTorch's.
