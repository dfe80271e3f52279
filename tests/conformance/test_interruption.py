"""Ctrl-C waits for the end of a request."""

from __future__ import annotations

import signal
import threading

import pytest

from conformance.interruption import ended_as_by_ctrl_c, uninterrupted


def test_an_interruption_is_held_until_the_end() -> None:
    reached: list[str] = []

    def stretch() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            reached.append("the end")

    with pytest.raises(KeyboardInterrupt):
        stretch()
    assert reached == ["the end"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_interruption_is_not_held() -> None:
    reached: list[str] = []

    def stretch() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            reached.append("the first")
            signal.raise_signal(signal.SIGINT)
            reached.append("the second")

    with pytest.raises(KeyboardInterrupt):
        stretch()
    assert reached == ["the first"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_without_an_interruption_nothing_is_raised_and_errors_pass() -> None:
    with pytest.raises(ValueError, match="its own"), uninterrupted():
        raise ValueError("its own")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_other_threads_leave_signals_alone() -> None:
    seen: list[object] = []

    def work() -> None:
        with uninterrupted():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


@pytest.mark.parametrize("ignored", [False, True])
def test_the_end_that_ci_systems_send_is_an_interruption(ignored: bool) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN if ignored else signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), ended_as_by_ctrl_c():
            signal.raise_signal(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGINT, before)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_the_end_that_ci_systems_send_waits_for_a_request_as_well() -> None:
    reached: list[str] = []

    def stretch() -> None:
        with ended_as_by_ctrl_c(), uninterrupted():
            signal.raise_signal(signal.SIGTERM)
            reached.append("the end")

    with pytest.raises(KeyboardInterrupt):
        stretch()
    assert reached == ["the end"]
