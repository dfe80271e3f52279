"""The only source of ids and of randomness: everything is drawn from a seed and a name."""

from __future__ import annotations

import random
import secrets
from hashlib import blake2b

NIL = "00000000-0000-0000-0000-000000000000"  # RFC 9562 §5.9


def fresh_seed() -> int:
    """A seed for a run that was given none."""
    return secrets.randbelow(2**32)


class Ids:
    """Ids and random generators that depend on the seed and on what they are for, never on call order.

    Args:
        seed: equal seeds give equal ids.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def uuid(self, workspace: str, number: int) -> str:
        """The id of the `number`th thing of a workspace: a version 4 UUID (RFC 9562 §5.4).

        The official clients refuse any other version. No two workspaces share one: both names are digested.
        """
        raw = bytearray(self._digest("uuid", workspace, str(number), size=16))
        raw[6] = raw[6] & 0x0F | 0x40
        raw[8] = raw[8] & 0x3F | 0x80
        text = raw.hex()
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def random(self, *names: str) -> random.Random:
        """A generator of its own for whatever `names` names."""
        return random.Random(self._digest("random", *names, size=16))

    def _digest(self, *names: str, size: int) -> bytes:
        # JSON-free joining must not let ("a", "bc") meet ("ab", "c"): lengths are part of the text.
        text = "".join(f"{len(name)}:{name}" for name in (str(self.seed), *names))
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).digest()


class FirstChoice(random.Random):
    """A generator that leaves nothing to chance: of what there is to choose from, always the first."""

    def random(self) -> float:
        """The lowest number."""
        return 0.0

    def getrandbits(self, k: int, /) -> int:
        """No bit is set."""
        return 0


def workspace_of(key: str) -> str:
    """The workspace a key opens: a digest, so that no store and no dump ever holds a key."""
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=12, person=b"workspace").hexdigest()
