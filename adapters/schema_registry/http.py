"""One request to a schema registry and its answer, as JSON; everything that can go wrong, as our errors.

| what comes                                             | becomes                                                         |
|--------------------------------------------------------|-----------------------------------------------------------------|
| no connection, no answer in time, TLS that fails       | SchemaRegistryUnavailableError                                  |
| 429, 5xx                                               | tried again twice, then SchemaRegistryUnavailableError          |
| 2xx that is no JSON object, or more than `MAX_BYTES`   | SchemaRegistryUnavailableError: something else answers there    |
| 404 with the registry's own error code (40401 …)       | None                                                            |
| a status that the caller takes for lacking             | None                                                            |
| any other 4xx; 3xx, which is never followed            | SchemaRegistryRefusedError                                      |

Every call of ours may be repeated: registering a schema again gives its first number. A redirection is not followed, so
that the password goes where the settings say and nowhere else.

Source: Confluent Platform, Schema Registry API Reference (media type `application/vnd.schemaregistry.v1+json`).
"""

import json
import time
from collections.abc import Collection
from typing import Any

from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError
from urllib3.util import make_headers

from tongban import __version__
from tongban.adapters.schema_registry.options import SchemaRegistryOptions
from tongban.domain.errors import SchemaRegistryRefusedError, SchemaRegistryUnavailableError

MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"
MAX_BYTES = 1024 * 1024
"""An answer holds one schema; ours have some ten thousand bytes."""
CHUNK_BYTES = 64 * 1024
RETRIES = 2
BACKOFF_SECONDS = 0.2
BUSY = (429, 500, 502, 503, 504)
MAX_SHOWN_CHARS = 200


class SchemaRegistryHttp:
    """A pool of connections to one registry. Used by any thread."""

    def __init__(self, options: SchemaRegistryOptions) -> None:
        self._root = options.url.rstrip("/")
        self._seconds = options.timeout_seconds
        headers = {"Accept": f"{MEDIA_TYPE}, application/json", "User-Agent": f"tongban/{__version__}"}
        if options.username is not None:
            headers |= make_headers(basic_auth=f"{options.username}:{options.password}")
        self._pool = PoolManager(
            headers=headers,
            timeout=Timeout(connect=options.timeout_seconds, read=options.timeout_seconds),
            retries=Retry(
                total=RETRIES,
                redirect=False,
                raise_on_status=False,
                status_forcelist=BUSY,
                allowed_methods=None,  # all: none of our calls does more when repeated
                backoff_factor=BACKOFF_SECONDS,
                respect_retry_after_header=False,  # it may say hours
            ),
            ssl_context=options.tls(),
        )

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, lacking: Collection[int] = ()
    ) -> dict[str, Any] | None:
        """The JSON object that answers; None for what the registry does not have. Raises as the table above says."""
        what = f"{method} {path}"
        headers = {**self._pool.headers, "Content-Type": MEDIA_TYPE}
        data = None if body is None else json.dumps(body).encode()
        try:
            response = self._pool.request(
                method, self._root + path, body=data, headers=headers, preload_content=False, redirect=False
            )
            try:
                found = self._read(response)
            finally:
                response.close()
        except (HTTPError, OSError, ValueError) as err:
            raise _unavailable(what, "an answer", f"{type(err).__name__}: {err}") from err
        return None if response.status in lacking else _judged(what, response, found)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _read(self, response: BaseHTTPResponse) -> bytes:
        """At most `MAX_BYTES + 1` of the answer, within the time: one that trickles would hold us for ever."""
        deadline = time.monotonic() + self._seconds
        data = bytearray()
        while len(data) <= MAX_BYTES and (chunk := response.read1(CHUNK_BYTES)):
            data += chunk
            if time.monotonic() > deadline:
                raise TimeoutError(f"the answer was not whole after {self._seconds:g} s")
        return bytes(data)


def _judged(what: str, response: BaseHTTPResponse, data: bytes) -> dict[str, Any] | None:
    answer = _parsed(data)
    status = response.status
    if 200 <= status < 300:
        if answer is None:
            raise _unavailable(what, "a JSON object", _shown(data))
        return answer
    told = f"{status} {response.reason}: {_message(answer, data)}"
    if status in BUSY or status >= 500:
        raise _unavailable(what, "an answer", told)
    if status == 404 and answer is not None and str(answer.get("error_code", "")).startswith("404"):
        return None
    raise SchemaRegistryRefusedError(
        f"the schema registry refused: {what}", expected="2xx", found=told, advice=_ADVICE.get(status, "")
    )


_ADVICE = {
    401: "set schema_registry_username, and schema_registry_password_file or TONGBAN_SCHEMA_REGISTRY_PASSWORD",
    403: "let the registry's operator give this user the right",
    404: "see whether schema_registry names the root of the registry's API",
    409: "the registry holds another line of versions under this subject; ask who registered it",
}


def _parsed(data: bytes) -> dict[str, Any] | None:
    if len(data) > MAX_BYTES:
        return None
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _message(answer: dict[str, Any] | None, data: bytes) -> str:
    if answer is None or "message" not in answer:
        return _shown(data)
    return f"{answer.get('error_code', '')} {str(answer['message'])[:MAX_SHOWN_CHARS]}".strip()


def _shown(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        return f"more than {MAX_BYTES} bytes"
    return repr(data[:MAX_SHOWN_CHARS].decode("utf-8", "replace"))


def _unavailable(what: str, expected: str, found: str) -> SchemaRegistryUnavailableError:
    return SchemaRegistryUnavailableError(
        f"the schema registry did not answer as one does: {what}",
        expected=expected,
        found=found,
        advice="nothing waits for it: events go out without a frame where a schema's number is not known; try again later",
    )
