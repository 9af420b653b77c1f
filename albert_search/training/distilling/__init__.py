"""Distillation: the model that ships learns from three larger sentence encoders.

In reading order:

- ``recipe``: every number of it.
- ``corpus``: the sample of texts.
- ``teacher``, ``second_teacher``: MiniLM-L6, which the student starts as, and mpnet-base.
- ``third_teacher``, ``e5_file``: multilingual-e5-small, and the file that carries it.
- ``fusion``: the teachers' vectors as one.
- ``vocabulary``: the teacher's word pieces as a SentencePiece model.
- ``embedding_table``: the student's factorised embedding, in closed form.
- ``start``: the student before training.
- ``question_stage``: the last stage, in which the third teacher comes in.
- ``rerank_head``: token vectors for late interaction.
- ``weights``: what is done with weights between two runs.
- ``kept``: what lies in a training's folder.
- ``pipeline``: all stages, from the corpora to a float checkpoint.
- ``card``: the model card.
"""
