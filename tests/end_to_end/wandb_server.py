"""A stand-in for the server of Weights & Biases: it takes runs, answers errors, or never answers.

It knows what wandb 0.31 asks of it, and keeps the history that it is sent.
"""

import json
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PROJECT = {"id": "P", "name": "gan_lab", "entity": {"id": "E", "name": "someone"}}


class StandIn(ThreadingHTTPServer):
    """Answers as `behaviour` says: honest, errors or silent.

    Attributes:
        histories: the rows that it was sent, by the run's id and their place.
        uploads: names of the files that it was sent.
        artifacts: types of those that it was told of.
        goes_bad: what to behave like once a history has arrived; None for no change.
    """

    daemon_threads = True

    def __init__(self, behaviour: str, goes_bad: str | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviour = behaviour
        self.goes_bad = goes_bad
        self.histories: dict[str, dict[int, dict]] = defaultdict(dict)
        self.known: set[str] = set()
        self.uploads: list[str] = []
        self.artifacts: list[str] = []
        self.over = threading.Event()

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to talk to it."""
        url = f"http://127.0.0.1:{self.server_port}"
        return {"WANDB_BASE_URL": url, "WANDB_API_KEY": "0" * 40, "WANDB_MODE": "online"}

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.behaviour == "silent":
            self.server.over.wait()
            self.close_connection = True
        elif self.server.behaviour == "errors":
            self._send({}, status=500)
        elif self.path == "/graphql":
            self._send({"data": self._graphql(json.loads(body))})
        elif stream := re.fullmatch(r"/files/.*/([^/]+)/file_stream", self.path):
            self._take(stream[1], json.loads(body))
            self._send({})
        else:
            self.server.uploads.append(self.path.rpartition("/")[2])
            self._send({}, status=404 if "otel" in self.path else 200)

    do_GET = do_PUT = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass

    def _send(self, answer: dict, status: int = 200) -> None:
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _graphql(self, request: dict) -> dict:
        name = re.search(r"(?:query|mutation) (\w+)", request["query"])[1]
        asked = request.get("variables") or {}
        if name == "RunResumeStatus":
            run = asked["name"]
            return {"model": PROJECT | {"bucket": self._run(run) if self._knows(run) else None}}
        if name == "UpsertBucket":
            inserted = not self._knows(asked["name"])
            self.server.known.add(asked["name"])
            return {"upsertBucket": {"bucket": self._run(asked["name"]), "inserted": inserted}}
        if name == "CreateRunFiles":
            url = self.server.environment["WANDB_BASE_URL"]
            files = [{"name": file, "uploadUrl": f"{url}/{file}"} for file in asked["files"]]
            return {"createRunFiles": {"runID": "R", "uploadHeaders": [], "files": files}}
        if name == "Viewer":
            return {"viewer": {"id": "V", "entity": "someone", "username": "someone"}}
        if name == "ArtifactType":
            return {"project": {"artifact": None}}
        if name == "CreateArtifact":
            self.server.artifacts.append(asked["input"]["artifactTypeName"])
            # Committed: it has the files already, and wants none.
            sequence = {"id": "S", "name": "S", "latestArtifact": {"id": "A", "versionIndex": 0}}
            artifact = {"id": "A", "state": "COMMITTED", "artifactSequence": sequence}
            return {"createArtifact": {"artifact": artifact}}
        return {}

    def _knows(self, run: str) -> bool:
        return run in self.server.known

    def _run(self, run: str) -> dict:
        history = self.server.histories[run]
        last = [json.dumps(history[max(history)])] if history else []
        return {
            "id": run, "name": run, "displayName": run, "project": PROJECT, "config": "{}",
            "summaryMetrics": "{}", "wandbConfig": '{"t": 1}', "tags": [],
            "historyLineCount": len(history), "historyTail": json.dumps(last),
            "eventsLineCount": 0, "eventsTail": "[]", "logLineCount": 0, "logTail": "[]",
        }  # fmt: skip

    def _take(self, run: str, message: dict) -> None:
        content = (message.get("files") or {}).get("wandb-history.jsonl")
        if content:
            for place, line in enumerate(content["content"], start=content["offset"]):
                self.server.histories[run][place] = json.loads(line)
            self.server.behaviour = self.server.goes_bad or self.server.behaviour


@contextmanager
def stand_in(behaviour: str, goes_bad: str | None = None) -> Iterator[StandIn]:
    """Run one while the body runs."""
    server = StandIn(behaviour, goes_bad)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
