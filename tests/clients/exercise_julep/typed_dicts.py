"""Gives Python 3.13 back the one piece of the standard library that the client still uses.

`julep` writes `TypedDict("Name", **fields)`, a form that Python 3.13 removed. Everything else in it works
there, so the unchanged client runs with that form restored; older interpreters are left as they are.
"""

import sys
import typing


class KeywordTypedDict:
    """`typing.TypedDict`, as a base class and as a call, with the fields given as keywords too."""

    def __init__(self, original):
        self.original = original

    def __call__(self, name, fields=None, /, *, total=True, **keywords):
        return self.original(name, keywords if fields is None else fields, total=total)

    def __mro_entries__(self, bases):
        return self.original.__mro_entries__(bases)


def restore_keyword_form():
    if sys.version_info >= (3, 13):
        typing.TypedDict = KeywordTypedDict(typing.TypedDict)
