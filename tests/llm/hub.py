"""A small stand-in for the Hub on loopback: redirects to the file, resumes, and can break or lie."""

from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class LocalHub:
    """Serves files by path. `breaks`: after so many bytes each of the next connections is cut."""

    def __init__(self, files: dict[str, bytes], *, breaks: tuple[int, ...] = (), ranges: bool = True) -> None:
        self.files = files
        self.breaks = list(breaks)
        self.ranges = ranges
        self.hashes = {path: hashlib.sha256(data).hexdigest() for path, data in files.items()}
        self.started: list[int] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """What to give as `hub`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> LocalHub:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(hub: LocalHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            return

        def do_GET(self) -> None:
            path = self.path.removeprefix("/cdn")
            data = hub.files.get(path)
            if data is None:
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif not self.path.startswith("/cdn"):
                self.send_response(302)
                self.send_header("Location", f"/cdn{path}")
                self.send_header("X-Linked-Etag", f'"{hub.hashes[path]}"')
                self.send_header("X-Linked-Size", str(len(data)))
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._send(data)

        def _send(self, data: bytes) -> None:
            wanted = self.headers.get("Range", "").removeprefix("bytes=").removesuffix("-")
            start = int(wanted) if wanted and hub.ranges else 0
            hub.started.append(start)
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            if hub.breaks:
                self.wfile.write(data[start : start + hub.breaks.pop(0)])
                self.wfile.flush()
                self.close_connection = True
            else:
                self.wfile.write(data[start:])

    return Handler
