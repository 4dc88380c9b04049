"""Moves the sliders of figures on pages of a site, from file:// in Chromium with the network off, and prints what is drawn.

usage: sliders.py SITE PICTURES < REQUESTS

A request is a JSON line {"page", "cell", "at": [[place of each slider, …], …]}; for each "at" comes a JSON line
{"page", "at", "says": [what stands beside each slider], "note", "svg"}, and a picture of the figure is kept.
"""

import json
import pathlib
import shutil
import sys
import urllib.parse

from playwright.sync_api import sync_playwright

site, pictures = map(pathlib.Path, sys.argv[1:])
flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]

with sync_playwright() as p:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    browser = p.chromium.launch(executable_path=chromium, args=flags)
    page = browser.new_context(offline=True, viewport={"width": 1100, "height": 900}).new_page()
    page.set_default_timeout(60000)
    for request in map(json.loads, sys.stdin):
        page.goto((site / request["page"]).as_uri())
        figure = page.wait_for_selector(f"#{request['cell']} figure.frames.ready[data-state]")
        for at in request["at"]:
            state = 0
            for slider, place in zip(figure.query_selector_all("input[type=range]"), at):
                slider.fill(str(place))
                state = state * (int(slider.get_attribute("max")) + 1) + place
            page.wait_for_function("([f, state]) => f.dataset.state === state", arg=[figure, str(state)])
            src = figure.query_selector(".stage img").get_attribute("src")
            figure.screenshot(path=pictures / f"{pathlib.Path(request['page']).stem}-{request['cell']}-{state}.png")
            print(json.dumps({
                "page": request["page"], "at": at, "svg": urllib.parse.unquote(src.partition(",")[2]),
                "says": [o.inner_text() for o in figure.query_selector_all("output")],
                "note": figure.query_selector(".said").inner_text(),
            }))
    browser.close()
