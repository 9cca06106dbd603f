"""Pytest plugin: a test that drives real programs and fails is run once more, and what passes only then is said aloud.

A switch with its phones, and a browser, are programs with clocks of their own, on a machine of which nobody knows how
busy it is: the last net under those tests, and under no others. A second pass is a defect of the test or of the
product all the same; the whole text of the first failure is printed at the end of the run, so that it can be found.
"""

import pytest

DRIVING = ("freeswitch", "browser")
"""Markers of the tests that drive real programs."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """After the conftests, which give those markers."""
    for item in items:
        if any(item.get_closest_marker(name) for name in DRIVING):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    first_tries = terminalreporter.stats.get("rerun", [])
    failed = {report.nodeid for name in ("failed", "error") for report in terminalreporter.stats.get(name, [])}
    lucky = [report for report in first_tries if report.nodeid not in failed]
    if not lucky:
        return
    terminalreporter.section("PASSED ONLY THE SECOND TIME: to be looked into", sep="!", red=True, bold=True)
    for report in lucky:
        terminalreporter.section(f"passed only the second time: {report.nodeid} ({report.when})", sep="_", red=True)
        terminalreporter.write_line(report.longreprtext)
        for title, text in report.sections:
            terminalreporter.section(title, sep="-")
            terminalreporter.write_line(text)
    terminalreporter.section("", sep="!", red=True)
    for report in lucky:
        terminalreporter.write_line(f"passed only the second time: {report.nodeid}", red=True, bold=True)
