"""A Jinja environment in which no template can take much time, take much memory, or reach anything.

Jinja's own sandbox keeps templates from what they should not reach, but not from running for hours. Here a
template may use only what is listed below, which always ends, and whatever repeats or grows is paid for from
a budget of work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from jinja2 import nodes
from jinja2.exceptions import TemplateError
from jinja2.filters import FILTERS
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

LONGEST_TEXT = 20_000
LARGEST_SCOPE = 100_000
_WORK = 20_000
_PER_STEP = 100
_LARGEST_NUMBER = 2**256

_NODES = frozenset(
    {"Template", "Output", "TemplateData", "Const", "Name", "Getattr", "Getitem", "Slice", "Filter", "If"}
    | {"For", "Assign", "CondExpr", "Test", "Compare", "Operand", "And", "Or", "Not", "Neg", "Pos", "Concat"}
    | {"Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "List", "Tuple", "Dict", "Pair", "Call", "Keyword"}
)
#: Filters that never give much more than they are given.
_FILTERS = frozenset(
    {"abs", "capitalize", "count", "d", "default", "dictsort", "first", "float", "int", "items", "last"}
    | {"length", "list", "lower", "max", "min", "reverse", "sort", "string", "sum", "title", "tojson"}
    | {"trim", "truncate", "unique", "upper", "wordcount"}
)
_TEXT_METHODS = frozenset(
    {"capitalize", "count", "endswith", "find", "lower", "lstrip", "rstrip", "split", "startswith", "strip"}
    | {"title", "upper"}
)
_OBJECT_METHODS = frozenset({"get", "items", "keys", "values"})


class Refused(TemplateError):
    """A template uses what it may not, or more than it may."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Renders templates; all that one instance renders comes out of one budget of work."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%"})

    def __init__(self) -> None:
        super().__init__(optimized=False, cache_size=0, keep_trailing_newline=True)
        self._left = _WORK
        listed = {name: FILTERS[name] for name in sorted(_FILTERS)}
        own = {"join": _join, "replace": _replace, "round": _round}
        marked = {_MADE: _made, _CONCATENATED: _concatenated, _CALLED: _called, _RANGE: _range}
        self.filters = {name: self._paid(call) for name, call in {**listed, **own, **marked}.items()}
        self.filters[_COUNTED] = self._counted
        self.globals = {}

    def render(self, text: str, scope: dict[str, Any]) -> str:
        """The text of a template.

        Raises:
            TemplateError: it cannot be read, uses what it may not, or takes too much.
        """
        if len(text) > LONGEST_TEXT:
            raise Refused(f"A template may have at most {LONGEST_TEXT} characters.")
        tree = _Bounds().visit(self.parse(text))
        pieces, length = [], 0
        for piece in self.from_string(tree).generate(scope):
            length += len(piece)
            if length > LONGEST_TEXT:
                raise Refused(f"A template may give at most {LONGEST_TEXT} characters.")
            pieces.append(piece)
        return "".join(pieces)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A member of an object, or what a loop tells of itself. Python's own attributes are no members."""
        if isinstance(obj, LoopContext):
            return super().getattr(obj, attribute)
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A member of an object, an item of a list, a character of a text."""
        try:
            return obj[argument]
        except (TypeError, LookupError, AttributeError):
            return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """The result of an operator, unless it is too large."""
        texts = isinstance(left, str) or isinstance(right, str)
        if (operator == "%" and isinstance(left, str)) or (operator == "*" and not _numbers(left, right)):
            raise Refused(f"{operator} is for numbers only; texts are joined by ~.")
        if operator == "+" and texts and not (isinstance(left, str) and isinstance(right, str)):
            raise Refused("+ joins no text with anything else; ~ does.")
        self._spend(_price(left, right))
        return _bounded(super().call_binop(context, operator, left, right))

    def _spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise Refused("The template takes too much work.")

    def _paid(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """A filter that is paid for by the size of what it is given, and gives nothing too large."""

        def paid(*args: Any, **named: Any) -> Any:
            self._spend(_price(*args, *named.values()))
            found = call(*args, **named)
            return _bounded(list(found) if isinstance(found, Iterator) else found)

        if hasattr(call, "jinja_pass_arg"):
            paid.jinja_pass_arg = call.jinja_pass_arg  # type: ignore[attr-defined]
        return paid

    def _counted(self, values: Iterable[Any], steps: int) -> Iterator[Any]:
        """The values of a loop, each at the price of the loop's body."""
        for value in values:
            self._spend(steps)
            yield value


# No template can name these filters, as no name holds a space.
_COUNTED, _MADE, _CONCATENATED = "values of a loop", "made value", "texts joined"
_CALLED, _RANGE = "method called", "range of numbers"


