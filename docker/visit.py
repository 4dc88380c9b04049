"""A visit to the JupyterLab of this container, from inside it: over REST and a WebSocket, as the browser's page does.

    python visit.py          # the server that runs here
    python visit.py hub      # a jupyterhub-singleuser that it starts itself, and a stub in place of the hub

It executes the first tutorial, saves it, asks for a completion and leaves an endless cell behind, for whoever stops the
server. What the hub's server starts must not ask for a Go module either: its proxy is a door that nobody opens, as
behind a firewall that drops what it does not like. It prints what it saw; a failed assertion is the exit status.
"""
import glob
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

import websocket  # jupyter_server brings it

LIMIT = 60  # seconds for one answer
VISIT = 180  # and for all of them: a server that pings keeps a socket from timing out
NOTEBOOK = "notebooks/00-start.ipynb"


class Server:
    def __init__(self, url, token):
        self.url, self.token = url, token

    def ask(self, method, path, body=None, token=None):
        """One request; the status and what the answer says in JSON."""
        request = urllib.request.Request(self.url + path, method=method,
                                         data=None if body is None else json.dumps(body).encode())
        request.add_header("Authorization", "token " + (self.token if token is None else token))
        try:
            with urllib.request.urlopen(request, timeout=LIMIT) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else None
        except urllib.error.HTTPError as e:
            return e.code, None

    def must(self, method, path, body=None):
        status, answer = self.ask(method, path, body)
        assert status < 300, f"{method} {path}: status {status}"
        return answer


class Kernel:
    def __init__(self, server, session):
        self.session = uuid.uuid4().hex
        address = f"{server.url.replace('http', 'ws', 1)}api/kernels/{session['kernel']['id']}/channels"
        self.socket = websocket.create_connection(f"{address}?session_id={self.session}", timeout=LIMIT,
                                                  header=["Authorization: token " + server.token])

    def send(self, kind, content):
        """Sends on the shell channel and returns the message's id."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": self.session, "username": "visitor",
                  "version": "5.3"}
        self.socket.send(json.dumps({"channel": "shell", "header": header, "parent_header": {}, "metadata": {},
                                     "content": content, "buffers": []}))
        return header["msg_id"]

    def answers(self, msg_id):
        """What comes in answer to a message, without end: pairs of type and content."""
        while True:
            message = json.loads(self.socket.recv())
            if message["parent_header"].get("msg_id") == msg_id:
                yield message["header"]["msg_type"], message["content"]

    def execute(self, code):
        """Runs a cell; its reply and its outputs as a notebook stores them."""
        reply, idle, outputs = None, False, []
        answers = self.answers(self.send("execute_request", {
            "code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False,
            "stop_on_error": True}))
        while reply is None or not idle:
            kind, content = next(answers)
            if kind == "execute_reply":
                reply = content
            elif kind == "status":
                idle = content["execution_state"] == "idle"
            elif kind in ("display_data", "execute_result", "stream", "error"):
                content.pop("transient", None)
                outputs.append({"output_type": kind, **content})
        return reply, outputs


def execute(server):
    """Executes and saves the notebook; returns its kernel."""
    model = server.must("GET", f"api/contents/{NOTEBOOK}")
    begin = time.monotonic()
    session = server.must("POST", "api/sessions", {
        "path": NOTEBOOK, "name": "", "type": "notebook", "kernel": {"name": "gonb"}})
    kernel = Kernel(server, session)
    seconds, figures, checks = [], [], 0
    for cell in model["content"]["cells"]:
        if cell["cell_type"] != "code":
            continue
        start = time.monotonic()
        reply, cell["outputs"] = kernel.execute(cell["source"])
        seconds.append(time.monotonic() - start)
        assert reply["status"] == "ok", f"{cell['source']}\n{reply['evalue']}\n{cell['outputs']}"
        cell["execution_count"] = reply["execution_count"]
        bundles = [o["data"] for o in cell["outputs"] if o["output_type"] == "display_data"]
        figures += [b["image/svg+xml"] for b in bundles if "image/svg+xml" in b]
        checks += sum("application/vnd.downhill.check+json" in b for b in bundles)
    assert len(figures) >= 2 and all("<svg" in f for f in figures), f"{len(figures)} figures"
    assert checks >= 2, f"{checks} checks"
    print(f"{NOTEBOOK}: {len(seconds)} cells, {len(figures)} figures as image/svg+xml, {checks} checks; "
          f"first cell after {begin_to(begin, seconds):.2f} s, slowest {max(seconds):.2f} s, "
          f"all {sum(seconds):.2f} s")
    server.must("PUT", f"api/contents/{NOTEBOOK}", {k: model[k] for k in ("type", "format", "content")})
    saved = os.path.join(os.environ["HOME"], NOTEBOOK)
    with open(saved, encoding="utf-8") as f:
        assert "image/svg+xml" in f.read()
    print(f"saved: {saved}")
    return kernel


def begin_to(begin, seconds):
    """How long it took from begin to the end of the first of the cells that have just ended."""
    return time.monotonic() - begin - sum(seconds[1:])


def complete(kernel):
    """gopls takes a moment to come up; until then nothing is offered."""
    code, offers, deadline = '%%\nfmt.Printl', [], time.monotonic() + LIMIT
    while not any("Println" in o for o in offers):
        assert time.monotonic() < deadline, "no completion"
        asked = kernel.send("complete_request", {"code": code, "cursor_pos": len(code)})
        offers = next(c["matches"] for kind, c in kernel.answers(asked) if kind == "complete_reply")
    print(f"completion of Printl: {offers[0]}")


def visit(server):
    for token in ("", "wrong"):
        status, _ = server.ask("GET", "api/contents/notebooks", token=token)
        assert status == 403, f"with token {token!r}: status {status}"
    kernel = execute(server)
    complete(kernel)
    endless = kernel.send("execute_request", {"code": '%%\nfmt.Println("on")\nfor {\n}', "silent": False,
                                              "store_history": True, "allow_stdin": False})
    next(kind for kind, content in kernel.answers(endless) if kind == "stream" and "on" in content["text"])
    print("an endless cell runs")


def here():
    """The server that runs in this container, once it has written down where it listens."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        for path in glob.glob(os.path.expanduser("~/.local/share/jupyter/runtime/jpserver-*.json")):
            try:
                with open(path, encoding="utf-8") as f:
                    about = json.load(f)
                server = Server(f"http://127.0.0.1:{about['port']}{about['base_url']}", about["token"])
                if server.ask("GET", "api/status")[0] == 200:
                    return server
            except (OSError, ValueError):
                pass
        time.sleep(0.1)
    raise AssertionError("no server came up")


