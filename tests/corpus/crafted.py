"""What no library makes on purpose: signatures that a lax verifier takes, boxes without chance, Avro in other forms.

Notation of RFC 8032: a secret scalar a, A = aB, k = SHA-512(R | A | M) mod L, and S B = R + k A for a signature (R, S).
"""

from hashlib import blake2b, sha512
from itertools import count

from nacl.bindings import (
    crypto_box,
    crypto_core_ed25519_add,
    crypto_scalarmult_base,
    crypto_scalarmult_ed25519_base_noclamp,
)

from tests.corpus.keys import content_key, seed
from tongban.contracts.content.sealing import pad
from tongban.contracts.content.value import ContentValue
from tongban.contracts.wire.codec import encode
from tongban.contracts.wire.signatures import SigningKey
from tongban.domain.events.catalogue import Body
from tongban.domain.events.handover import TakenOver
from tongban.domain.header import Header

GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
IDENTITY = bytes([1]) + bytes(31)
"""The point of order 1."""
ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
NONCE_BYTES = 24

# Signatures -----------------------------------------------------------------------------------------------------------


def with_other_s(signature: bytes) -> bytes:
    """The same signature with S + L: equal in the equation, and not canonical."""
    s = int.from_bytes(signature[32:], "little") + GROUP_ORDER
    return signature[:32] + s.to_bytes(32, "little")


def with_small_order_r(key: SigningKey, message: bytes) -> bytes:
    """R is the identity, S = k a: the equation holds."""
    s = _challenge(IDENTITY, key.public_key, message) * _scalar(key)
    return IDENTITY + _encoded(s)


def by_small_order_key(message: bytes) -> bytes:
    """A is the identity, so R = rB and S = r hold for any message."""
    r = int.from_bytes(sha512(message).digest(), "little")
    return _point(r) + _encoded(r)


def mixed_order_public(key: SigningKey) -> bytes:
    """A with a part of order 8."""
    return crypto_core_ed25519_add(key.public_key, ORDER_8)


def by_mixed_order_key(key: SigningKey, message: bytes) -> bytes:
    """k is a multiple of 8, so that the part of order 8 does not show in the equation."""
    public = mixed_order_public(key)
    for attempt in count():
        r = int.from_bytes(sha512(key.seed + attempt.to_bytes(4, "big") + message).digest(), "little")
        k = _challenge(_point(r), public, message)
        if k % 8 == 0:
            return _point(r) + _encoded(r + k * _scalar(key))
    raise AssertionError


def _scalar(key: SigningKey) -> int:
    digest = sha512(key.seed).digest()[:32]
    return (int.from_bytes(digest, "little") & ((1 << 254) - 8)) | (1 << 254)


def _challenge(r: bytes, public: bytes, message: bytes) -> int:
    return int.from_bytes(sha512(r + public + message).digest(), "little") % GROUP_ORDER


def _encoded(s: int) -> bytes:
    return (s % GROUP_ORDER).to_bytes(32, "little")


def _point(r: int) -> bytes:
    return crypto_scalarmult_ed25519_base_noclamp(_encoded(r))


# Boxes ----------------------------------------------------------------------------------------------------------------


def plain_of(value: ContentValue) -> bytes:
    """What `tongban.contracts.content.value` puts into a box."""
    name = value.name.encode()
    place = value.case.bytes + value.stream.bytes + value.sequence.to_bytes(8, "big")
    return pad(value.salt + place + len(name).to_bytes(2, "big") + name + value.value)


def seal_with(ephemeral: bytes, plain: bytes, region: str) -> bytes:
    """libsodium's sealed box, with an ephemeral key that is given."""
    ours, theirs = crypto_scalarmult_base(ephemeral), content_key(region, "content").public_key
    nonce = blake2b(ours + theirs, digest_size=NONCE_BYTES).digest()
    return ours + crypto_box(plain, nonce, theirs, ephemeral)


def garbage(*label: object, size: int = 32) -> bytes:
    """Bytes that mean nothing."""
    return b"".join(seed("garbage", *label, number) for number in range(size // 32 + 1))[:size]


# Avro -----------------------------------------------------------------------------------------------------------------


def parts(header: Header, body: Body) -> tuple[bytes, bytes]:
    """The canonical bytes of the header, and of the body's own fields."""
    head = encode(header, TakenOver())  # which has no fields
    return head, encode(header, body)[len(head) :]


def varint(number: int) -> bytes:
    """An Avro long."""
    bits = number << 1 if number >= 0 else (-number << 1) - 1
    encoded = bytearray()
    while bits > 0x7F:
        encoded.append(bits & 0x7F | 0x80)
        bits >>= 7
    return bytes([*encoded, bits])


def overlong(data: bytes) -> bytes:
    """The same number with a byte that it does not need."""
    return data[:-1] + bytes([data[-1] | 0x80, 0])


def flipped(data: bytes, at: int, bit: int = 0) -> bytes:
    """The same bytes but for one bit."""
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
