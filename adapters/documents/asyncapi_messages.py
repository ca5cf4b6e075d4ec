"""The messages of docs/asyncapi.yaml: events by their schemas, notes, sealed content, contracts.

Payloads are named by the schema's file beside the document. Which of them are on which topic, and the rest of the document:
`tongban.adapters.documents.asyncapi`.
"""

from collections.abc import Iterator
from typing import Any

from tongban.contracts.content.record import MAX_SEALED_BYTES
from tongban.contracts.notes.log_note import CHECKPOINT_CONTENT_TYPE, START_CONTENT_TYPE
from tongban.contracts.wire.cloud_event import CONTENT_TYPE, SPEC_VERSION
from tongban.contracts.wire.codec import MAX_BODY_BYTES
from tongban.contracts.wire.headers import SCHEMA_URN, schema_urn
from tongban.contracts.wire.schema_store import Schema, content_schema, shipped_schemas

Json = dict[str, Any]

AVRO = "application/vnd.apache.avro;version=1.9.0"
SCHEMA_FOLDER = "../contracts/data/schemas"


def messages() -> Iterator[tuple[str, Json]]:
    """Each message under its name: the events, the notes, sealed content, contracts."""
    for ce_type, schema in shipped_schemas().by_ce_type.items():
        yield ce_type, _event(ce_type, schema)
    yield from _note_messages()
    yield from _content_messages()


def _event(ce_type: str, schema: Schema) -> Json:
    headers = {"ce_type": {"const": ce_type}, "ce_dataschema": {"const": schema_urn(schema.fingerprint).decode()}}
    return {
        "name": ce_type,
        "title": schema.document["name"],
        "summary": schema.document["doc"],
        "contentType": CONTENT_TYPE.decode(),
        "headers": {"type": "object", "properties": headers},
        "payload": _avro(schema),
        "traits": [{"$ref": "#/components/messageTraits/event"}],
    }


def _avro(schema: Schema) -> Json:
    name = schema.ce_type.removeprefix("tongban.")
    return {"schemaFormat": AVRO, "schema": {"$ref": f"{SCHEMA_FOLDER}/{name}.avsc"}}


def _note_messages() -> Iterator[tuple[str, Json]]:
    for name, content_type, summary, payload in (
        (
            "checkpoint",
            CHECKPOINT_CONTENT_TYPE,
            "What a region signs about its log of this partition: size, root, and the leaves since the last one.",
            "A C2SP signed note in tlog-checkpoint form, an empty line, and the leaf hashes, 32 raw bytes each.",
        ),
        (
            "start",
            START_CONTENT_TYPE,
            "A writer of the region begins: from here on only its checkpoints can count.",
            "A C2SP signed note.",
        ),
    ):
        yield (
            name,
            {
                "name": name,
                "title": name.capitalize(),
                "summary": summary,
                "contentType": content_type,
                "headers": _headers({"content-type": {"const": content_type}}),
                "payload": {"type": "string", "format": "binary", "description": payload},
                "bindings": _key({"type": "string", "description": "The topic's name."}),
            },
        )


def _content_messages() -> Iterator[tuple[str, Json]]:
    schema = content_schema()
    sealed = {"type": "string", "pattern": "^[0-9a-f]{64}/.+$", "description": "<commitment, hex>/<recipient>"}
    headers = {
        "content-type": {"const": CONTENT_TYPE.decode()},
        "tb_type": {"const": schema.ce_type},
        "tb_schema": {"const": schema_urn(schema.fingerprint).decode()},
        "tb_signature": _SIGNATURE,
    }
    yield (
        "content.sealed",
        {
            "name": schema.ce_type,
            "title": schema.document["name"],
            "summary": f"{schema.document['doc']} At most {MAX_SEALED_BYTES} bytes; never behind a frame.",
            "contentType": CONTENT_TYPE.decode(),
            "headers": _headers(headers),
            "payload": _avro(schema),
            "bindings": _key(sealed),
        },
    )
    yield (
        "content.erased",
        {
            "name": "content.erased",
            "title": "Tombstone",
            "summary": "The value under this key is to be compacted away.",
            "payload": {"type": "null"},
            "bindings": _key(sealed),
        },
    )
    yield (
        "contract",
        {
            "name": "contract",
            "title": "Contract",
            "summary": "A schema, or a matter with its schemas.",
            "contentType": "application/json",
            "payload": {"type": "object", "description": "The bytes as published: an .avsc, or a matter's bundle."},
            "bindings": _key(
                {
                    "type": "string",
                    "pattern": "^[0-9a-f]{64}$",
                    "description": "Of a schema its fingerprint, of a matter the SHA-256 of the bytes; hex.",
                }
            ),
        },
    )


def _headers(properties: Json) -> Json:
    return {"type": "object", "required": list(properties), "properties": properties}


def _key(schema: Json) -> Json:
    return {"kafka": {"key": schema, "bindingVersion": "0.5.0"}}


_SIGNATURE: Json = {"type": "string", "contentEncoding": "base64", "minLength": 88, "maxLength": 88}
EVENT_TRAIT: Json = {
    "headers": _headers(
        {
            "content-type": {"const": CONTENT_TYPE.decode()},
            "ce_specversion": {"const": SPEC_VERSION.decode()},
            "ce_id": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "The event hash."},
            "ce_type": {"type": "string"},
            "ce_source": {"type": "string", "pattern": "^/regions/.+$"},
            "ce_time": {"type": "string", "format": "date-time", "description": "When it was done, UTC, microseconds."},
            "ce_dataschema": {"type": "string", "pattern": f"^{SCHEMA_URN.decode()}[0-9a-f]{{64}}$"},
            "ce_signature": _SIGNATURE,
        }
    ),
    "description": f"The body is at most {MAX_BODY_BYTES} bytes of Avro binary, in its one canonical encoding.",
    "bindings": _key({"type": "string", "format": "uuid", "description": "The case; in a registry its stream."}),
}
