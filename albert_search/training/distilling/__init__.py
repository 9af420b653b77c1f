"""Distillation: the model that ships learns from two larger sentence encoders.

In reading order:

- ``recipe``: every number of it.
- ``corpus``: the sample of texts.
- ``teacher``, ``second_teacher``: MiniLM-L6, which the student starts as, and mpnet-base.
- ``fusion``: both teachers' vectors as one.
- ``vocabulary``: the teacher's word pieces as a SentencePiece model.
- ``embedding_table``: the student's factorised embedding, in closed form.
- ``start``: the student before training.
- ``pipeline``: all stages, from the corpora to a float checkpoint.
- ``card``: the model card.
"""
