"""A small schema registry of the documented REST behaviour, with what the in-memory one lacks: faults made on purpose.

`printed` is how it prints a schema that it was given, as Confluent's does anew; `before` may answer a request instead of it.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"


class RestRegistry:
    """Serves on a free port of 127.0.0.1 from `start` to `stop`."""

    def __init__(self) -> None:
        self.texts: dict[int, str] = {}
        self.subjects: dict[str, list[int]] = {}
        self.levels: dict[str, str] = {}
        self.requests: Counter[str] = Counter()
        self.authorizations: set[str | None] = set()
        self.printed: Callable[[str], str] = lambda text: text
        self.before: Callable[[BaseHTTPRequestHandler], bool] | None = None
        """Whether it has answered already."""
        self._server: ThreadingHTTPServer | None = None
        self.url = ""

    def start(self) -> None:
        port = urlsplit(self.url).port or 0
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, method: str, path: str, body: dict) -> tuple[int, dict]:
        """Status and JSON of one request."""
        match (method, *[unquote(part) for part in path.strip("/").split("/")]):
            case ("POST", "subjects", subject, "versions"):
                return 200, {"id": self.register(subject, body["schema"])}
            case ("POST", "subjects", subject):
                number = self.find(subject, body["schema"])
                if number is None:
                    known = subject in self.subjects
                    return 404, {"error_code": 40403 if known else 40401, "message": "not found"}
                return 200, {"subject": subject, "id": number, "version": 1, "schema": self.texts[number]}
            case ("GET", "schemas", "ids", number) if int(number) in self.texts:
                return 200, {"schema": self.texts[int(number)]}
            case ("PUT", "config", subject):
                self.levels[subject] = body["compatibility"]
                return 200, body
            case ("GET", "config", subject):
                return 200, {"compatibilityLevel": self.levels.get(subject, "BACKWARD")}
        return 404, {"error_code": 40403, "message": "Schema not found"}

    def register(self, subject: str, text: str) -> int:
        number = self.find(subject, text)
        if number is None:
            number = len(self.texts) + 1
            self.texts[number] = self.printed(text)
            self.subjects.setdefault(subject, []).append(number)
        return number

    def find(self, subject: str, text: str) -> int | None:
        """By the text that it would print, as Confluent's compares."""
        printed = self.printed(text)
        return next((each for each in self.subjects.get(subject, ()) if self.texts[each] == printed), None)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        registry = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = 64 * 1024

            def handle_one(self) -> None:
                registry.requests[f"{self.command} {self.path}"] += 1
                registry.authorizations.add(self.headers.get("Authorization"))
                length = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(length) or b"{}")
                if registry.before is None or not registry.before(self):
                    status, told = registry.answer(self.command, urlsplit(self.path).path, body)
                    reply(self, status, json.dumps(told).encode())

            do_GET = do_POST = do_PUT = handle_one  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler


def reply(handler: BaseHTTPRequestHandler, status: int, data: bytes, **headers: str) -> bool:
    """Answer a request; True, so that `before` can end with it."""
    handler.send_response(status)
    for name, value in ({"Content-Type": MEDIA_TYPE, "Content-Length": str(len(data))} | headers).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(data)
    return True
