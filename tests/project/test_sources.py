"""What every module of the project keeps to."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

from tests.project.sources import PACKAGES, ROOT, Source, identifiers, sources

OURS = sources(*PACKAGES)
LONGEST = 400

#: Words of the agents API. They mean nothing to generic code.
API_WORDS = frozenset(
    {
        *("agent", "chat", "doc", "job", "memory", "session", "suggestion", "tool", "user"),
        *("agents", "chats", "docs", "jobs", "memories", "sessions", "suggestions", "tools", "users"),
    }
)
#: What contains such a word and is not of the API: the product's name, files, OpenAPI's keywords, libraries.
NOT_OF_THE_API = re.compile(
    r"sessions[-_]kit|agents-openapi\.yaml|externalDocs|HttpTools|httptools|itertools|functools|MemoryStore|"
    r"store\.memory|user-agent|SESSIONS_KIT",
    re.IGNORECASE,
)
#: Module → word → why it stands there.
EXCUSED = {
    "mockserver/cli.py": {"docs": "Swagger UI's path"},
    "mockserver/documentation.py": {"docs": "Swagger UI's path"},
    "conformance/progress.py": {"session": "pytest's"},
    "conformance/settings.py": {"tool": "a table of pyproject.toml"},
    "conformance/suite/hooks.py": {"session": "pytest's"},
    "conformance/suite/items.py": {"session": "pytest's"},
}
API_SPECIFIC = ("mockserver/behaviours/", "contracts/laws/conversation/")

CLOCK, IDS = "mockserver/clock.py", "mockserver/ids.py"
#: Module → the one file that may import it.
SOURCES_OF_CHANCE_AND_TIME = {"time": CLOCK, "random": IDS, "secrets": IDS, "uuid": IDS}
READS_THE_CLOCK = frozenset({"now", "utcnow", "today"})


@pytest.mark.parametrize("source", sources(*PACKAGES, "tests"), ids=lambda source: source.name)
def test_no_module_is_too_long(source: Source) -> None:
    assert len(source.text.splitlines()) <= LONGEST


@pytest.mark.parametrize("source", OURS, ids=lambda source: source.name)
def test_generic_code_has_no_word_of_the_api(source: Source) -> None:
    if source.name.startswith(API_SPECIFIC):
        return
    excused = EXCUSED.get(source.name, {})
    found = {
        f"line {line}: {text}"
        for line, text in identifiers(source.tree)
        for word in _words(NOT_OF_THE_API.sub("", text))
        if word in API_WORDS and word not in excused
    }
    assert not found


def test_every_excuse_is_still_needed() -> None:
    by_name = {source.name: source for source in OURS}
    for name, words in EXCUSED.items():
        used = {word for _, text in identifiers(by_name[name].tree) for word in _words(text)}
        assert words.keys() <= used


# The suite measures real servers in real time; what it draws, Hypothesis draws.
@pytest.mark.parametrize("source", sources("contracts", "mockserver"), ids=lambda source: source.name)
def test_time_and_chance_have_one_source_each(source: Source) -> None:
    wrong = [
        f"line {line}: imports {name}"
        for line, name in _imports(source.tree)
        if SOURCES_OF_CHANCE_AND_TIME.get(name, source.name) != source.name
    ]
    if source.name != CLOCK:
        wrong += [
            f"line {node.lineno}: datetime.{node.attr}"
            for node in ast.walk(source.tree)
            if isinstance(node, ast.Attribute)
            and node.attr in READS_THE_CLOCK
            and isinstance(node.value, ast.Name | ast.Attribute)
            and ast.unparse(node.value) in {"datetime", "date", "datetime.datetime", "datetime.date"}
        ]
        wrong += [f"line {line}: os.urandom" for line, text in identifiers(source.tree) if text == "urandom"]
    assert not wrong


@pytest.mark.parametrize("source", OURS, ids=lambda source: source.name)
def test_exports_are_listed_and_sorted(source: Source) -> None:
    listed = [
        ast.literal_eval(node.value)
        for node in source.tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    if not listed:
        taken = [node for node in source.tree.body if isinstance(node, ast.ImportFrom)]
        taken = [node for node in taken if node.module != "__future__"]
        assert source.path.name != "__init__.py" or not taken, "a package that imports says what it exports"
        return
    exported = list(listed[0])
    assert exported == sorted(exported, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    module = importlib.import_module(
        source.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    )
    assert [name for name in exported if not hasattr(module, name)] == []


def test_no_file_takes_a_name_of_the_other_mockserver() -> None:
    # `mockserver-client` on the package index installs these under the same top-level name.
    assert not [source.name for source in OURS if source.path.name in {"client.py", "pytest_plugin.py"}]


def test_every_folder_of_tests_is_a_package() -> None:
    # Otherwise two test modules of the same name could not be collected together.
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert not [folder for folder in folders if not (folder / "__init__.py").exists()]


def test_every_package_is_typed() -> None:
    assert [name for name in PACKAGES if not (ROOT / name / "py.typed").exists()] == []


def _words(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", text)]


def _imports(tree: ast.Module) -> list[tuple[int, str]]:
    """What is imported at run time: a type may be named anywhere."""
    for_types = {
        child
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for child in ast.walk(node)
    }
    found = []
    for node in ast.walk(tree):
        if node in for_types:
            continue
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name.partition(".")[0]) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append((node.lineno, node.module.partition(".")[0]))
    return found


def test_the_rules_above_see_what_they_forbid(tmp_path: Path) -> None:
    bad = ast.parse("import random\nfrom time import time\nclass SessionStore:\n    key = 'chat_id'\n")
    assert _imports(bad) == [(1, "random"), (2, "time")]
    words = {word for _, text in identifiers(bad) for word in _words(text)}
    assert {"session", "chat"} <= words & API_WORDS
    assert not API_WORDS & set(_words(NOT_OF_THE_API.sub("", "sessions_kit.commands")))
