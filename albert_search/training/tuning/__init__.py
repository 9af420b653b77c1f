"""Fine-tuning for similarity, on pairs that belong together or on plain text alone.

In reading order:

- ``examples``: pairs to learn from, and pairs held out.
- ``contrast``: the contrastive loss, and accuracy and MRR on held-out pairs.
- ``loop``: early stopping, and going on after a kill.
- ``tuned_model``: from a model and its texts to a new model.
"""
