"""The README shows what its commands really print, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from starlette.testclient import TestClient

from conformance.cli import check
from contracts.cli import explain, spec
from contracts.document import load
from contracts.repairs.catalogue import RULES
from mockserver.app import Settings, build
from mockserver.cli import mock
from mockserver.problems import Problem
from tests.project.readme import README, ROOT, blocks, commands, run
from tests.project.sources import PACKAGES


def test_every_output_in_the_readme_is_what_its_command_prints() -> None:
    text = README.read_text("utf-8")
    assert sum(len(commands(block)) for block in blocks(text)) >= 8
    assert run(text) == text


def test_the_overlay_in_the_readme_gives_a_stateful_resource(tmp_path: Path) -> None:
    overlay = tmp_path / "folders.yaml"
    overlay.write_text(
        next(iter(re.findall(r"^```yaml\n(overlay:.*?)^```", README.read_text("utf-8"), re.M | re.S)))
    )
    app = build(load(overlays=[overlay]), Settings(check_answers=True)).app
    client = TestClient(app, base_url="http://mock/api", headers={"Authorization": "Bearer my-key"})
    assert client.post("/folders", json={"title": ""}).status_code == 422
    made = client.post("/folders", json={"title": "Tours"}).json()
    assert client.get("/folders").json() == [made]
    assert client.get(f"/folders/{made['id']}").json() == made
    assert client.delete(f"/folders/{made['id']}").status_code == 204
    assert client.get("/folders").json() == []


def test_every_relative_link_of_every_readme_leads_to_a_file() -> None:
    folders = (*PACKAGES, "spec", "tests", ".github")
    readmes = [*ROOT.glob("*.md"), *(path for folder in folders for path in (ROOT / folder).rglob("*.md"))]
    assert len(readmes) > 10
    broken = [
        (path.relative_to(ROOT), link)
        for path in readmes
        for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text("utf-8"))
        if not (path.parent / link).exists()
    ]
    assert broken == []


def test_every_option_of_the_mock_stands_in_its_readme() -> None:
    readme = (ROOT / "mockserver" / "README.md").read_text("utf-8")
    options = [name for option in mock.params for name in option.opts if name.startswith("--")]
    assert len(options) > 10
    assert [name for name in options if f"`{name}" not in readme] == []


def test_every_refusal_stands_in_the_readme_of_the_mock() -> None:
    readme = (ROOT / "mockserver" / "README.md").read_text("utf-8")
    kinds = Problem.__subclasses__()
    assert len(kinds) > 8
    assert [kind.slug for kind in kinds if f"| `{kind.slug}` | {kind.status} |" not in readme] == []


def test_every_repair_stands_in_the_readme_of_the_contracts() -> None:
    readme = (ROOT / "contracts" / "README.md").read_text("utf-8")
    assert [rule.name for rule in RULES if f"`{rule.name}`{' *' * rule.changes_contract}" not in readme] == []


def test_every_command_and_its_options_stand_in_a_readme() -> None:
    readme = (ROOT / "contracts" / "README.md").read_text("utf-8")
    for name, command in {**spec.commands, "explain": explain}.items():
        line = next(
            line for line in readme.splitlines() if line.startswith("| `sessions-kit") and name in line
        )
        options = [option for each in command.params for option in each.opts if option.startswith("--")]
        assert [option for option in options if f"`{option}" not in line] == []


def test_every_option_of_the_check_stands_in_its_readme() -> None:
    readme = (ROOT / "conformance" / "README.md").read_text("utf-8")
    options = [name for option in check.params for name in option.opts if name.startswith("-")]
    assert len(options) > 12
    assert [name for name in options if f"`{name}" not in readme] == []


def test_the_workflow_in_the_readme_is_one() -> None:
    readme = (ROOT / "conformance" / "README.md").read_text("utf-8")
    (text,) = re.findall(r"^```yaml\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    steps = yaml.safe_load(text)["jobs"]["check"]["steps"]
    assert any(str(step.get("run", "")).startswith("sessions-kit check") for step in steps)
