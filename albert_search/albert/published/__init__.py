"""Published ALBERTs: read from TensorFlow Hub or Hugging Face, imported, verified, exported.

In reading order:

- ``sources``, ``handles``: what can be imported, and addresses.
- ``publication``: a published ALBERT that has been read, in whichever form.
- ``quiet_tensorflow``, ``hub``: TensorFlow and TensorFlow Hub modules.
- ``module_variables``, ``structure``: a module's variables as a checkpoint, and its number of layers and heads.
- ``hugging_face``: Hugging Face and sentence-transformers folders.
- ``original``, ``samples``, ``verifying``: the original, real sentences, and the comparison on them.
- ``anisotropy``: whether the vectors tell sentences apart.
- ``importing``, ``exporting``: into the folder of models, and out of it.
"""
