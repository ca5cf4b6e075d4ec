"""Who may do what with topics, as Kafka's access control lists: the same that the design says.

| who                    | may                                                              |
|------------------------|------------------------------------------------------------------|
| the writer of a topic  | write it                                                         |
| each region            | read every topic of the federation (all names with its prefix)   |
| nobody but an operator | create, delete or alter topics; give rights                      |

A right to write a topic allows an idempotent producer, too (Kafka 3.0 and later). What is not allowed is denied, unless the
brokers are set to `allow.everyone.if.no.acl.found=true`, which they must not be.

Not handled here: users and passwords.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tongban.adapters.kafka.errors import kafka_boundary
from tongban.adapters.kafka.library import kafka
from tongban.domain.errors import LogDeniedError

_Acl: Any = kafka.admin.ACL
_Operation: Any = kafka.admin.ACLOperation
_Kind: Any = kafka.admin.ResourceType
_Pattern: Any = kafka.admin.ResourcePattern
_Match: Any = kafka.admin.ACLResourcePatternType
_Permission: Any = kafka.admin.ACLPermissionType

_READS = (_Operation.READ, _Operation.DESCRIBE_CONFIGS)
_CHANGES = frozenset(
    (_Operation.WRITE, _Operation.ALL, _Operation.CREATE, _Operation.DELETE, _Operation.ALTER, _Operation.ALTER_CONFIGS)
)


@dataclass(frozen=True, slots=True)
class Right:
    """A right that was given, or that somebody else has. `topic` ends with `*` where it means all names that begin so."""

    principal: str
    operation: str
    topic: str

    def as_json(self) -> dict[str, str]:
        """As programs read it."""
        return {"principal": self.principal, "operation": self.operation, "topic": self.topic}


def allow(admin: Any, principal: str, *, writes: Sequence[str], reads_prefix: str) -> tuple[Right, ...]:
    """Let `principal` (`User:name`) write these topics and read all whose names begin so. Raises LogDeniedError."""
    acls = [_acl(principal, _Operation.WRITE, _Pattern(_Kind.TOPIC, topic, _Match.LITERAL)) for topic in writes]
    prefixed = _Pattern(_Kind.TOPIC, reads_prefix, _Match.PREFIXED)
    acls += [_acl(principal, operation, prefixed) for operation in _READS]
    with kafka_boundary(f"give rights to {principal}"):
        failed = admin.create_acls(acls)["failed"]
    if failed:
        raise LogDeniedError(
            f"the brokers do not let this user give rights to {principal}",
            expected="a user with ALTER on the cluster, and an authorizer on the brokers",
            found=", ".join(sorted({error.__name__ for error in failed})),
        )
    return tuple(map(_right, acls))


def other_writers(admin: Any, principal: str, topics: Sequence[str]) -> tuple[Right, ...]:
    """Who else may write or change these topics: nobody should. (Superusers of the brokers may do so without any right.)"""
    found: set[Right] = set()
    for topic in topics:
        pattern = kafka.admin.ResourcePatternFilter(_Kind.TOPIC, topic, _Match.MATCH)
        asked = kafka.admin.ACLFilter(None, None, _Operation.ANY, _Permission.ALLOW, pattern)
        with kafka_boundary(f"read the rights on {topic}"):
            acls, _ = admin.describe_acls(asked)
        found |= {_right(acl) for acl in acls if acl.principal != principal and acl.operation in _CHANGES}
    return tuple(sorted(found, key=lambda each: (each.topic, each.principal, each.operation)))


def _acl(principal: str, operation: Any, pattern: Any) -> Any:
    return _Acl(principal, "*", operation, _Permission.ALLOW, pattern)


def _right(acl: Any) -> Right:
    pattern = acl.resource_pattern
    name = f"{pattern.resource_name}*" if pattern.pattern_type == _Match.PREFIXED else pattern.resource_name
    return Right(acl.principal, acl.operation.name, name)
