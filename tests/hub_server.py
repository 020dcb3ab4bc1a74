"""A Hub on this machine: what gan_lab uses of the interface of the Hugging Face Hub, over HTTP.

Made after the requests that huggingface_hub 2.4 sends, and what it reads of the answers.
"""

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import yaml

TOKEN = "hf_an_owners_secret_token"


class Hub:
    """Repositories as commits, each with its files, and everything that was asked.

    Args:
        token: which may write; others may read.
        refuses: a status that every request gets; None: the right one.
    """

    def __init__(self, token=TOKEN, refuses=None):
        self.token, self.refuses = token, refuses
        self.repos = {}  # name: {"private", "branches": {name: sha}, "commits": {sha: files}}
        self.objects = {}  # of large files, by their SHA-256
        self.asked = []  # method, path, whether a token came along
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.hub = self
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        # Large files lie elsewhere, as far as a client can tell.
        self.storage = f"http://localhost:{self.server.server_port}/lfs"

    def __enter__(self):
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def put(self, repo, files, branch="main"):
        """Add a commit of these files, on top of what is there."""
        found = self.repos.setdefault(repo, {"private": False, "branches": {}, "commits": {}})
        before = found["commits"].get(found["branches"].get(branch), {})
        sha = hashlib.sha1(f"{repo}{len(found['commits'])}".encode()).hexdigest()
        found["commits"][sha] = before | files
        found["branches"][branch] = sha
        return sha

    def files(self, repo, branch="main"):
        found = self.repos[repo]
        return found["commits"][found["branches"][branch]]

    def reply(self, request, method, path):
        words = path.strip("/").split("/")
        if method == "POST" and not request.owner:
            return request.answer(401, {"error": "Invalid username or password."})
        if path == "/api/repos/create":
            return self._create(request, json.loads(request.body))
        if path == "/api/validate-yaml":
            return self._validate(request, json.loads(request.body)["content"])
        if words[0] == "lfs":
            return self._large(request, method, words)
        repo = "/".join(words[2:4] if words[0] == "api" else words[:2]).removesuffix(".git")
        found = self.repos.get(repo)
        if found is None or (found["private"] and not request.owner):
            status = 404 if request.owner else 401
            return request.answer(status, {"error": "no"}, X_Error_Code="RepoNotFound")
        if words[-1] == "batch":
            return self._batch(request, json.loads(request.body))
        if words[0] == "api":
            return self._about(request, repo, found, words[4:])
        return self._file(request, found, words[3], "/".join(words[4:]))

    def _create(self, request, asked):
        repo = f"{asked['organization']}/{asked['name']}"
        status = 409 if repo in self.repos else 200
        if status == 200:
            self.put(repo, {".gitattributes": b"*.safetensors filter=lfs\n"})
            self.repos[repo]["private"] = asked.get("visibility") == "private"
        return request.answer(status, {"url": f"{self.address}/{repo}"})

    def _validate(self, request, content):
        try:
            front = yaml.safe_load(content.split("---\n")[1])
            assert front["library_name"] == "gan_lab"
        except (yaml.YAMLError, IndexError, KeyError, TypeError, AssertionError) as error:
            return request.answer(400, {"errors": [{"message": repr(error)}], "warnings": []})
        return request.answer(200, {"errors": [], "warnings": []})

    def _about(self, request, repo, found, words):
        if words[:1] == ["preupload"]:
            files = [
                {"path": file["path"], "shouldIgnore": False,
                 "uploadMode": "lfs" if file["path"].endswith(".safetensors") else "regular"}
                for file in json.loads(request.body)["files"]
            ]  # fmt: skip
            return request.answer(200, {"files": files})
        if words[:1] == ["commit"]:
            return self._commit(request, repo, words[1])
        revision = words[1] if words[:1] == ["revision"] else "main"
        sha = self._commit_of(found, revision)
        if sha is None:
            return request.answer(404, {"error": "no"}, X_Error_Code="RevisionNotFound")
        siblings = [{"rfilename": name} for name in found["commits"][sha]]
        return request.answer(
            200,
            {"_id": "1", "id": repo, "modelId": repo, "sha": sha, "siblings": siblings,
             "private": found["private"], "tags": [], "downloads": 0, "likes": 0},
        )  # fmt: skip

    def _batch(self, request, asked):
        objects = [
            {**one, "actions": {"upload": {"href": f"{self.storage}/{one['oid']}"}}}
            for one in asked["objects"]
        ]
        return request.answer(200, {"objects": objects})

    def _large(self, request, method, words):
        if method == "PUT":
            assert hashlib.sha256(request.body).hexdigest() == words[1]
            self.objects[words[1]] = request.body
            return request.answer(200)
        return request.answer(200, self.objects[words[1]])

    def _commit(self, request, repo, branch):
        files = {}
        for line in filter(None, request.body.split(b"\n")):
            operation = json.loads(line)
            value = operation["value"]
            if operation["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif operation["key"] == "lfsFile":
                files[value["path"]] = self.objects[value["oid"]]
        sha = self.put(repo, files, branch)
        address = f"{self.address}/{repo}/commit/{sha}"
        return request.answer(200, {"commitUrl": address, "commitOid": sha})

    def _file(self, request, found, revision, name):
        sha = self._commit_of(found, revision)
        if sha is None:
            return request.answer(404, {"error": "no"}, X_Error_Code="RevisionNotFound")
        if name not in found["commits"][sha]:
            return request.answer(
                404, {"error": "no"}, X_Error_Code="EntryNotFound", X_Repo_Commit=sha
            )
        content = found["commits"][sha][name]
        digest = hashlib.sha256(content).hexdigest()
        if name.endswith(".safetensors"):  # large files lie elsewhere
            self.objects[digest] = content
            return request.answer(
                302, X_Repo_Commit=sha, X_Linked_Etag=f'"{digest}"', X_Linked_Size=len(content),
                Location=f"{self.storage}/{digest}",
            )  # fmt: skip
        return request.answer(200, content, X_Repo_Commit=sha, ETag=f'"{digest}"')

    def _commit_of(self, found, revision):
        sha = found["branches"].get(revision, revision)
        return sha if sha in found["commits"] else None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def _any(self):
        hub, path = self.server.hub, unquote(urlsplit(self.path).path)
        given = self.headers.get("Authorization")
        hub.asked.append((self.command, path, given is not None))
        if self.headers.get("Transfer-Encoding") == "chunked":
            self.body = self._chunks()
        else:
            self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.owner = given == f"Bearer {hub.token}"
        if hub.refuses:
            return self.answer(hub.refuses, {"error": "no"})
        return hub.reply(self, self.command, path)

    do_GET = do_HEAD = do_POST = do_PUT = _any  # noqa: N815  # as http.server wants them

    def _chunks(self):
        found = b""
        while size := int(self.rfile.readline(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def answer(self, status, content=b"", **headers):
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Length": len(content), **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
