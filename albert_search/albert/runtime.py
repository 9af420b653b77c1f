"""ONNX Runtime: the one file that imports it, with its telemetry off.

Once imported with telemetry on, it keeps an identifier of the machine below the home folder and looks for its
publisher's host again and again; `onnxruntime.disable_telemetry_events` comes too late to stop that.
"""

from __future__ import annotations

import os
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime  # reads the variable when it is imported
from onnxruntime.capi import onnxruntime_pybind11_state as failures

VERSION: str = onnxruntime.__version__

CANNOT_RUN = (
    failures.Fail,
    failures.InvalidArgument,
    failures.InvalidGraph,
    failures.InvalidProtobuf,
    failures.NotImplemented,
    failures.RuntimeException,
    UnicodeDecodeError,
)
"""Errors of a graph that is none, or none that this version runs; their words need not be text."""


def load_graph(graph: bytes, *, threads: int = 0) -> Any:
    """Load a graph, to be run on the processor.

    Args:
        graph: The content of an ONNX file.
        threads: Processor cores for one batch; 0 for all.

    Returns:
        The ``onnxruntime.InferenceSession``.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads that spin while they wait take a sixth of the processor from those that read and store meanwhile.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 4  # What fails is raised; standard error is the user's.
    # A fallback would be the same provider once more, and is told on standard output, which is the user's too.
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"], enable_fallback=0)
