"""The pytest plugin: it wakes up when the suite is asked for, and costs other runs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

_PACKAGE = "conformance.suite"
_SUITE = Path(__file__).parent / "suite"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: Sequence[str]
) -> None:
    """Add the options of the suite and its hooks, if an argument names it.

    Options with plain names like `--seed` would clash with those of other plugins, and so they are there
    only where the suite is.

    Raises:
        UsageError: another plugin has an option of the same name.
    """
    if not any(_names_suite(argument) for argument in args):
        return
    from conformance.suite.hooks import NAME, SuiteHooks
    from conformance.suite.pytest_options import add_options
    from contracts.errors import KitError

    try:
        add_options(parser)
    except KitError as error:
        raise pytest.UsageError(str(error)) from error
    manager = early_config.pluginmanager
    if not any(isinstance(plugin, SuiteHooks) for plugin in manager.get_plugins()):
        manager.register(SuiteHooks(), NAME)


def _names_suite(argument: str) -> bool:
    name = argument.partition("::")[0]
    if name == _PACKAGE or name.startswith(f"{_PACKAGE}."):
        return True
    path = Path(name)
    return _SUITE in (path.resolve(), *path.resolve().parents) if path.exists() else False
