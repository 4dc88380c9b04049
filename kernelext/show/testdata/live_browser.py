"""Moves the slider of a Live cell in a real JupyterLab, in headless Chromium, and prints what it saw as JSON.

usage: live_browser.py URL TOKEN NOTEBOOK PICTURES MOVES

Runs all cells of the notebook, moves the first slider MOVES times (over its whole range) and waits each time for the
picture; then drags it as fast as the browser can; then presses Stop. Runs the Live cell once more, moves, and interrupts
the kernel. At last saves the notebook.
"""

import json
import pathlib
import re
import shutil
import sys

from playwright.sync_api import expect, sync_playwright

url, token, notebook, pictures, moves = sys.argv[1].rstrip("/"), sys.argv[2], sys.argv[3], pathlib.Path(sys.argv[4]), int(sys.argv[5])
flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
PATIENCE = 60_000  # ms: a busy machine compiles a cell and its packages in it
expect.set_options(timeout=PATIENCE)

MOVE = """async ([box, moves]) => {
  const slider = box.querySelector("input[type=range]"), out = box.querySelector("output");
  const shown = () => [...box.querySelectorAll("img")].find((i) => i.offsetWidth > 0);
  const drawn = (n) => new Promise((done, failed) => {
    const late = setTimeout(() => failed(Error("no picture " + n + ", only " + box.dataset.drawn)), 40000);
    const look = () => { if (+box.dataset.drawn >= n) { clearTimeout(late); watch.disconnect(); done(); } };
    const watch = new MutationObserver(look);
    watch.observe(box, {attributes: true, attributeFilter: ["data-drawn"]});
    look();
  });
  await drawn(1);
  const saw = [], begun = performance.now();
  for (let i = 0; i < moves; i++) {
    slider.value = Math.round(i * slider.max / (moves - 1));
    const n = +box.dataset.drawn + 1;
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    await drawn(n);
    saw.push({at: +slider.value, text: out.textContent, svg: decodeURIComponent(shown().src.split(",").slice(1).join(",")),
      note: box.innerText, loaded: shown().naturalWidth > 0});
  }
  const seconds = (performance.now() - begun) / 1000;
  return {saw, seconds, max: +slider.max};
}"""

DRAG = """async (box) => {
  const slider = box.querySelector("input[type=range]");
  let pictures = 0, events = 0;
  const watch = new MutationObserver(() => pictures++);
  watch.observe(box, {attributes: true, attributeFilter: ["data-drawn"]});
  const begun = performance.now();
  while (performance.now() - begun < 2000) {
    slider.value = (events++ * 3) % slider.max;
    slider.dispatchEvent(new Event("input", {bubbles: true}));
    await new Promise((next) => setTimeout(next, 4));
  }
  watch.disconnect();
  return {pictures, events, seconds: (performance.now() - begun) / 1000};
}"""

with sync_playwright() as p:
    browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
    page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    page.set_default_timeout(PATIENCE)
    said, outside = [], []
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: said.append(str(e)))
    page.on("request", lambda r: outside.append(r.url) if not r.url.startswith((url, "data:", "blob:")) else None)
    try:
        page.goto(f"{url}/lab/tree/{notebook}?token={token}")
        panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        panel.locator(".jp-Cell").first.wait_for()
        expect(page.locator("#jp-main-statusbar")).to_contain_text(re.compile(r"Go \(gonb\) \| (Unknown|Idle)"))
        said.clear()
        page.get_by_role("menuitem", name="Run", exact=True).first.click()
        page.locator(".lm-Menu").get_by_role("menuitem", name="Run All Cells").first.click()
        box = panel.locator("figure[data-running]")
        box.wait_for()
        box.scroll_into_view_if_needed()
        handle = box.element_handle()
        saw = page.evaluate(MOVE, [handle, moves])
        page.screenshot(path=pictures / "live.png")
        saw["drag"] = page.evaluate(DRAG, handle)
        box.get_by_role("button", name="Stop").click()
        panel.locator("figure[data-running]").wait_for(state="detached")
        expect(panel.locator(".jp-CodeCell .jp-InputPrompt").last).to_have_text(re.compile(r"\[\d+\]"))
        words = panel.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output")
        words.locator("mjx-container, .MathJax").first.wait_for()
        words.last.scroll_into_view_if_needed()
        words = words.all_inner_texts()
        page.screenshot(path=pictures / "stopped.png")
        figure = panel.locator(".jp-OutputArea-output figure").first
        saw["words"] = words
        saw["after"] = {"sliders": figure.locator("input[type=range]").count(),
                        "max": figure.locator("input[type=range]").first.get_attribute("max"),
                        "live": panel.locator("text=● live").count()}
        cell = panel.locator(".jp-CodeCell", has=page.locator("figure")).first
        cell.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        box.wait_for()
        saw["again"] = len(page.evaluate(MOVE, [box.element_handle(), 5])["saw"])
        panel.locator("[data-jp-item-name='interrupt'] :is(button, jp-button)").first.click()
        box.wait_for(state="detached")
        expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]"))
        page.keyboard.press("Escape")
        page.keyboard.press("Control+s")
        expect(page.locator(".jp-DirtyIndicator, .jp-mod-dirty")).to_have_count(0)
        saw.update(errors=said, outside=outside)
        print(json.dumps(saw))
    except Exception:
        page.screenshot(path=pictures / "failed.png")
        print(json.dumps({"console": said}), file=sys.stderr)
        raise
    finally:
        browser.close()
