"""The command: its subcommands, what `spec lint` and `spec show` print, and one line for each mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from click import unstyle
from click.testing import CliRunner, Result

from contracts import commands
from contracts.cli import main
from contracts.document import load

ROOT = Path(__file__).parent.parent.parent
WARTS = ROOT / "tests" / "data" / "published-warts.yaml"


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def _refused(result: Result) -> str:
    """The one line on stderr of a run that ended with exit code 2."""
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("sessions-kit: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_lint_lists_each_repair_with_place_reason_and_effect() -> None:
    result = _run("spec", "lint", WARTS)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert len(lines) == len(load(WARTS).repairs) + 1
    required = next(line for line in lines if "required-without-property" in line)
    assert required.startswith(f"{WARTS}:")
    assert " at /components/schemas/Memory/required: " in required
    assert required.endswith("This changes the contract.")
    assert lines[-1] == (
        f"{WARTS} is usable after 105 repairs by 15 rules. "
        "Changing the contract: request-body-required, required-without-property (see --keep-wart)."
    )


def test_lint_of_the_shipped_spec_has_nothing_to_say() -> None:
    result = _run("spec", "lint")
    assert result.exit_code == 0
    assert result.stdout.endswith("agents-openapi.yaml needs no repair.\n")


def test_lint_for_programs() -> None:
    facts = json.loads(_run("spec", "lint", WARTS, "--format", "json").stdout)
    assert facts["usable"] is True
    first = facts["repairs"][0]
    assert first.keys() == {"rule", "file", "pointer", "line", "what", "why", "changes_contract"}
    assert len(facts["repairs"]) == 105
    assert sum(repair["changes_contract"] for repair in facts["repairs"]) == 16


def test_lint_on_a_terminal_is_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as ended:
        main(["spec", "lint", str(WARTS)])
    assert ended.value.code == 0
    shown = unstyle(capsys.readouterr().out)
    assert "request-body-required (15, changes the contract)" in shown
    assert "/paths/~1sessions/post/requestBody" in shown
    assert "is usable after 105 repairs by 15 rules" in " ".join(shown.split())


def test_lint_keeps_the_wart_it_is_told_to_keep() -> None:
    result = _run("spec", "lint", WARTS, "--keep-wart", "request-body-required")
    assert "request-body-required" not in result.stdout
    assert "90 repairs by 14 rules" in result.stdout


def test_lint_of_an_unusable_file(tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text("openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\nserver: []\n")
    assert _refused(_run("spec", "lint", path)) == (
        f"sessions-kit: {path}:4 at /server: "
        "OpenAPI 3.0 knows no field 'server' here. Did you mean 'servers'?\n"
    )
    result = _run("spec", "lint", path, "--format", "json")
    assert result.exit_code == 2
    assert json.loads(result.stdout) == {
        "file": str(path),
        "usable": False,
        "error": {
            "message": "OpenAPI 3.0 knows no field 'server' here.",
            "file": str(path),
            "pointer": "/server",
            "line": 4,
            "cure": "Did you mean 'servers'?",
        },
    }


@pytest.mark.parametrize("layer", ["base", "hinted", "data"])
def test_show_prints_a_layer_that_loads_again(layer: str) -> None:
    document = load(WARTS)
    shown = _run("spec", "show", WARTS, "--layer", layer)
    assert shown.exit_code == 0
    assert yaml.safe_load(shown.stdout) == getattr(document, layer)
    as_json = _run("spec", "show", WARTS, "--layer", layer, "--format", "json")
    assert json.loads(as_json.stdout) == getattr(document, layer)


def test_show_takes_the_options_of_every_command(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "overlay: 1.0.0\ninfo: {title: O, version: '1'}\nactions: [{target: $.info, update: {x-own: 1}}]\n"
    )
    shown = yaml.safe_load(_run("spec", "show", "--no-overlay", "--overlay", path).stdout)
    assert shown == {**load().base, "info": {**load().base["info"], "x-own": 1}}


def test_explain_prints_the_model_of_any_file() -> None:
    result = _run("explain", "--spec", WARTS, "--no-overlay")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{WARTS}: 10 resources")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["specc"], "There is no command 'specc'. Did you mean 'spec'?"),
        (["spec", "lintt"], "No such command 'lintt'. Did you mean 'lint'? See sessions-kit spec --help."),
        (["--verison"], "No such option '--verison'. Did you mean '--version'? See sessions-kit --help."),
        (["spec", "lint", "--frmat", "json"], "No such option '--frmat'. Did you mean '--format'?"),
        (["spec", "lint", "--format", "xml"], "'xml' is not one of 'text', 'json'"),
        (["spec", "lint", "a", "b"], "unexpected extra argument (b)"),
        (["spec", "lint", "none.yaml"], "none.yaml: There is no such file."),
        (["spec", "show", "--overlay", "none.yaml"], "none.yaml: There is no such file."),
        (["spec", "lint", "--keep-wart", "colour"], "There is no repair 'colour' to keep off."),
        (["explain", "--spec"], "Option '--spec' requires an argument."),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(arguments: list[str], says: str) -> None:
    result = CliRunner().invoke(main, arguments, prog_name="sessions-kit")
    assert says in _refused(result)


def test_help_names_every_command_without_importing_the_mock() -> None:
    code = (
        "import sys\nfrom contracts.cli import main\n"
        "try: main(['-h'])\nexcept SystemExit as end: assert end.code == 0\n"
        "for name in ('mockserver.cli', 'connexion', 'starlette', 'prance', 'openapi_spec_validator'):\n"
        "    assert name not in sys.modules, name\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("explain", "mock", "spec"):
        assert f"\n  {name} " in done.stdout
    assert "Serve a stateful mock" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["spec"]])
def test_no_command_at_all_is_answered_with_help_and_exit_code_2(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: ")


def test_the_version_is_that_of_the_project() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    result = _run("--version")
    assert (result.exit_code, result.stdout) == (0, f"sessions-kit {declared}\n")


def test_python_m_contracts_is_the_command() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "contracts", "spec", "lint", "/nowhere.yaml"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "sessions-kit: /nowhere.yaml: There is no such file.\n"


def test_the_commands_are_those_that_pyproject_declares() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][commands.GROUP]
    assert {name: point.value for name, point in commands.entry_points().items()} == declared


def test_without_an_installed_distribution_the_checkout_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "entry_points", lambda **_: ())
    monkeypatch.setattr(metadata, "version", missing)
    assert commands.entry_points().keys() >= {"spec", "explain", "mock"}
    assert commands.version().count(".") == 2


def test_an_interrupt_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("contracts.cli.load", interrupted)
    result = _run("spec", "lint")
    assert (result.exit_code, result.stdout, result.stderr.strip()) == (130, "", "")


def test_a_mockserver_package_of_another_distribution_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "mockserver"
    other.mkdir()
    (other / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mockserver", raising=False)
    monkeypatch.setattr(
        metadata, "packages_distributions", lambda: {"mockserver": ["mockserver-client", "sessions-kit"]}
    )
    line = _refused(_run("mock"))
    assert "mixed with, or hidden by, that of mockserver-client" in line
    assert "pip uninstall mockserver-client && pip install --force-reinstall sessions-kit" in line


def test_a_mockserver_package_mixed_with_ours_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = tmp_path / "mockserver"
    ours.mkdir()
    for name in ("__init__.py", "client.py"):
        (ours / name).touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mockserver", raising=False)
    monkeypatch.setattr(commands, "_PARENT", tmp_path)
    monkeypatch.setattr(metadata, "packages_distributions", dict)
    assert str(ours) in _refused(_run("spec", "lint"))
    (ours / "client.py").unlink()
    assert _run("spec", "lint").exit_code == 0
