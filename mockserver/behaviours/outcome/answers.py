"""What a turn is answered with: one document, or a stream."""

from __future__ import annotations

from contracts.document import JSON, Document
from contracts.operations import Operation
from contracts.schemas import properties, required
from mockserver.behaviours.outcome.effects import Outcome
from mockserver.behaviours.outcome.streaming import Stream, streamed
from mockserver.behaviours.reply import tokens
from mockserver.behaviours.reply.assistant import Prompt
from mockserver.behaviours.reply.replies import Reply
from mockserver.call import Answer
from mockserver.clock import MICROSECONDS
from mockserver.strict_json import dump
from mockserver.synth import Synth

_TOLD = frozenset({"id", "finish_reason", "response", "usage", "jobs"})


class Answers:
    """Writes the answers of one chat operation."""

    def __init__(self, document: Document, operation: Operation, synth: Synth) -> None:
        root, schema = document.data, operation.success.json_schema or {}
        declared = properties(root, schema)
        self._status = operation.success_status
        self._synth = synth
        #: Properties that a document of the user's own demands beyond those told here.
        self._further = {
            name: declared[name] for name in sorted(required(root, schema) - _TOLD) if name in declared
        }

    def whole(self, prompt: Prompt, reply: Reply, outcome: Outcome) -> Answer:
        """The answer as one JSON document."""
        read, written = tokens.prompt(prompt.texts()), tokens.count(reply.content)
        told = {
            "id": outcome.id,
            "finish_reason": reply.finish_reason,
            "response": [[outcome.message]],
            "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
            "jobs": list(outcome.jobs),
        }
        further = {n: self._synth.value(n, schema, outcome.id) for n, schema in self._further.items()}
        return Answer(self._status, dump(told | further))

    def stream(self, agent: JSON, reply: Reply, outcome: Outcome) -> Answer:
        """The answer as server-sent events."""
        return streamed(
            self._status,
            Stream(
                id=outcome.id,
                created=outcome.time // MICROSECONDS,
                model=str(agent.get("model", "")),
                role=reply.role,
                content=reply.content,
                finish_reason=reply.finish_reason,
            ),
        )
