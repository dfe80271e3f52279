"""The files around the code: what stands at the root, and that they agree with each other."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from tests.project.lowest import constraints
from tests.project.sources import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
TOP_LEVEL = {
    *("contracts", "mockserver", "conformance", "spec", "tests"),
    *("pyproject.toml", "tox.ini"),
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"),
}
KINDS = {kind["directory"] for kind in PYPROJECT["tool"]["towncrier"]["type"]}
FRAGMENTS = [path for path in (ROOT / ".github" / "changes").glob("*.md") if path.name != "README.md"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
README = (ROOT / "README.md").read_text("utf-8")
RUN = (ROOT / ".ci" / "run").read_text("utf-8")


def test_the_root_holds_what_was_agreed_and_nothing_else() -> None:
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text("utf-8").splitlines() if line]
    found = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.startswith(".") and not any(fnmatch(path.name, pattern) for pattern in ignored)
    }
    assert found == TOP_LEVEL


def test_the_version_is_the_newest_heading_of_the_changelog() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == PYPROJECT["project"]["version"]


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda path: path.name)
def test_a_fragment_has_a_kind_and_a_sentence(fragment: Path) -> None:
    assert re.fullmatch(rf"(\d+|\+[\w-]+)\.({'|'.join(sorted(KINDS))})(\.\d+)?\.md", fragment.name)
    text = fragment.read_text("utf-8").strip()
    assert len(text) > 20
    assert text.endswith(".")


def test_the_kinds_of_fragments_are_explained() -> None:
    explained = (ROOT / ".github" / "changes" / "README.md").read_text("utf-8")
    assert [kind for kind in KINDS if f"| `{kind}` |" not in explained] == []


def test_the_changelog_can_be_built() -> None:
    command = [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "9.9.9"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "## 9.9.9" in done.stdout


def test_the_readme_has_the_two_commands() -> None:
    assert README.count("pip install . && sessions-kit mock\n") == 1
    assert README.count('pip install ".[test]" && pytest\n') == 1


def test_ci_installs_by_the_readme_alone() -> None:
    code = [line for line in RUN.splitlines() if not line.lstrip().startswith("#")]
    installing = [line for line in code if re.search(r"\b(pip|apt|apt-get|npm|uv)\b", line)]
    assert installing == [
        r"""serve_command=$(readme_command 'pip install \. ')""",
        r"""test_command=$(readme_command 'pip install "\.\[test\]" ')""",
    ]


def test_ci_names_its_budget() -> None:
    stages = re.findall(r"^stage \"(\w+)", RUN, re.MULTILINE)
    budget = {name: int(minutes) for name, minutes in re.findall(r"^#   (\w+) +(\d+) ", RUN, re.MULTILINE)}
    assert [stage for stage in stages if stage != "done"] == list(budget)
    assert sum(budget.values()) < 30


def test_gates_name_the_versions_that_the_tests_name() -> None:
    extra = set(PYPROJECT["project"]["optional-dependencies"]["test"])
    for group in PYPROJECT["dependency-groups"].values():
        assert set(group) <= extra


def test_every_dependency_has_a_lower_bound() -> None:
    assert len(constraints()) > 20


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_and_permissions_minimal(workflow: Path) -> None:
    text = workflow.read_text("utf-8")
    used = re.findall(r"uses: (.+)", text)
    assert used
    assert [line for line in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []
    content = yaml.safe_load(text)
    assert content["permissions"] == {}
    assert all("permissions" in job and "timeout-minutes" in job for job in content["jobs"].values())
    assert "secrets." not in text


def test_github_runs_every_environment_of_tox() -> None:
    listed = re.search(r"^env_list = (.+)$", (ROOT / "tox.ini").read_text("utf-8"), re.MULTILINE)
    assert listed
    ci = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))["jobs"]
    run = [*ci["gates"]["strategy"]["matrix"]["env"]]
    run += [entry["env"] for entry in ci["tests"]["strategy"]["matrix"]["include"]]
    assert sorted(run) == sorted(listed[1].split(", "))


def test_yaml_files_of_github_are_yaml() -> None:
    for path in [*(ROOT / ".github").rglob("*.yml"), ROOT / ".pre-commit-config.yaml"]:
        assert isinstance(yaml.safe_load(path.read_text("utf-8")), dict), path


def test_the_shell_script_is_sound() -> None:
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_contributing_opens_with_five_commands_and_the_direction() -> None:
    blocks = re.findall(r"```\w*\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks[0].splitlines()) == 5
    assert blocks[1].index("contracts") < blocks[1].index("mockserver")


def test_ours_is_the_apache_license() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License\n                           Version 2.0" in text
    assert "END OF TERMS AND CONDITIONS" in text
