"""An HTTP endpoint of this machine that notes what it is sent and answers as told."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Heard:
    path: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


@dataclass
class Endpoint:
    """`answers` are given in turn, the last one for ever: (status, body, headers)."""

    url: str = ""
    heard: list = field(default_factory=list)
    answers: list = field(default_factory=lambda: [(200, {"errcode": 0, "errmsg": "ok", "code": 0}, {})])

    def answer(self, status=200, body=None, **headers):
        self.answers = [(status, {} if body is None else body, headers)]

    def next(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def _handler(endpoint):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            endpoint.heard.append(Heard(self.path, dict(self.headers.items()), body))
            status, said, headers = endpoint.next()
            content = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_said):
            pass

    return Handler


@pytest.fixture
def endpoint(settings):
    """Listening on this machine, which only this setting allows messages to reach."""
    settings.LOCAL_DESTINATIONS = True
    told = Endpoint()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(told))
    told.url = f"http://127.0.0.1:{server.server_port}/hook?key=abcd-1234"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()
