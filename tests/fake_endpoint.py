"""An OpenAI-compatible server on loopback that misbehaves on order: the other end of real HTTP in tests.

    with FakeEndpoint([Reply(status=429, headers={"Retry-After": "2"}), Reply("Hello there.")]) as endpoint:
        model = LitellmModel("openai/test", api_base=endpoint.url, api_key=SecretStr("sk-test"))

Replies are used up in order, then `otherwise` answers; or give a rule that looks at the request.
"""

from __future__ import annotations

import contextlib
import json
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

POLL_SECONDS = 0.02


@dataclass(frozen=True)
class Reply:
    """How one chat request is answered.

    `pieces` cuts the text; empty: one piece a word. `delay_seconds` passes before the headers, `gap_seconds` between
    pieces. After `die_after` pieces the connection is reset, after `end_after` it ends politely but without a finish,
    after `hang_after` it falls silent until the client leaves. `body` replaces the whole answer.
    """

    text: str = "The lamp is lit."
    pieces: tuple[str, ...] = ()
    delay_seconds: float = 0.0
    gap_seconds: float = 0.0
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    finish: str = "stop"
    reasoning: str = ""
    refusal: str = ""
    die_after: int | None = None
    end_after: int | None = None
    hang_after: int | None = None
    prompt_tokens: int = 40
    cached_tokens: int = 0
    completion_tokens: int = 7
    usage: bool = True
    echo_key: bool = False


@dataclass
class Seen:
    """One request as it arrived. `left` is set when the client hung up before the answer was whole."""

    method: str
    path: str
    key: str
    body: dict[str, Any]
    left: threading.Event = field(default_factory=threading.Event)

    @property
    def prompt(self) -> str:
        """All message texts, joined."""
        contents = [message["content"] for message in self.body.get("messages", [])]
        return "\n".join(c if isinstance(c, str) else "".join(part["text"] for part in c) for c in contents)


Rule = Callable[[Seen], Reply]