class _Bounds(NodeTransformer):
    """Refuses what is not listed, and puts a price on what repeats, grows or is called."""

    def generic_visit(self, node: nodes.Node, *args: Any, **kwargs: Any) -> nodes.Node:
        name = type(node).__name__
        if name not in _NODES:
            raise Refused(f"Line {node.lineno}: {name} is not available in this template.")
        visited: nodes.Node = super().generic_visit(node, *args, **kwargs)
        return visited

    def visit_For(self, node: nodes.For, *args: Any, **kwargs: Any) -> nodes.Node:
        """A loop."""
        if node.recursive:
            raise Refused(f"Line {node.lineno}: a loop cannot be recursive.")
        steps = 1 + sum(1 for _ in node.find_all(nodes.Node))
        self.generic_visit(node, *args, **kwargs)
        node.iter = _filter(_COUNTED, node.iter, [nodes.Const(steps)])
        return node

    def visit_Concat(self, node: nodes.Concat, *args: Any, **kwargs: Any) -> nodes.Node:
        """Texts joined by ~."""
        self.generic_visit(node, *args, **kwargs)
        return _filter(_CONCATENATED, nodes.List(node.nodes))

    def visit_List(self, node: nodes.List, *args: Any, **kwargs: Any) -> nodes.Node:
        """A list in a template; it may hold itself twice, and so on."""
        self.generic_visit(node, *args, **kwargs)
        return _filter(_MADE, node)

    visit_Dict = visit_List

    def visit_Tuple(self, node: nodes.Tuple, *args: Any, **kwargs: Any) -> nodes.Node:
        """A tuple: a value, or the targets of an assignment."""
        self.generic_visit(node, *args, **kwargs)
        return node if node.ctx == "store" else _filter(_MADE, node)

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Node:
        """A call of `range`, or of a method that texts and objects have."""
        target = node.node
        self.generic_visit(node, *args, **kwargs)
        if node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
            raise Refused(f"Line {node.lineno}: a call takes plain arguments only.")
        if isinstance(target, nodes.Name) and target.name == "range":
            return _filter(_RANGE, nodes.List(node.args))
        if isinstance(target, nodes.Getattr):
            return _filter(_CALLED, target.node, [nodes.Const(target.attr), *node.args])
        raise Refused(f"Line {node.lineno}: only methods of texts and objects can be called.")


def _filter(name: str, value: nodes.Node, args: list[nodes.Expr] | None = None) -> nodes.Filter:
    return nodes.Filter(cast("nodes.Expr", value), name, args or [], [], None, None, lineno=value.lineno)


def _called(value: Any, method: str, *args: Any) -> Any:
    known = _TEXT_METHODS if isinstance(value, str) else _OBJECT_METHODS if isinstance(value, dict) else ()
    if method not in known:
        raise Refused(f"`{method}` cannot be called here.")
    found = getattr(value, method)(*args)
    return list(found) if method in {"items", "keys", "values"} else found


def _made(value: Any) -> Any:
    return value


def _concatenated(parts: list[Any]) -> str:
    return "".join(map(str, parts))


def _join(values: Iterable[Any], separator: str = "") -> str:
    parts = [str(value) for value in values]
    if len(parts) * len(str(separator)) > LONGEST_TEXT:
        raise Refused("The texts joined are too long.")
    return str(separator).join(parts)


def _replace(text: Any, old: str, new: str) -> str:
    found = str(text)
    if (found.count(str(old)) + 1) * len(str(new)) > LONGEST_TEXT:
        raise Refused("A replacement gives too long a text.")
    return found.replace(str(old), str(new))


def _round(value: float, digits: int = 0) -> float:
    return round(value, max(-20, min(digits, 20)))


def _range(bounds: list[int]) -> range:
    found = range(*bounds)
    if len(found) > _WORK:
        raise Refused(f"A range may have at most {_WORK} numbers.")
    return found


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) for value in values)


def _price(*values: Any) -> int:
    return 1 + sum(map(_size, values)) // _PER_STEP


def _size(value: Any) -> int:
    """How much a value holds, all its parts included, as far as it matters."""
    size, open_ = 0, [value]
    while open_ and size <= _WORK * _PER_STEP:
        part = open_.pop()
        size += 1 if not isinstance(part, str) else len(part)
        if isinstance(part, dict):
            open_ += [*part.keys(), *part.values()]
        elif isinstance(part, list | tuple):
            open_ += part
        elif isinstance(part, range):
            size += len(part)
    return size


def _bounded(value: Any) -> Any:
    if isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
        raise Refused("A number is too large.")
    if isinstance(value, str | list | tuple | dict) and _size(value) > LARGEST_SCOPE:
        raise Refused("A value is too large.")
    return value
