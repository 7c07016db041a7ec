"""A browser: Debian's Chromium, driven by chromedriver with plain HTTP requests (the WebDriver protocol)."""

import base64
import contextlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {
    "Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004", "Delete": "\ue017", "Space": " ",
    "Left": "\ue012", "Up": "\ue013", "Right": "\ue014", "Down": "\ue015",
}


class Driver:
    """chromedriver, which serves any number of browsers."""

    def __init__(self):
        program = shutil.which("chromedriver")
        if not program:
            raise SystemExit("page-test: chromedriver is missing; run: scripts/setup page")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [program, f"--port={port}", "--log-level=SEVERE"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: self.call("GET", "/status")["ready"], 60, "chromedriver does not start")

    def call(self, method, path, value=None):
        body = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(
            self.url + path, data=body, method=method, headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            problem = json.load(error)["value"]
            raise RuntimeError(f"{problem['error']}: {problem['message'].splitlines()[0]}") from None
        except OSError:
            return {"ready": False}

    def close(self):
        self.process.terminate()
        self.process.wait()


class Browser:
    """One browser with a profile of its own."""

    def __init__(self, driver, width=1280, height=900, is_dark=False):
        self.driver = driver
        self.profile = tempfile.mkdtemp(prefix="aniwho-page-")
        arguments = [
            "--headless=new", f"--user-data-dir={self.profile}", f"--window-size={width},{height}", "--disable-gpu",
            "--no-first-run", "--disable-dev-shm-usage", "--hide-scrollbars", "--force-device-scale-factor=1",
            "--disable-background-networking", "--disable-component-update",
        ]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        if is_dark:
            arguments.append("--force-dark-mode")
        options = {"args": arguments, "prefs": {}}
        answer = driver.call("POST", "/session", {"capabilities": {"alwaysMatch": {
            "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.path = f"/session/{answer['sessionId']}"
        self.call("POST", "/timeouts", {"script": 60000})

    def call(self, method, path, value=None):
        return self.driver.call(method, self.path + path, value)

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        """Runs the body of a function; `return` gives its value."""
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script, *arguments):
        """Runs the body of an async function and waits for its value."""
        body = f"const done = arguments[arguments.length - 1]; (async (...given) => {{ {script} }})(...arguments).then(done, (error) => done('error: ' + error.message));"
        return self.call("POST", "/execute/async", {"script": body, "args": list(arguments)})

    def wait(self, script, what, *arguments, seconds=30):
        """Waits until an expression is true."""
        return wait_for(lambda: self.run(f"return {script}", *arguments), seconds, f"{what} does not happen: {script}", self.errors)

    def press(self, *keys):
        """Presses keys: names of KEYS, or texts."""
        actions = []
        for key in keys:
            for letter in KEYS.get(key) or key:
                actions += [{"type": "keyDown", "value": letter}, {"type": "keyUp", "value": letter}]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def click(self, selector, text=None):
        """Clicks the first visible element of a selector, with a text in it if one is given."""
        script = """return [...document.querySelectorAll(arguments[0])].find((one) => one.checkVisibility()
            && (!arguments[1] || one.textContent.includes(arguments[1])))"""
        found = wait_for(lambda: self.run(script, selector, text), 20, f"there is no {selector} with {text}", self.errors)
        self.call("POST", f"/element/{found[ELEMENT]}/click", {})

    def in_frame(self, selector, work):
        """Does something in a frame in place of the page."""
        self.call("POST", "/frame", {"id": self.run("return document.querySelector(arguments[0])", selector)})
        try:
            work()
        finally:
            self.call("POST", "/frame", {"id": None})

    def drop(self, selector, pictures):
        """Drops files on an element."""
        files = [{"name": path.name, "data": base64.b64encode(path.read_bytes()).decode()} for path in pictures]
        self.run("""const transfer = new DataTransfer();
            for (const { name, data } of arguments[1]) {
              const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
              transfer.items.add(new File([bytes], name, { type: "image/png" }));
            }
            const place = document.querySelector(arguments[0]);
            for (const kind of ["dragover", "drop"]) {
              place.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
            }""", selector, files)

    def resize(self, width, height):
        self.devtools("Emulation.setDeviceMetricsOverride",
                      {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})

    def color_scheme(self, value):
        self.devtools("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": value}]})

    def screenshot(self, path):
        """Writes what the window shows, as a PNG or WebP file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        kind = {"format": "webp", "quality": 80} if path.suffix == ".webp" else {"format": "png"}
        path.write_bytes(base64.b64decode(self.devtools("Page.captureScreenshot", kind)["data"]))

    def devtools(self, command, parameters=None):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters or {}})

    def errors(self):
        """What the browser's console says since it was last asked."""
        return [entry["message"] for entry in self.call("POST", "/se/log", {"type": "browser"}) if entry["level"] == "SEVERE"]

    def unnamed_controls(self):
        """The controls that a screen reader would have no name for."""
        roles = {"button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "slider", "listbox", "option", "image"}
        found = []
        for node in self.devtools("Accessibility.getFullAXTree")["nodes"]:
            role = node.get("role", {}).get("value")
            if not node.get("ignored") and role in roles and not node.get("name", {}).get("value", "").strip():
                found.append(f"{role} {node.get('description', {}).get('value', '')}")
        return found

    def kill(self):
        """Ends the browser as a crash or a power failure does."""
        for line in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            # A process may end while its line is read.
            with contextlib.suppress(OSError):
                if self.profile.encode() in line.read_bytes():
                    os.kill(int(line.parent.name), signal.SIGKILL)
        shutil.rmtree(self.profile, ignore_errors=True)

    def close(self):
        self.call("DELETE", "")
        shutil.rmtree(self.profile, ignore_errors=True)


def wait_for(condition, seconds, problem, details=lambda: ""):
    """Waits until a condition holds, and gives its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{problem} {details()}")
        time.sleep(0.05)
