"""What a user does on the page: enroll by dropping, name a pile by keyboard, reject, undo, merge, look at the calibration."""

import pathlib
import tempfile
import time

from .browser import Browser, wait_for
from .daemon import SAMPLES

SCRIPT_NAME = "<script>window.taken=1</script><img src=x onerror=window.taken=1>"
CARDS = "document.querySelectorAll('.card').length"


def pictures(folder, name):
    return sorted((SAMPLES / folder / name).glob("*.png"))


def names(folder="enroll"):
    return sorted(one.name for one in (SAMPLES / folder).iterdir())


def show(browser, view):
    browser.run(f"location.hash = '#/{view}'")


def listen(browser):
    """Keeps every message that the page shows: they go after some seconds."""
    browser.run("""window.told = [];
        new MutationObserver((changes) => {
          for (const node of changes.flatMap((one) => [...one.addedNodes])) window.told.push(node.textContent);
        }).observe(document.getElementById('toasts'), { childList: true });""")


def wait_for_message(browser, text):
    browser.wait("window.told.some((one) => one.includes(arguments[0]))", f"the message “{text}”", text)


def undo(browser):
    browser.run("document.activeElement?.blur(); window.told.length = 0;")
    browser.press("z")
    wait_for_message(browser, "Taken back")
    browser.run("document.getElementById('toasts').replaceChildren()")


def enroll_by_drop(browser, daemon):
    show(browser, "characters")
    browser.wait(f"{CARDS} === 10", "the grid of ten characters")
    hopeful = names()[10]
    browser.drop(".view", pictures("enroll", hopeful))
    browser.wait("document.querySelector('dialog[open] input')", "the question for the name")
    browser.press(hopeful, "Enter")
    browser.wait(f"{CARDS} === 11", "the enrolled character")
    assert daemon.faces(hopeful) == 5
    undo(browser)
    assert daemon.faces(hopeful) == 0


def refused_picture(browser, daemon):
    """A picture that the daemon refuses: those that were enrolled before it can be taken back."""
    show(browser, "characters")
    hopeful = names()[10]
    good = [one for name in names() for one in pictures("ask", name)][:16]
    with tempfile.TemporaryDirectory() as folder:
        broken = pathlib.Path(folder) / "broken.png"
        broken.write_bytes(b"no picture")
        browser.drop(".view", [*good, broken])
        browser.wait("document.querySelector('dialog[open] input')", "the question for the name")
        browser.press(hopeful, "Enter")
        wait_for_message(browser, "broken.png")
    assert daemon.faces(hopeful) == 16
    browser.wait(f"{CARDS} === 11", "the pictures that were enrolled")
    undo(browser)
    assert daemon.faces(hopeful) == 0


def markup_stays_text(browser, daemon):
    show(browser, "characters")
    browser.drop(".view", pictures("enroll", names()[11])[:2])
    browser.wait("document.querySelector('dialog[open] input')", "the question for the name")
    browser.press(SCRIPT_NAME, "Enter")
    browser.wait("[...document.querySelectorAll('.card .name')].some((one) => one.textContent === arguments[0])", "the name as text", SCRIPT_NAME)
    browser.run("location.hash = [...document.querySelectorAll('.card')].find((one) => one.textContent.includes('<script>')).hash")
    browser.wait("document.querySelector('main h1')?.textContent === arguments[0]", "the name as a heading", SCRIPT_NAME)
    browser.run("""const note = document.querySelector('.note'); note.value = arguments[0]; note.dispatchEvent(new Event('change'));""", SCRIPT_NAME)
    wait_for_message(browser, "<script>")
    assert browser.run("return window.taken") is None, "markup in a name was run"
    assert browser.run("return document.querySelectorAll('main script, main [onerror]').length") == 0
    daemon.ask("characters", "remove", SCRIPT_NAME, "--yes")


def name_a_pile(browser, daemon):
    """Names the pile of a stranger by keyboard alone, takes it back, and names it again."""
    stranger = names()[10]
    daemon.ask("classify", *pictures("enroll", stranger), *pictures("enroll", names()[11])[:3], "--keep-unknown")
    waiting = daemon.inbox()
    assert waiting >= 4, f"only {waiting} faces are unknown"
    show(browser, "inbox")
    browser.wait("document.querySelectorAll('.pile').length > 0 && document.querySelector('.pile.current')", "the piles")
    pile = browser.run("return document.querySelectorAll('.pile.current .faces li').length")
    browser.press("n", stranger[:3])
    browser.press(stranger[3:], "Enter")
    wait_for(lambda: daemon.faces(stranger) == pile, 20, "the pile is not enrolled", browser.errors)
    assert daemon.inbox() == waiting - pile
    wait_for_message(browser, "Named")
    undo(browser)
    assert daemon.faces(stranger) == 0 and daemon.inbox() == waiting
    return waiting


