"""Uses a running JupyterLab as a person would, in headless Chromium, and prints what it saw: a JSON line for each step.

usage: lab.py URL TOKEN PICTURES FIGURES [-completion]

The server's folder has tutorial.ipynb, executed, with that number of figures, and small.ipynb, not executed. PICTURES is
a folder for screenshots.
"""

import json
import pathlib
import re
import shutil
import sys
import time

from playwright.sync_api import TimeoutError, expect, sync_playwright

url, token, pictures, figures = sys.argv[1].rstrip("/"), sys.argv[2], pathlib.Path(sys.argv[3]), int(sys.argv[4])
flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
PATIENCE = 40_000  # ms: a busy machine compiles a cell and its packages in it
expect.set_options(timeout=PATIENCE)
began, outside = time.monotonic(), []


def tell(step, **saw):
    global began
    page.screenshot(path=pictures / f"{step}.png")
    now = time.monotonic()
    print(json.dumps({"step": step, "seconds": round(now - began, 1), "saw": saw}), flush=True)
    began = now


def watch(route):
    if route.request.url.startswith((url, "data:", "blob:")):
        return route.fallback()
    outside.append(route.request.url)
    route.abort()


def open_notebook(name):
    """Opens a notebook in a workspace of its own, waits for its kernel and returns its panel."""
    page.goto(f"{url}/lab/workspaces/{name}/tree/{name}.ipynb?token={token}")
    panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    panel.locator(".jp-Cell").first.wait_for()
    idle(panel)
    return panel


def idle(panel):
    # The toolbar says idle before there is a kernel, and both say unknown until GoNB has run a cell:
    # JupyterLab takes no notice of the status around its first question, and GoNB does not answer the second one.
    expect(page.locator("#jp-main-statusbar")).to_contain_text(re.compile(r"Go \(gonb\) \| (Unknown|Idle)"))
    expect(panel.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", re.compile("unknown|idle"))


def soon(hope):
    """Waits for what may come late. Where it does not come, the test says what is missing."""
    try:
        hope()
    except AssertionError:
        pass


def pictures_of(scope, count):
    """The figures below scope as the reader finds them who scrolls past them, and the lines below them."""
    found, figures = [], scope.locator(".jp-OutputArea-output figure")
    # JupyterLab draws the cells out of sight when it has nothing else to do.
    soon(lambda: expect(figures).to_have_count(count))
    for figure in figures.all():
        figure.scroll_into_view_if_needed()
        picture, caption = figure.locator("img, svg").first, figure.locator("figcaption").first
        soon(lambda: expect(caption).to_be_visible())
        box = picture.bounding_box() or {"width": 0, "height": 0}
        found.append({
            "caption": caption.inner_text().strip() if caption.is_visible() else "",
            "alt": picture.get_attribute("alt") or picture.get_attribute("aria-label") or "",
            "width": round(box["width"]), "height": round(box["height"]),
            "drawn": picture.evaluate("i => i.tagName !== 'IMG' || (i.complete && i.naturalWidth > 0)"),
        })
    return found


def menu(*names):
    page.get_by_role("menuitem", name=names[0], exact=True).first.click()
    for name in names[1:]:
        page.locator(".lm-Menu").get_by_role("menuitem", name=name).first.click()


def type_cell(panel, code):
    """Types code into a new cell at the end and leaves the cursor in it."""
    cells = panel.locator(".jp-CodeCell")
    n = cells.count()
    panel.locator(".jp-Notebook-footer").click()
    expect(cells).to_have_count(n + 1)
    cell = cells.nth(n)
    cell.locator(".cm-content").click()
    page.keyboard.insert_text(code)
    return cell


def run(panel, code):
    """Runs code in a new cell and returns the cell, its number and its outputs' text."""
    cell = type_cell(panel, code)
    page.keyboard.press("Control+Enter")
    return finished(cell)


def finished(cell):
    prompt = cell.locator(".jp-InputPrompt")
    page.wait_for_function("p => /\\[\\d+\\]/.test(p.textContent)", arg=prompt.element_handle(), timeout=PATIENCE)
    number = int(prompt.inner_text().strip("[]: "))
    return {"number": number, "text": "\n".join(cell.locator(".jp-OutputArea-output").all_inner_texts()).strip()}


def read():
    panel = open_notebook("tutorial")
    cells = page.request.get(f"{url}/api/contents/tutorial.ipynb?token={token}").json()["content"]["cells"]
    trusted = any(c["metadata"].get("trusted") for c in cells if c["cell_type"] == "code" and c["outputs"])
    seen = pictures_of(panel, figures)
    panel.locator(".jp-OutputArea-output figure").first.scroll_into_view_if_needed()
    tell("read", trusted=trusted, figures=seen)


def work():
    panel = open_notebook("small")
    menu("Run", "Run All Cells")
    errors = panel.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error'],"
                           ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']")
    panel.locator(".jp-OutputArea-output figure img").or_(errors).first.wait_for()
    idle(panel)
    tell("run", figures=pictures_of(panel, 1), errors=errors.all_inner_texts())

    loop = type_cell(panel, '%%\nfmt.Println("round and round")\nfor {\n}')
    page.keyboard.press("Control+Enter")
    expect(loop.locator(".jp-OutputArea-output").first).to_contain_text("round and round")
    busy = panel.locator(".jp-Notebook-ExecutionIndicator").get_attribute("data-status")
    panel.locator("[data-jp-item-name='interrupt'] :is(button, jp-button)").first.click()
    stopped = finished(loop)
    tell("interrupt", busy=busy, stopped=stopped, after=run(panel, '%%\nfmt.Println("still here")'))

    panel.locator("[data-jp-item-name='restart'] :is(button, jp-button)").first.click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.locator(".jp-Dialog").wait_for(state="detached")
    idle(panel)
    tell("restart", forgotten=run(panel, "%%\nfmt.Println(start)"), after=run(panel, '%%\nfmt.Println("new life")'))

    if "-completion" in sys.argv:
        complete(panel)


def complete(panel):
    """Asks with the Tab key; gopls needs a while for its first answer and JupyterLab does not wait for it."""
    type_cell(panel, "%%\nfmt.Printl")
    offers = page.locator(".jp-Completer:not(.lm-mod-hidden) .jp-Completer-item")
    until, asked = time.monotonic() + 3 * PATIENCE / 1000, 0
    while not offers.count() and time.monotonic() < until and "Println" not in panel.locator(".cm-content").last.inner_text():
        page.keyboard.press("Tab")
        asked += 1
        try:
            offers.first.wait_for(timeout=2000)
        except TimeoutError:
            pass
    tell("completion", asked=asked, offers=offers.all_inner_texts(), line=panel.locator(".cm-content").last.inner_text())


with sync_playwright() as p:
    browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(PATIENCE)
    context.route("**/*", watch)
    page = context.new_page()
    try:
        read()
        work()
        tell("end", outside=outside)
    except Exception:
        page.screenshot(path=pictures / "failed.png")
        raise
    finally:
        browser.close()