class Hub(http.server.BaseHTTPRequestHandler):
    """As much of JupyterHub's API as a single-user server asks for: which hub, whose token."""

    def answer(self, model):
        body = json.dumps(model).encode()
        self.send_response(200)
        self.send_header("X-JupyterHub-Version", os.environ["DOWNHILL_HUB_VERSION"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path.split("?")[0] != "/hub/api/user":
            self.answer({"version": os.environ["DOWNHILL_HUB_VERSION"]})
        elif self.headers["Authorization"] == "token ada's":
            self.answer({"kind": "user", "name": "ada", "admin": False, "groups": [],
                         "scopes": ["access:servers!server=ada/"], "session_id": None})
        else:
            self.send_error(403)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.answer({})

    def log_message(self, *_):
        pass


def hub():
    """Starts what a hub starts, visits it as the user would, and ends it."""
    version = subprocess.run(["jupyterhub-singleuser", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    os.environ["DOWNHILL_HUB_VERSION"] = version
    stub = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=stub.serve_forever, daemon=True).start()
    address, port = f"http://127.0.0.1:{stub.server_port}/hub/", 18888
    door, knocks = socket.create_server(("127.0.0.1", 0)), []
    threading.Thread(target=lambda: [knocks.append(door.accept()) for _ in iter(int, 1)], daemon=True).start()
    child = subprocess.Popen(["jupyterhub-singleuser"], env={
        **os.environ, "GOPROXY": f"http://127.0.0.1:{door.getsockname()[1]}", "JUPYTERHUB_API_TOKEN": "the server's", "JUPYTERHUB_API_URL": address + "api",
        "JUPYTERHUB_BASE_URL": "/", "JUPYTERHUB_CLIENT_ID": "jupyterhub-user-ada", "JUPYTERHUB_HOST": "",
        "JUPYTERHUB_OAUTH_CALLBACK_URL": "/user/ada/oauth_callback",
        "JUPYTERHUB_OAUTH_SCOPES": '["access:servers!server=ada/", "access:servers!user=ada"]',
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": '["access:servers!server=ada/", "access:servers!user=ada"]',
        "JUPYTERHUB_ACTIVITY_URL": address + "api/users/ada/activity", "JUPYTERHUB_SERVER_NAME": "",
        "JUPYTERHUB_SERVICE_PREFIX": "/user/ada/", "JUPYTERHUB_SERVICE_URL": f"http://127.0.0.1:{port}/user/ada/",
        "JUPYTERHUB_USER": "ada"})
    try:
        server, deadline = Server(f"http://127.0.0.1:{port}/user/ada/", "ada's"), time.monotonic() + LIMIT
        while True:
            try:
                if server.ask("GET", "api/status")[0] == 200:
                    break
            except OSError:
                pass
            assert child.poll() is None and time.monotonic() < deadline, "jupyterhub-singleuser did not come up"
            time.sleep(0.1)
        print(f"jupyterhub-singleuser {version} serves /user/ada/")
        visit(server)
        assert not knocks, f"asked for Go modules {len(knocks)} times"
        print("no Go module was asked for")
    finally:
        child.terminate()
        begin = time.monotonic()
        child.wait(LIMIT)
    print(f"SIGTERM ended it in {time.monotonic() - begin:.1f} s with status {child.returncode}")


def late(*_):
    raise TimeoutError(f"the visit took more than {VISIT} s")


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, late)
    signal.alarm(VISIT)
    if sys.argv[1:] == ["hub"]:
        hub()
    else:
        visit(here())