def ignore_and_discard(browser, daemon, waiting):
    show(browser, "characters")
    browser.wait(CARDS, "the grid")
    show(browser, "inbox")
    browser.wait("document.querySelector('.pile.current')", "the piles")
    pile = browser.run("return document.querySelectorAll('.pile.current .faces li').length")
    browser.press("i")
    wait_for(lambda: daemon.inbox() == waiting - pile, 20, "the pile is not ignored", browser.errors)
    ignored = daemon.ask("inbox", "ignored")
    assert [len(one["pictures"]) for one in ignored] == [pile]
    undo(browser)
    assert daemon.inbox() == waiting
    browser.wait("document.querySelector('.pile.current')", "the piles")
    browser.press("x")
    wait_for(lambda: daemon.inbox() == waiting - pile, 20, "the pile is not discarded", browser.errors)
    undo(browser)
    assert daemon.inbox() == waiting


def two_browsers_on_one_pile(driver, browser, daemon):
    """One browser names a pile that another one still shows. The other's naming changes nothing, and it is told why."""
    first, late = names()[10], names()[11]
    waiting, before = daemon.inbox(), daemon.faces(late)
    other = Browser(driver)
    try:
        other.open(daemon.link())
        other.wait(CARDS, "the login of the other browser")
        for one in (browser, other):
            show(one, "characters")
            one.wait(CARDS, "the grid")
            show(one, "inbox")
            one.wait("document.querySelector('.pile.current')", "the piles")
        listen(other)
        pile = browser.run("return document.querySelectorAll('.pile.current .faces li').length")
        piles = other.run("return document.querySelectorAll('.pile').length")
        browser.press("n", first, "Enter")
        wait_for(lambda: daemon.faces(first) == pile, 20, "the pile is not enrolled", browser.errors)
        wait_for_message(other, "Something was changed elsewhere")
        other.press("n", late, "Enter")
        wait_for_message(other, "Somebody else has changed this pile already")
        other.wait("document.querySelectorAll('.pile').length === arguments[0]", "the piles that are left", piles - 1)
        assert (daemon.faces(first), daemon.faces(late), daemon.inbox()) == (pile, before, waiting - pile)
        undo(browser)
        assert (daemon.faces(first), daemon.inbox()) == (0, waiting)
    finally:
        other.close()


def reject(browser, daemon):
    """Tries a picture, rejects the name, and takes the rejection back."""
    show(browser, "try")
    browser.wait("document.querySelector('.drop')", "the place to drop")
    known = names()[0]
    browser.drop(".view", [pictures("ask", known)[0], SAMPLES / "strangers" / "1.png"])
    browser.wait("document.querySelectorAll('.verdict').length === 2", "two answers")
    verdicts = browser.run("return [...document.querySelectorAll('.verdict')].map((one) => one.textContent)")
    assert any(known in one for one in verdicts), verdicts
    browser.click(".answer button", f"Not {known}")
    wait_for(lambda: len(daemon.ask("rejections", "list")) == 1, 20, "the rejection is not stored", browser.errors)
    undo(browser)
    assert daemon.ask("rejections", "list") == []


def draw_a_box(browser):
    """Draws a box with the keyboard; the answer about it is added."""
    before = browser.run("return document.querySelectorAll('.tried')[0].querySelectorAll('.answer').length")
    browser.run("document.querySelector('.tried .draw').focus()")
    browser.press("Enter")
    browser.press("Right", "Down", "Enter")
    browser.wait("document.querySelectorAll('.tried')[0].querySelectorAll('.answer').length === arguments[0]", "the answer about the box", before + 1)
    assert browser.run("return document.querySelectorAll('.tried')[0].querySelectorAll('.box:not(.rubber)').length") >= 1


def merge(browser, daemon):
    one, other = names()[8:10]
    browser.run("location.hash = '#/character/' + encodeURIComponent(arguments[0])", one)
    browser.wait("document.querySelectorAll('.faces li').length === 5", "the faces")
    browser.click(".buttons button", "Merge")
    browser.wait("document.querySelector('dialog[open] input')", "the question for the other")
    browser.press(other)
    browser.wait("document.querySelector('dialog [role=status]').textContent.includes(arguments[0] + ' is gone')", "the direction in words", one)
    browser.press("Enter")
    wait_for(lambda: daemon.faces(other) == 10 and daemon.faces(one) == 0, 20, "the merge is not made", browser.errors)
    browser.wait("document.querySelector('main h1')?.textContent === arguments[0]", "the merged character", other)
    undo(browser)
    assert (daemon.faces(one), daemon.faces(other)) == (5, 5)


