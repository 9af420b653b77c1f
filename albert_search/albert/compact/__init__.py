"""The compact graph: one ONNX file that computes a whole ALBERT, in eight bits where that keeps quality."""
