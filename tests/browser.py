"""A real browser for tests: headless Chromium, spoken to by the DevTools protocol."""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_S = 120.0
"""How long a condition may take to come true: this machine may be busy."""
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--mute-audio",
    "--no-first-run", "--disable-extensions", "--disable-background-networking", "--remote-debugging-port=0",
)  # fmt: skip


def chromium() -> str | None:
    """Where Chromium is, if anywhere."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Tab:
    """One page: go somewhere, look, press, and hear of everything that went wrong."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0
        self.faults: list[str] = []
        """Exceptions, and what the policy of the page refused. That a server is busy for a moment is no fault."""
        self.received: dict[str, float] = {}
        """Bytes that came over the wire, by request."""
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call the browser; what it answers."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(PATIENCE_S))
            if message.get("id") == self._number:
                assert "error" not in message, f"{method}: {message['error']}"
                return dict(message["result"])
            self._hear(message)

    def open(self, address: str) -> None:
        """Go to an address."""
        self.call("Page.navigate", url=address)
        self.until("document.readyState === 'complete'")

    def value(self, script: str) -> Any:
        """What an expression comes to in the page; a promise is awaited."""
        told = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until an expression comes to something true."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            with contextlib.suppress(AssertionError):  # the page may be going elsewhere just now
                if self.value(f"Boolean({script})"):
                    return
            assert time.monotonic() < deadline, f"never true: {script}\n{self.text()[:2_000]}\n{self.faults}"
            time.sleep(0.05)

    def sees(self, words: str) -> None:
        """Wait until the page shows these words."""
        self.until(f"document.body.innerText.includes({json.dumps(words)})")

    def press(self, words: str, within: str = "body") -> None:
        """Click the first button or link in there that says this."""
        all_of_them = f"[...document.querySelectorAll('{within} :is(button, a)')]"
        found = f"{all_of_them}.find((one) => one.innerText.trim() === {json.dumps(words)})"
        self.until(f"{found} && ({found}.click(), true)")

    def write(self, selector: str, text: str) -> None:
        """Write into a field as a person would: the page hears of it."""
        field = f"document.querySelector({json.dumps(selector)})"
        self.until(
            f"{field} && ({field}.value = {json.dumps(text)},"
            f" {field}.dispatchEvent(new Event('input', {{bubbles: true}})), true)"
        )

    def text(self) -> str:
        """All that is shown."""
        return str(self.value("document.body.innerText"))

    def shape(self, width: int, height: int, *, dark: bool = False) -> None:
        """Make the window of this size, the colours light or dark."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=scheme)

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """A screenshot."""
        taken = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(taken["data"]))

    def _hear(self, message: dict[str, Any]) -> None:
        told = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                details = told["exceptionDetails"]
                self.faults.append(details.get("exception", {}).get("description") or details["text"])
            case "Log.entryAdded" if told["entry"]["level"] == "error" and told["entry"]["source"] != "network":
                self.faults.append(f"{told['entry']['text']} {told['entry'].get('url', '')}")
            case "Network.loadingFinished":
                self.received[told["requestId"]] = told["encodedDataLength"]


@contextmanager
def browser() -> Iterator[Tab]:
    """A browser of its own with one empty tab, and nothing left of it afterwards."""
    profile = Path(tempfile.mkdtemp(prefix="ethogram-browser-"))
    program = chromium()
    assert program, "no Chromium"
    process = subprocess.Popen(
        [program, *ARGUMENTS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = _tab_address(profile, process)
        with connect(address, max_size=None, proxy=None) as socket:
            yield Tab(socket)
    except ConnectionClosed as error:
        raise AssertionError("the browser ended") from error
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_S)
        shutil.rmtree(profile, ignore_errors=True)


def _tab_address(profile: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            port = int((profile / "DevToolsActivePort").read_text().splitlines()[0])
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
                pages = [each for each in json.load(answer) if each["type"] == "page"]
            return str(pages[0]["webSocketDebuggerUrl"])
        time.sleep(0.05)
    raise AssertionError(f"Chromium did not start: {process.poll()}")
