"""Opens every page of a site from file:// in Chromium, offline, and prints what is wrong as JSON lines.

usage: browser.py SITE [-hostile] [AXE_MIN_JS]

With -hostile the pages are only asked whether a script of theirs ran or something was fetched, and control.html must be
found to do both.
"""

import json
import pathlib
import shutil
import sys

from playwright.sync_api import Error, sync_playwright

site = pathlib.Path(sys.argv[1])
hostile = "-hostile" in sys.argv
axe = pathlib.Path(sys.argv[-1]).read_text() if sys.argv[-1].endswith(".js") else None
flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
facts = {"pages": 0, "formulas": 0, "axe rules": 0}


def wrong(page, what):
    print(json.dumps({"page": page, "wrong": what}))


def visit(browser, file, width, scheme):
    name = f"{file.relative_to(site)} ({width} px, {scheme})"
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page = context.new_page()
    page.on("console", lambda m: wrong(name, f"console {m.type}: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: wrong(name, f"error: {e}"))
    page.on("dialog", lambda d: (wrong(name, f"dialog: {d.message}"), d.dismiss()))
    page.on("request", lambda r: None if r.url.startswith(("file:", "data:")) else wrong(name, f"outside request: {r.url}"))
    page.on("requestfailed", lambda r: wrong(name, f"not loaded: {r.url}"))
    page.goto(file.as_uri())
    page.wait_for_load_state("load")
    state = page.evaluate("""() => ({
        wide: document.documentElement.scrollWidth - innerWidth,
        formulas: document.querySelectorAll(".maths").length,
        drawn: document.querySelectorAll(".maths > .katex, .maths > .katex-display").length,
        fonts: Array.from(document.fonts).filter((f) => f.status === "error").length,
        pwned: window.pwned !== undefined,
        clobbered: !(document.querySelector instanceof Function) || !(document.body instanceof HTMLBodyElement),
    })""")
    if state["wide"] > 0:
        wrong(name, f"the page is {state['wide']} px wider than the window")
    if state["formulas"] != state["drawn"]:
        wrong(name, f"{state['drawn']} of {state['formulas']} formulas were drawn")
    if state["fonts"]:
        wrong(name, f"{state['fonts']} fonts could not be read")
    if state["pwned"] or state["clobbered"]:
        wrong(name, "a script of the notebook ran, or it got hold of ours")
    facts["pages"] += 1
    facts["formulas"] += state["formulas"]
    for link in page.query_selector_all("a[href^='#']"):
        target = link.get_attribute("href")[1:]
        if not page.evaluate("(id) => document.getElementById(decodeURIComponent(id)) !== null", target):
            wrong(name, f"a link to #{target} leads nowhere")
    if axe:
        page.evaluate(axe)
        result = page.evaluate("async () => await axe.run(document, {preload: false})")
        facts["axe rules"] = max(facts["axe rules"], len(result["passes"]) + len(result["violations"]))
        for v in result["violations"]:
            if v["impact"] in ("serious", "critical"):
                wrong(name, f"axe {v['impact']}: {v['id']}: {v['nodes'][0]['html'][:200]} {v['nodes'][0]['failureSummary'][:200]}")
    if width > 1000 and len(page.pdf(format="A4")) < 5000:
        wrong(name, "nothing to print")
    context.close()


def withstand(browser):
    """Every page of a hostile site, with everything in it hovered, opened and clicked by script."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    seen = set()
    page.on("dialog", lambda d: (seen.add("dialog"), d.dismiss()))
    page.on("request", lambda r: None if r.url.startswith((site.as_uri(), "data:")) else seen.add(f"fetched {r.url[:80]}"))
    for file in sorted(site.rglob("*.html")):
        seen.clear()
        page.goto(file.as_uri())
        page.evaluate("""() => {
            for (const d of document.querySelectorAll("details")) d.open = true;
            for (const e of document.querySelectorAll("main *")) {
                for (const kind of ["mouseover", "focus"]) e.dispatchEvent(new Event(kind));
                if (e.matches("details, [ontoggle]")) e.dispatchEvent(new Event("toggle"));
                if (e.tagName === "A" && /^\\s*(javascript|data|vbscript)/i.test(e.getAttribute("href") || "")) e.click();
            }
        }""")
        page.wait_for_timeout(30)
        if page.evaluate("window.pwned !== undefined || parent.pwned !== undefined"):
            seen.add("script ran")
        if not page.evaluate("document.querySelector instanceof Function && document.querySelector('.bar') !== null") and file.name != "control.html":
            seen.add("our own parts are gone")
        facts["pages"] += 1
        if file.name == "control.html":
            if len(seen) < 2:
                wrong(file.name, f"the control was only seen to do {seen}")
            continue
        for what in seen:
            wrong(file.name, what)
    context.close()


def use(browser):
    """Search, theme and folds by keyboard."""
    context = browser.new_context(offline=True, color_scheme="light")
    page = context.new_page()
    page.on("pageerror", lambda e: wrong("use", f"error: {e}"))
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("/")
    page.keyboard.type("gradient")
    page.wait_for_selector("[role=option]")
    expanded = page.get_attribute("[role=combobox]", "aria-expanded")
    first = page.get_attribute("[role=combobox]", "aria-activedescendant")
    page.keyboard.press("ArrowDown")
    if expanded != "true" or not first or first == page.get_attribute("[role=combobox]", "aria-activedescendant"):
        wrong("use", "the search does not say where it is")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    try:
        page.wait_for_url(lambda url: "#" in url, timeout=5000)
    except Error:
        wrong("use", f"the search led to {page.url}")
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.click("button.theme")
    after = page.evaluate(ground)
    page.reload()
    if before == after or page.evaluate(ground) != after:
        wrong("use", f"the page stays {before} after the switch to dark: {after}")
    for file in sorted(site.rglob("*.html")):
        page.goto(file.as_uri())
        if page.query_selector("figure.frames"):
            slide(page, file.name)
    context.close()


def slide(page, name):
    """Moves the first slider by keyboard, plays, prints, and switches the theme under the picture."""
    figure = page.wait_for_selector("figure.frames.ready[data-state]")
    state = lambda: figure.get_attribute("data-state")
    picture = lambda: figure.query_selector(".stage img").get_attribute("src")
    spoken = lambda: figure.query_selector("input").get_attribute("aria-valuetext")
    before = (state(), picture(), spoken())
    figure.query_selector("input").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(old) => document.querySelector('figure.frames').dataset.state !== old", arg=before[0])
    if picture() == before[1] or spoken() == before[2]:
        wrong(name, "the slider moved and the picture did not, or nobody was told")
    if not figure.query_selector(".stage img").evaluate("(i) => i.naturalWidth > 0"):
        wrong(name, "the state is no picture")
    play = figure.query_selector("button")
    if play:
        old = state()
        play.click()
        page.wait_for_function("(old) => document.querySelector('figure.frames').dataset.state !== old", arg=old)
        play.click()
    stage = figure.query_selector(".stage")
    light = stage.screenshot()
    page.click("button.theme")
    page.wait_for_timeout(300)
    if stage.screenshot() == light:
        wrong(name, "the picture does not follow the theme")
    page.emulate_media(media="print")
    if not figure.query_selector(".drawing").is_visible() or figure.query_selector(".live").is_visible():
        wrong(name, "on paper there are no stills")
    page.emulate_media(media="screen")
    facts["sliders"] = facts.get("sliders", 0) + 1


with sync_playwright() as p:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    browser = p.chromium.launch(executable_path=chromium, args=flags)
    for file in [] if hostile else sorted(site.rglob("*.html")):
        for width, scheme in ((1280, "light"), (1280, "dark"), (400, "light")):
            visit(browser, file, width, scheme)
    withstand(browser) if hostile else use(browser)
    browser.close()
print(json.dumps({"facts": facts}))
