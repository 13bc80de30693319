"""Firefox for the tests, driven over WebDriver BiDi: the second engine that the page must work in."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

EVENTS = ["log.entryAdded", "network.beforeRequestSent", "browsingContext.userPromptOpened"]
LOCAL = ("file:", "data:", "blob:")


class Firefox:
    """One tab. `wrong` has the errors and dialogs that it has met, and the requests that leave this machine's files."""

    def __init__(self, socket: "ClientConnection") -> None:
        self.socket, self.numbers, self.wrong = socket, count(1), list[str]()
        self.send("session.new", capabilities={})
        self.tab = self.send("browsingContext.getTree")["contexts"][0]["context"]
        self.send("session.subscribe", events=EVENTS, contexts=[self.tab])
        self.send("browsingContext.setViewport", context=self.tab, viewport={"width": 1440, "height": 900})

    def send(self, method: str, **params: Any) -> Any:
        """The result of a command; raises RuntimeError where Firefox gives an error."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv(timeout=60))).get("id") != number:
            self._met(answer["method"], answer["params"])
        if answer["type"] == "error":
            raise RuntimeError(f"{method}: {answer['message']}")
        return answer["result"]

    def _met(self, event: str, params: dict[str, Any]) -> None:
        if event == "log.entryAdded" and params["level"] == "error":
            self.wrong.append(f"error: {params['text']}")
        if event == "browsingContext.userPromptOpened":
            self.wrong.append(f"dialog: {params['message']}")
        if event == "network.beforeRequestSent" and not params["request"]["url"].startswith(LOCAL):
            self.wrong.append(params["request"]["url"])

    def goto(self, uri: str) -> None:
        self.send("browsingContext.navigate", context=self.tab, url=uri, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """What the expression (or the promise that it is) gives, by way of JSON."""
        script = f"Promise.resolve({expression}).then((value) => JSON.stringify(value ?? null))"
        said = self.send("script.evaluate", expression=script, target={"context": self.tab}, awaitPromise=True)
        if said["type"] == "exception":
            raise RuntimeError(said["exceptionDetails"]["text"])
        return json.loads(said["result"]["value"])

    def until(self, expression: str, wanted: object = True) -> None:
        end = time.monotonic() + 20
        while (found := self.evaluate(expression)) != wanted:
            assert time.monotonic() < end, f"{expression} is {found!r}, not {wanted!r}"
            time.sleep(0.05)

    def click(self, selector: str) -> None:
        """A click of the mouse at the middle of the element, which must be what lies there."""
        x, y, met = self.evaluate(
            f"""((found) => {{
                found.scrollIntoView({{ block: "nearest", behavior: "instant" }});
                const {{ x, y, width, height }} = found.getBoundingClientRect();
                const [middle, centre] = [Math.floor(x + width / 2), Math.floor(y + height / 2)];
                return [middle, centre, found.contains(document.elementFromPoint(middle, centre))];
            }})(document.querySelector({json.dumps(selector)}))"""
        )
        assert met, f"{selector} is covered"
        self.click_at(x, y)

    def click_at(self, x: int, y: int) -> None:
        move = {"type": "pointerMove", "x": x, "y": y}
        self._act("pointer", move, {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0})

    def press(self, keys: str) -> None:
        self._act("key", *({"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")))

    def _act(self, kind: str, *actions: dict[str, Any]) -> None:
        source = {"type": kind, "id": kind, "actions": actions}
        self.send("input.performActions", context=self.tab, actions=[source])


@contextmanager
def running(path: str, profile: Path) -> Iterator[Firefox]:
    """A Firefox without windows, with a new profile."""
    from websockets.sync.client import connect

    profile.mkdir()
    command = [path, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"]
    with (profile / "log").open("wb") as log:
        process = subprocess.Popen([*command, "about:blank"], stdout=log, stderr=log)
    try:
        with connect(_address(profile, process), max_size=None) as socket:
            yield Firefox(socket)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _address(profile: Path, process: "subprocess.Popen[bytes]") -> str:
    """Where Firefox listens; it writes the port into its profile."""
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        try:
            said = json.loads((profile / "WebDriverBiDiServer.json").read_text())
            return f"ws://{said['ws_host']}:{said['ws_port']}/session"
        except (OSError, ValueError):  # not there, or half written
            time.sleep(0.05)
    raise RuntimeError(f"Firefox does not listen:\n{(profile / 'log').read_text(errors='replace')[-1000:]}")
