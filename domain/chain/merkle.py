"""The Merkle tree of a partition's log, kept as its right edge.

Hashing is RFC 6962, section 2.1:

    MTH({})    = SHA-256()
    MTH({d})   = SHA-256(0x00 | d)
    MTH(D[n])  = SHA-256(0x01 | MTH(D[0:k]) | MTH(D[k:n]))      k = the largest power of two below n

A tree that only grows never needs its inside again. What is needed to add leaves and to tell the root is one node for
each 1 in the binary size, the root of a perfect subtree, largest first; seven leaves leave three nodes:

                  root                size 7 = 0b111
             .-----^-----.            nodes = (a, b, c)
             a        .--^-.
          .--^--.     b    c
         .^.   .^.   .^.   |
         0 1   2 3   4 5   6

Stored form, strict: | size, 8, big-endian | a, 32 | b, 32 | ... |

Not handled here: what a leaf's data is (DESIGN.md, "The log of a partition"), and inclusion or consistency proofs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from tongban.domain.errors import MalformedError

NODE_BYTES = 32
SIZE_BYTES = 8
MAX_SIZE = 2**63 - 1
"""Sizes are signed 64-bit numbers in every store."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf with this data, 32 bytes."""
    return sha256(b"\x00" + data).digest()


@dataclass(frozen=True, slots=True)
class CompactRange:
    """A tree of `size` leaves by the roots of its perfect subtrees, largest first. `CompactRange()` is the empty tree."""

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE:
            raise MalformedError("a tree has an impossible size", expected="0 to 2**63 - 1", found=str(self.size))
        if len(self.nodes) != self.size.bit_count():
            raise MalformedError(
                "a right edge does not fit its size",
                expected=f"{self.size.bit_count()} nodes for {self.size} leaves",
                found=f"{len(self.nodes)} nodes",
            )
        for node in self.nodes:
            _check_node(node)

    def append(self, leaf: bytes) -> "CompactRange":
        """The tree with one more leaf, given as its leaf hash."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> "CompactRange":
        """The tree with more leaves, given as leaf hashes in order. Costs one SHA-256 a leaf."""
        size, nodes = self.size, list(self.nodes)
        for leaf in leaves:
            _check_node(leaf)
            node, complete = leaf, size
            while complete & 1:  # two perfect trees of one height become one, like the carry of adding 1
                node = sha256(b"\x01" + nodes.pop() + node).digest()
                complete >>= 1
            nodes.append(node)
            size += 1
        return CompactRange(size, tuple(nodes))

    def root(self) -> bytes:
        """The Merkle tree hash, 32 bytes; SHA-256 of nothing for the empty tree."""
        if not self.nodes:
            return sha256().digest()
        *larger, root = self.nodes
        for node in reversed(larger):
            root = sha256(b"\x01" + node + root).digest()
        return root

    def to_bytes(self) -> bytes:
        """The stored form."""
        return self.size.to_bytes(SIZE_BYTES, "big") + b"".join(self.nodes)

    @classmethod
    def from_bytes(cls, data: bytes) -> "CompactRange":
        """The tree from its stored form. Raises MalformedError unless `to_bytes` gives exactly these bytes."""
        if len(data) < SIZE_BYTES or (len(data) - SIZE_BYTES) % NODE_BYTES:
            raise MalformedError(
                "a stored right edge has the wrong length",
                expected=f"{SIZE_BYTES} bytes and a multiple of {NODE_BYTES}",
                found=f"{len(data)} bytes",
            )
        nodes = tuple(data[start : start + NODE_BYTES] for start in range(SIZE_BYTES, len(data), NODE_BYTES))
        return cls(int.from_bytes(data[:SIZE_BYTES], "big"), nodes)


def _check_node(node: bytes) -> None:
    if len(node) != NODE_BYTES:
        raise MalformedError(
            "a node of a Merkle tree is not a SHA-256", expected=f"{NODE_BYTES} bytes", found=f"{len(node)} bytes"
        )