class FakeEndpoint:
    """Serves from a thread on a free port while the `with` block lasts. `requests` holds the chat requests seen."""

    def __init__(
        self,
        replies: Iterable[Reply | str] | Rule = (),
        *,
        otherwise: Reply | None = None,
        models: Iterable[str] = ("test",),
        ollama: Iterable[tuple[str, int]] = (),
    ) -> None:
        self.requests: list[Seen] = []
        self.others: list[Seen] = []
        self.otherwise = otherwise or Reply()
        self.models = tuple(models)
        self.ollama = tuple(ollama)
        self.closing = threading.Event()
        self._rule = replies if callable(replies) else None
        self._queue = [] if callable(replies) else [Reply(r) if isinstance(r, str) else r for r in replies]
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL_SECONDS,), daemon=True)

    @property
    def address(self) -> str:
        """`http://127.0.0.1:<port>`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """What to give as `api_base`."""
        return f"{self.address}/v1"

    @property
    def keeps_waiting(self) -> bool:
        """Whether one of the replies to come is silence, or comes late."""
        return any(reply.hang_after is not None or reply.delay_seconds for reply in (*self._queue, self.otherwise))

    def __enter__(self) -> FakeEndpoint:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reply_to(self, seen: Seen) -> Reply:
        """Records the request and takes the next reply."""
        with self._lock:
            self.requests.append(seen)
            if self._rule is None:
                return self._queue.pop(0) if self._queue else self.otherwise
        return self._rule(seen)


class _LeftError(Exception):
    """The client hung up."""


def _handler(endpoint: FakeEndpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):  # a client may leave between two requests
                super().handle()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            return

        def do_GET(self) -> None:
            endpoint.others.append(self._seen({}))
            if self.path == "/api/tags":
                tags = [{"name": name, "model": name, "size": size} for name, size in endpoint.ollama]
                self._whole(200 if tags else 404, json.dumps({"models": tags}))
            elif self.path == "/v1/models":
                data = [{"id": name, "object": "model"} for name in endpoint.models]
                self._whole(200 if data else 404, json.dumps({"object": "list", "data": data}))
            else:
                self._whole(404, "{}")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            seen = self._seen(body)
            if self.path.endswith("/embeddings"):
                endpoint.others.append(seen)
                self._whole(200, json.dumps(_embeddings(body["input"])))
                return
            reply = endpoint.reply_to(seen)
            try:
                self._answer(seen, reply)
            except (_LeftError, BrokenPipeError, ConnectionResetError):
                seen.left.set()
                self.close_connection = True

        def _seen(self, body: dict[str, Any]) -> Seen:
            key = self.headers.get("Authorization", "").removeprefix("Bearer ") or self.headers.get("x-api-key", "")
            return Seen(self.command, self.path, key, body)

        def _answer(self, seen: Seen, reply: Reply) -> None:
            self._wait(reply.delay_seconds)
            if reply.status != 200:
                message = f"You sent the key {seen.key}." if reply.echo_key else f"Simulated {reply.status}."
                error = reply.body or json.dumps({"error": {"message": message, "type": "simulated", "code": None}})
                self._whole(reply.status, error, reply.headers)
            else:
                self._head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked", **reply.headers})
                self._stream(reply)

        def _stream(self, reply: Reply) -> None:
            words = reply.text.split(" ")
            pieces = reply.pieces or tuple(word if i == 0 else f" {word}" for i, word in enumerate(words))
            if reply.body is not None:
                self._chunk(reply.body)
            elif self._say(reply, pieces):
                self._event({}, finish=reply.finish)
                if reply.usage:
                    self._chunk(f"data: {json.dumps(_frame([]) | {'usage': _usage(reply)})}\n\n")
                self._chunk("data: [DONE]\n\n")
            self._chunk("")

        def _say(self, reply: Reply, pieces: tuple[str, ...]) -> bool:
            self._event({"role": "assistant", "content": "", **({"refusal": reply.refusal} if reply.refusal else {})})
            if reply.reasoning:
                self._event({"reasoning_content": reply.reasoning})
            for count, piece in enumerate(pieces):
                self._stumble(reply, count)
                self._wait(reply.gap_seconds if count else 0)
                if reply.end_after == count:
                    return False
                self._event({"content": piece})
            self._stumble(reply, len(pieces))
            return True

        def _stumble(self, reply: Reply, count: int) -> None:
            if reply.hang_after == count:
                self._wait(float("inf"))
            if reply.die_after == count:
                # linger 0: the kernel answers with a reset, as when a server is killed
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                raise BrokenPipeError

        def _wait(self, seconds: float) -> None:
            while seconds > 0 and not endpoint.closing.is_set():
                readable, _, _ = select.select([self.connection], [], [], min(POLL_SECONDS, seconds))
                if readable and not self.connection.recv(1, socket.MSG_PEEK):
                    raise _LeftError
                seconds -= POLL_SECONDS
            if endpoint.closing.is_set():
                raise _LeftError

        def _event(self, delta: dict[str, str], finish: str | None = None) -> None:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            self._chunk(f"data: {json.dumps(_frame([choice]))}\n\n")

        def _chunk(self, text: str) -> None:
            data = text.encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

        def _whole(self, status: int, body: str, headers: Mapping[str, str] | None = None) -> None:
            data = body.encode()
            self._head(
                status, {"Content-Type": "application/json", "Content-Length": str(len(data)), **(headers or {})}
            )
            self.wfile.write(data)

        def _head(self, status: int, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

    return Handler


def _frame(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "test", "choices": choices}


def _embeddings(texts: str | list[str]) -> dict[str, Any]:
    vectors = [[float(len(text)), 1.0, 0.0] for text in ([texts] if isinstance(texts, str) else texts)]
    data = [{"object": "embedding", "index": i, "embedding": vector} for i, vector in enumerate(vectors)]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return {"object": "list", "data": data, "model": "test", "usage": usage}


def _usage(reply: Reply) -> dict[str, Any]:
    return {
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
        "total_tokens": reply.prompt_tokens + reply.completion_tokens,
        "prompt_tokens_details": {"cached_tokens": reply.cached_tokens},
    }