def move_by_keyboard(browser, daemon):
    one, other = names()[0:2]
    browser.run("location.hash = '#/character/' + encodeURIComponent(arguments[0])", one)
    browser.wait("document.querySelectorAll('.faces .mark.distance').length > 0", "the distances")
    browser.run("document.querySelector('.faces li').focus()")
    browser.press("Space", "Right", "Space", "m")
    browser.wait("document.querySelector('dialog[open] input')", "the question for the other")
    browser.press(other, "Enter")
    wait_for(lambda: daemon.faces(other) == 7, 20, "the faces are not moved", browser.errors)
    undo(browser)
    assert (daemon.faces(one), daemon.faces(other)) == (5, 5)


def compare(browser, daemon):
    """Begins a comparison on the enrolled faces with the page's choices, and reads its report in the frame."""
    # Enough faces of a few characters: it leaves out those with fewer than six.
    for name in names()[:3]:
        daemon.ask("enroll", name, *pictures("ask", name))
    show(browser, "checks/comparisons")
    browser.wait("document.querySelector('form.panel #epochs')", "the choices")
    browser.run("const epochs = document.querySelector('#epochs'); epochs.value = 2; epochs.dispatchEvent(new Event('input', { bubbles: true }));")
    assert "2 runs" in browser.run("return document.querySelector('form [role=status]').textContent")
    browser.click("form .primary", "Begin")
    browser.wait("location.hash.startsWith('#/checks/comparisons/')", "the new comparison")
    browser.wait("document.querySelector('iframe.report')", "the report", seconds=240)
    frame = browser.run("const { title, sandbox } = document.querySelector('iframe.report'); return [title, sandbox.value]")
    job = next(one for one in daemon.ask("jobs", "list") if one["kind"] == "compare")
    assert frame == [f"Report of comparison {job['id']}", "allow-scripts"], frame
    assert len(job["warnings"]) == 1 and "left out" in job["warnings"][0], job["warnings"]
    assert job["warnings"][0] in browser.run("return document.querySelector('.check').innerText"), "the page does not say who is left out"
    wait_for(lambda: daemon.ask("jobs", "show", str(job["id"]))["state"] == "finished", 240, "the comparison does not end", browser.errors)
    browser.wait("document.querySelector('.view [role=status]').textContent === 'finished'", "the end")
    # If the report was shown before the last run, the page offers the new one, a moment after the run's end.
    time.sleep(0.6)
    browser.run("const more = [...document.querySelectorAll('.check button')].find((one) => one.checkVisibility() && one.textContent.includes('new report')); more?.click();")
    browser.in_frame("iframe.report", lambda: report_is_whole(browser))
    return job["id"]


def report_is_whole(browser):
    browser.wait("document.body?.textContent.includes('2 of 2 finished')", "the report of both runs")
    # It sorts its tables by itself, and reaches nothing.
    browser.wait("document.querySelector('thead button')", "the buttons of the tables")
    assert browser.run("return window.origin") == "null", "the report has the page's origin"
    problems = [text for text in browser.errors() if "Content Security Policy" in text or "Uncaught" in text]
    assert not problems, problems
    reached = browser.run_async("try { return (await fetch('/v1/characters')).status; } catch (error) { return error.name; }")
    assert reached == "TypeError", f"the report reaches the daemon: {reached}"


def calibration(browser):
    show(browser, "checks/calibration")
    browser.wait("document.querySelector('.figures, .check .primary')", "the calibration")
    if browser.run("return !document.querySelector('.figures')"):
        browser.click(".check .primary")
    browser.wait("document.querySelector('#rate') && document.querySelector('.chart')", "the slider")
    browser.run("const slider = document.querySelector('#rate'); slider.value = 20; slider.dispatchEvent(new Event('input'));")
    browser.wait("document.querySelector('.panel [role=status]').textContent.includes('A name would need')", "what would change", seconds=60)


def backups(browser, daemon):
    """The backups that were made are listed, the latest first."""
    for name in ("first", "second"):
        daemon.ask("backup", "create", f"{daemon.folder.name}/{name}.backup")
    show(browser, "checks/storage")
    browser.wait("document.querySelectorAll('.check .row').length === 2", "the two backups")
    rows = browser.run("return [...document.querySelectorAll('.check .row')].map((one) => one.textContent)")
    assert "second.backup" in rows[0] and "first.backup" in rows[1] and "MB" in rows[0], rows
