"""The compact graph: one ONNX file that computes a whole ALBERT, in eight bits where that keeps quality.

In reading order:

- ``graph_writer``: an ONNX graph, node by node.
- ``graph``: the graph of an ALBERT.
- ``products``: its matrix products and look-ups, in float32 or int8.
- ``calibration``, ``activations``: texts, and what the matrices are multiplied with on them.
- ``smoothing``, ``quantization``: SmoothQuant and GPTQ, which go by these activations.
- ``building``: a model folder out of a checkpoint.
"""
