"""Opens the page given in headless Chromium with no network, moves its sliders and
prints it; writes what it saw as JSON. Usage: frames_browser.py PAGE FOLDER"""
import json, pathlib, shutil, sys
from playwright.sync_api import sync_playwright

page_file, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]
saw = {"errors": [], "requests": [], "states": []}
with sync_playwright() as p:
    browser = p.chromium.launch(executable_path=shutil.which("chromium") or None, args=flags)
    page = browser.new_page(viewport={"width": 900, "height": 900})
    page.set_default_timeout(60000)
    page.on("console", lambda m: saw["errors"].append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: saw["errors"].append(str(e)))
    page.on("request", lambda r: saw["requests"].append(r.url[:80]) if not r.url.startswith(("file:", "data:")) else None)
    page.goto(page_file.as_uri())
    sliders = page.locator("input[type=range]")
    saw["sliders"] = sliders.count()

    DRAWN = """() => { const seen = [...document.querySelectorAll('figure img')].filter(i => i.offsetWidth > 0);
        return seen.length > 0 && seen.every(i => i.complete); }"""

    def shown():
        page.wait_for_function(DRAWN)
        return page.evaluate("""() => [...document.querySelectorAll('figure img')]
            .filter(i => i.offsetWidth > 0)
            .map(i => ({svg: decodeURIComponent(i.src.slice(i.src.indexOf(',') + 1)), loaded: i.naturalWidth > 0}))""")

    def look():
        saw["states"].append({"at": [int(sliders.nth(k).input_value()) for k in range(sliders.count())],
                              "shown": shown(), "text": page.locator("figure").inner_text()})

    look()
    for k in range(sliders.count()):
        sliders.nth(k).focus()
        page.keyboard.press("ArrowRight")
        look()
    if page.locator("button").count():
        button, before = page.locator("button").first, sliders.first.input_value()
        button.click()
        page.wait_for_function("(old) => document.querySelector('input').value !== old", arg=before)
        button.evaluate("(b) => b.getAttribute('aria-label') === 'pause' && b.click()")  # or it has come to the end
        look()
    page.screenshot(path=folder / "screen.png")
    page.emulate_media(media="print")
    saw["print"] = shown()
    page.screenshot(path=folder / "print.png", full_page=True)
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(page_file.as_uri())
    plain.wait_for_load_state("load")  # with its pictures
    saw["no script"] = plain.locator("figure > img").first.bounding_box()["height"] > 50
    plain.screenshot(path=folder / "plain.png", full_page=True)
    browser.close()
json.dump(saw, open(folder / "saw.json", "w"))
