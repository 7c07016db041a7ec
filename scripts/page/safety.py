"""What must not be possible, and what must not be lost."""

import json
import time
import urllib.error
import urllib.request

from . import work
from .browser import Browser, wait_for


def request(url, method="GET", body=None, **headers):
    """A request as another program sends it. Gives the status, the headers and the body."""
    asked = urllib.request.Request(url, data=body, method=method, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def second_browser_sees_nothing(driver, base, used_link):
    other = Browser(driver)
    try:
        other.open(base)
        other.wait("document.querySelector('dialog.login[open]')", "the question for a link")
        assert other.run("return document.querySelectorAll('.card, .faces li').length") == 0
        status = other.run_async("return (await fetch('/v1/characters')).status")
        assert status == 401, status
        picture = other.run_async("return (await fetch('/v1/images/1/thumbnail')).status")
        assert picture == 401, picture
        # A link that was used already.
        other.run("document.querySelector('#link').value = arguments[0]", used_link)
        other.click("dialog .primary")
        other.wait("document.querySelector('dialog .problem').textContent.includes('used already')", "the refusal of a used link")
    finally:
        other.close()


def foreign_pages_are_refused(base, browser):
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in browser.call("GET", "/cookie"))
    (one,) = browser.call("GET", "/cookie")
    assert one["httpOnly"] and one["sameSite"] == "Strict", one
    make = {"url": base + "v1/characters", "method": "POST", "body": json.dumps({"name": "Foreign"}).encode(), "Content_Type": "application/json"}
    origin = base.rstrip("/")
    token = browser.run("return Object.values(localStorage)[0]")
    status = lambda **headers: request(**make, Cookie=cookie, **headers)[0]  # noqa: E731
    assert status(Origin="http://evil.example", X_AniWho_Token=token) == 403, "another origin may post"
    assert status(Origin=origin) == 401, "a post without the token passes"
    assert status(Origin=origin, X_AniWho_Token="wrong") == 401, "a post with a wrong token passes"
    assert status(X_AniWho_Token=token) == 403, "a post without an origin passes"
    assert request(base + "v1/characters", Cookie=cookie, Host="evil.example")[0] == 403, "another host name passes"
    assert request(base + "v1/characters", Cookie=cookie, Sec_Fetch_Site="same-site")[0] == 401, "another port's page may read"
    assert request(base + "v1/characters", Cookie=cookie)[0] == 200
    assert status(Origin=origin, X_AniWho_Token=token) == 201


def headers_are_strict(base):
    status, headers, _ = request(base)
    policy = headers["Content-Security-Policy"]
    assert status == 200 and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    again = request(base, If_None_Match=headers["ETag"])
    assert again[0] == 304 and again[2] == b""


def expired_session(browser, daemon, name):
    """A session that ends in the middle of work: nothing that was typed is lost."""
    browser.run("location.hash = '#/character/' + encodeURIComponent(arguments[0])", name)
    browser.wait("document.querySelector('.note')", "the note")
    for session in daemon.ask("sessions", "list"):
        daemon.ask("sessions", "revoke", str(session["id"]), "--yes")
    browser.run("""const note = document.querySelector('.note'); note.value = 'typed before the end';
        note.dispatchEvent(new Event('change'));""")
    browser.wait("document.querySelector('dialog.login[open]')", "the question for a link")
    assert browser.run("return document.querySelector('.note').value") == "typed before the end"
    browser.run("document.querySelector('#link').value = arguments[0]", daemon.link())
    browser.click("dialog .primary")
    wait_for(lambda: daemon.ask("characters", "show", name)["character"]["note"] == "typed before the end", 20,
             "the note is lost", browser.errors)


def restart(browser, daemon):
    """A daemon that restarts under an open page."""
    daemon.stop()
    browser.run("location.hash = '#/checks/storage'")
    browser.wait("!document.getElementById('connection').hidden", "the message that the daemon is gone")
    daemon.start()
    browser.wait("document.getElementById('connection').hidden && document.querySelector('.check .facts')", "the page that goes on", seconds=60)


def vanishing_browser(driver, browser, daemon):
    """A browser that dies while it enrolls: each request is done whole or not at all, and the others go on."""
    other = Browser(driver)
    other.open(daemon.link())
    other.wait("document.querySelectorAll('.card').length", "the page of a second browser")
    pictures = [one for name in work.names() for one in work.pictures("ask", name)]
    other.drop(".view", pictures)
    other.wait("document.querySelector('dialog[open] input')", "the question for the name")
    other.press("Vanished", "Enter")
    wait_for(lambda: daemon.faces("Vanished") or other.run("return performance.getEntriesByName(location.origin + '/v1/characters/Vanished/images').length"),
             20, "the second browser sends nothing")
    other.kill()
    time.sleep(1)
    faces = daemon.faces("Vanished")
    # The page sends at most 16 pictures at a time.
    assert faces % 16 == 0 or faces == len(pictures), faces
    work.show(browser, "characters")
    browser.wait("document.querySelectorAll('.card').length", "the page of the first browser")
    if faces:
        daemon.ask("characters", "remove", "Vanished", "--yes")


def large_picture(browser):
    browser.run("location.hash = '#/try'")
    browser.wait("document.querySelector('.drop')", "the place to drop")
    browser.run("""const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(65 << 20)], 'large.png', { type: 'image/png' }));
        document.querySelector('.view').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));""")
    browser.wait("window.told.some((one) => one.includes('large.png has'))", "the refusal of a large picture")
    browser.run("document.getElementById('toasts').replaceChildren()")
