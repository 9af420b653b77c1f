"""Runs the frameworks' suites with one thread of OpenMP, which reads its settings when FAISS is loaded.

The indexes here hold a handful of vectors; threads that wait for each other on a busy machine take 40 ms a search.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
