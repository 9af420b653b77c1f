"""``--no-skips``: a test that does not run is a failure, unless its reason is in ``allowed_skips.txt``.

A contributor without a browser may skip what needs one. Where everything is to be proved, as in `.ci/run`, a test that
is left out without a word is worse than one that fails.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

LIST = Path(__file__).with_name("allowed_skips.txt")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-skips", action="store_true", help=f"fail where a test is skipped that {LIST.name} does not allow"
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.exitstatus == pytest.ExitCode.OK and _not_allowed(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    if skipped := _not_allowed(config):
        terminalreporter.section(f"skipped, for reasons that are not in {LIST.name}", red=True)
        for line in skipped:
            terminalreporter.line(line)


def _not_allowed(config: pytest.Config) -> list[str]:
    """Return a line for each skipped test whose reason is not on the list: its name and the reason."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not config.getoption("--no-skips"):
        return []
    allowed = {line for line in LIST.read_text(encoding="utf-8").splitlines() if not line.startswith("#")}
    reasons = {report.nodeid: _reason(report) for report in reporter.stats.get("skipped", ())}
    return [f"{name}: {reason}" for name, reason in sorted(reasons.items()) if reason not in allowed]


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ")
