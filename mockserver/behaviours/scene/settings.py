"""The settings in force for one chat: the request's, else the agent's, else the schema's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.document import JSON
from contracts.schemas import defaults, properties

#: What is said, to what end and in what form: everything else in a request may change the wording.
_NOT_SAMPLING = frozenset(
    {"messages", "tools", "tool_choice", "max_tokens", "response_format", "stop", "stream"}
    | {"recall", "record", "remember"}
)


@dataclass(frozen=True)
class Settings:
    """How one chat is to be answered.

    Attributes:
        max_tokens: None for no limit.
        response_format: `{type, pattern, schema}` as far as given.
        sampling: all settings that may change the wording, in one form for equal values.
    """

    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    response_format: JSON = field(default_factory=dict)
    stream: bool = False
    recall: bool = True
    record: bool = True
    remember: bool = True
    sampling: Mapping[str, Any] = field(default_factory=dict)

    @property
    def certain(self) -> bool:
        """Whether the likeliest wording always wins."""
        return self.sampling.get("temperature") == 0 or self.sampling.get("preset") == "deterministic"

    @property
    def preset(self) -> str:
        """The named mixture of settings asked for."""
        return str(self.sampling.get("preset", ""))

    @property
    def length(self) -> float:
        """Above 1 for longer answers, below for shorter ones."""
        penalty = self.sampling.get("length_penalty", 1)
        return penalty if isinstance(penalty, int | float) else 1


class Resolver:
    """Knows the settings a request may have and their defaults.

    Args:
        schema: the schema of the chat request.
        of_agent: the property of an agent that holds its own settings, if agents have one.
    """

    def __init__(self, root: JSON, schema: JSON, of_agent: str | None) -> None:
        self._of_agent = of_agent
        self._declared = frozenset(properties(root, schema))
        self._defaults = defaults(root, schema)

    def settings(self, body: JSON, agent: JSON) -> Settings:
        """The settings of one request. Settings of the agent that no request knows are none."""
        own = agent.get(self._of_agent) if self._of_agent else None
        agents = {n: v for n, v in own.items() if n in self._declared} if isinstance(own, dict) else {}
        found = self._defaults | agents | {n: v for n, v in body.items() if n in self._declared}
        limit, stop = _plain(found.get("max_tokens")), found.get("stop")
        form = found.get("response_format")
        return Settings(
            max_tokens=limit if isinstance(limit, int) else None,
            stop=tuple(s for s in (stop if isinstance(stop, list) else [stop]) if isinstance(s, str) and s),
            response_format=form if isinstance(form, dict) else {},
            stream=found.get("stream") is True,
            recall=found.get("recall") is not False,
            record=found.get("record") is not False,
            remember=found.get("remember") is not False,
            sampling={name: _plain(found[name]) for name in sorted(found) if name not in _NOT_SAMPLING},
        )


def _plain(value: Any) -> Any:
    """Equal settings in one form: 1.0 and 1 are the same, and members have no order."""
    if isinstance(value, dict):
        return {name: _plain(value[name]) for name in sorted(value)}
    return int(value) if isinstance(value, float) and value.is_integer() else value
