"""Opens every page of a site from file:// in Chromium, offline, and prints what is wrong as JSON lines.

usage: browser.py SITE [-hostile] [-pictures DIR] [AXE_MIN_JS]

Pages are looked at light and dark, wide and narrow, and on paper; -pictures keeps what was seen. With -hostile they are
only asked whether a script of theirs ran or something was fetched, and control.html must be found to do both.
"""

import json
import pathlib
import shutil
import sys

from playwright.sync_api import Error, sync_playwright

site = pathlib.Path(sys.argv[1])
hostile = "-hostile" in sys.argv
pictures = pathlib.Path(sys.argv[sys.argv.index("-pictures") + 1]) if "-pictures" in sys.argv else None
axe = pathlib.Path(sys.argv[-1]).read_text() if sys.argv[-1].endswith(".js") else None
flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
facts = {"pages": 0, "formulas": 0, "axe rules": 0, "stills": 0, "claims": 0}


def wrong(page, what):
    print(json.dumps({"page": page, "wrong": what}))


def visit(browser, file):
    """One page, in all its forms."""
    name = str(file.relative_to(site))
    form = "light"
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light", offline=True, reduced_motion="reduce")
    context.set_default_timeout(60000)
    page = context.new_page()
    fault = lambda what: wrong(f"{name} ({form})", what)
    page.on("console", lambda m: fault(f"console {m.type}: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: fault(f"error: {e}"))
    page.on("dialog", lambda d: (fault(f"dialog: {d.message}"), d.dismiss()))
    page.on("request", lambda r: None if r.url.startswith((site.as_uri(), "data:")) else fault(f"outside request: {r.url}"))
    page.on("requestfailed", lambda r: fault(f"not loaded: {r.url}"))
    page.goto(file.as_uri())
    page.wait_for_load_state("load")
    page.wait_for_function("() => Array.from(document.querySelectorAll('figure[data-frames]')).every((f) => f.dataset.state !== undefined)")
    page.evaluate("document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
    state = page.evaluate("""() => ({
        formulas: document.querySelectorAll(".maths").length,
        drawn: document.querySelectorAll(".maths > .katex, .maths > .katex-display").length,
        unread: Array.from(document.querySelectorAll(".katex-error")).map((e) => e.textContent),
        fonts: Array.from(document.fonts).filter((f) => f.status === "error").length,
        pwned: window.pwned !== undefined,
        clobbered: !(document.querySelector instanceof Function) || !(document.body instanceof HTMLBodyElement),
        nameless: Array.from(document.querySelectorAll("main svg[role=img], main img"))
            .filter((e) => !e.closest("[aria-hidden=true]") && !e.hasAttribute("alt") && !e.querySelector("title, desc")).length,
        lost: Array.from(document.querySelectorAll("a[href^='#']"), (a) => decodeURIComponent(a.hash.slice(1)))
            .filter((id) => id && document.getElementById(id) === null),
    })""")
    if state["formulas"] != state["drawn"]:
        fault(f"{state['drawn']} of {state['formulas']} formulas were drawn")
    if state["fonts"]:
        fault(f"{state['fonts']} fonts could not be read")
    if state["pwned"] or state["clobbered"]:
        fault("a script of the notebook ran, or it got hold of ours")
    for formula in state["unread"]:
        fault(f"KaTeX cannot read {formula}")
    if state["nameless"]:
        fault(f"{state['nameless']} pictures have no words for those who cannot see them")
    for target in state["lost"]:
        fault(f"a link to #{target} leads nowhere")
    facts["pages"] += 1
    facts["formulas"] += state["formulas"]

    def look(rules=None):
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            fault(f"the page is {wide} px wider than the window")
        if axe:
            # Formulas, drawings and code take most of the time, and one sheet colours them on all pages.
            known = [[".katex"], ["svg"], ["pre code"]] if facts["pages"] > 1 else []
            only = {"runOnly": rules} if rules else {}
            result = page.evaluate("""async ([exclude, options]) =>
                await axe.run({include: [["html"]], exclude}, {preload: false, resultTypes: ["violations"], ...options})""", [known, only])
            facts["axe rules"] = max(facts["axe rules"], len(result["passes"]) + len(result["violations"]))
            for v in result["violations"]:
                if v["impact"] in ("serious", "critical"):
                    fault(f"axe {v['impact']}: {v['id']}: {v['nodes'][0]['html'][:200]} {v['nodes'][0]['failureSummary'][:200]}")
        if pictures:
            page.screenshot(path=pictures / f"{name.replace('/', '-')}-{form}.png", full_page=True)

    if axe:
        page.evaluate(axe)
    look()
    form = "dark"
    page.emulate_media(color_scheme="dark")
    look(["color-contrast"])
    form = "narrow"
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 400, "height": 900})
    look(["scrollable-region-focusable", "target-size"])
    form = "paper"
    page.set_viewport_size({"width": 794, "height": 1123})
    page.emulate_media(media="print")
    paper = page.evaluate("""() => Array.from(document.querySelectorAll("figure[data-frames]"), (f) => {
        const still = f.querySelector(".drawing > :is(svg, img)").getBoundingClientRect();
        return {still: still.width > 100 && still.height > 50, live: f.querySelector(".live").getClientRects().length > 0};
    })""")
    for n, figure in enumerate(paper):
        if not figure["still"] or figure["live"]:
            fault(f"figure {n + 1} with sliders has no stills, or it still has the sliders")
    facts["stills"] += len(paper)
    printed = page.pdf(format="A4", path=pictures / f"{name.replace('/', '-')}.pdf" if pictures else None)
    if paper:  # with the stills away the document must be shorter by what draws them
        page.add_style_tag(content=".drawing { display: none }")
        if len(printed) - len(page.pdf(format="A4")) < 200 * len(paper):
            fault("the stills are not in the PDF")
    elif len(printed) < 5000:
        fault("nothing to print")
    context.close()


def land(browser):
    """Every link of the table of claims: it goes to the cell that settles the claim."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True, reduced_motion="reduce")
    context.set_default_timeout(60000)
    page = context.new_page()
    page.on("pageerror", lambda e: wrong("claims.html", f"error: {e}"))
    page.goto((site / "claims.html").as_uri())
    shown = lambda: page.inner_text(".filter output")
    rows = page.evaluate("""() => Array.from(document.querySelectorAll("table.claims tbody"), (b) => ({
        id: b.querySelector("th").innerText, links: Array.from(b.querySelectorAll("a"), (a) => a.href),
        empty: Array.from(b.querySelectorAll("td:not([data-label=tolerance])")).filter((d) => !d.innerText.trim()).length}))""")
    if shown() != f"{len(rows)} of {len(rows)} shown":
        wrong("claims.html", f"{len(rows)} claims, and it says {shown()}")
    verdict = page.get_attribute("table.claims tbody", "data-verdict")
    same = page.locator(f"table.claims tbody[data-verdict='{verdict}']").count()
    page.locator(".filter select").first.select_option(verdict)
    if shown() != f"{same} of {len(rows)} shown" or page.locator("table.claims tbody:visible").count() != same:
        wrong("claims.html", f"{verdict}: {same} claims, and it says {shown()}")
    page.locator(".filter select").first.select_option("")
    page.locator("table.claims tbody a").first.click()
    for row in rows:
        if row["empty"]:
            wrong("claims.html", f"{row['id']}: {row['empty']} empty cells")
        link = row["links"][0]
        if set(row["links"]) != {link}:
            wrong("claims.html", f"{row['id']} has links to {row['links']}")
        if page.url.partition("#")[0] != link.partition("#")[0]:
            page.goto(link)
        elif page.url != link:
            page.evaluate("(link) => { location.href = link; }", link)
        try:
            page.wait_for_function("""([link, id]) => {
                const target = document.querySelector(":target");
                if (location.href !== link || !target) return false;
                const top = target.getBoundingClientRect().top;
                const end = document.documentElement.scrollHeight - scrollY - innerHeight < 2;
                return (top >= 40 && top < 300 || end && top < innerHeight) && getComputedStyle(target).outlineStyle === "solid" &&
                    Array.from(target.querySelectorAll(".check b")).some((b) => b.textContent === "Claim " + id);
            }""", arg=[link, row["id"]])
            facts["claims"] += 1
        except Error:
            wrong("claims.html", f"{row['id']}: {link} does not land on its cell")
    context.close()


def withstand(browser):
    """Every page of a hostile site, with everything in it hovered, opened and clicked by script."""
    context = browser.new_context(offline=True)
    context.set_default_timeout(60000)
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
    context.set_default_timeout(60000)
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
        page.wait_for_url(lambda url: "#" in url)
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
    slider = figure.query_selector("input")
    slider.focus()
    page.keyboard.press("ArrowLeft" if slider.evaluate("(s) => s.value === s.max") else "ArrowRight")
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
    for _ in range(200):
        if stage.screenshot() != light:
            break
        page.wait_for_timeout(100)
    else:
        wrong(name, "the picture does not follow the theme")
    page.emulate_media(media="print")
    if not figure.query_selector(".drawing").is_visible() or figure.query_selector(".live").is_visible():
        wrong(name, "on paper there are no stills")
    page.emulate_media(media="screen")
    facts["sliders"] = facts.get("sliders", 0) + 1


with sync_playwright() as p:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    browser = p.chromium.launch(executable_path=chromium, args=flags)
    if hostile:
        withstand(browser)
    else:
        for file in sorted(site.rglob("*.html")):
            visit(browser, file)
        if (site / "claims.html").exists():
            land(browser)
        use(browser)
    browser.close()
print(json.dumps({"facts": facts}))
