// What the pages do beyond showing text. Everything here is an addition: without it the pages can be read.
"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const make = (tag, className, text) => {
    const e = document.createElement(tag);
    if (className) e.className = className;
    if (text !== undefined) e.textContent = text;
    return e;
  };

  // Mathematics. A formula that KaTeX cannot read is shown as it was written, in KaTeX's error colour.
  for (const e of all(".maths")) {
    if (!window.katex) break;
    const tex = e.textContent;
    window.katex.render(tex, e, {
      displayMode: e.classList.contains("display"), throwOnError: false, trust: false, strict: "ignore",
      maxExpand: 300, maxSize: 20,
    });
  }

  // What is wider than its place can be scrolled by keyboard; what is not is no stop on the way.
  const reach = () => {
    for (const e of all("pre, .wide, .drawing, .rich, .maths.display, .check details")) {
      if (e.scrollWidth > e.clientWidth + 1) e.tabIndex = 0;
      else if (e.tabIndex === 0 && e.tagName !== "DETAILS") e.removeAttribute("tabindex");
    }
  };
  reach();
  addEventListener("resize", reach);
  document.fonts.addEventListener("loadingdone", reach); // in its own letters a formula may be wider
  document.addEventListener("toggle", reach, true);

  // Light or dark.
  const theme = document.querySelector(".theme");
  const night = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  };
  theme.hidden = false;
  theme.addEventListener("click", () => {
    const next = night() ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    try { localStorage.setItem("downhill-theme", next); } catch { /* for this page only, then */ }
  });

  // Copy buttons.
  for (const pre of all(".input pre, .prose pre")) {
    const button = make("button", "copy", "Copy");
    button.type = "button";
    button.addEventListener("click", async () => {
      const code = pre.querySelector("code").textContent;
      try {
        await navigator.clipboard.writeText(code);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(pre.querySelector("code"));
        button.textContent = "Selected";
      }
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    (pre.closest(".input") || pre).append(button);
  }

  // Contents: closed where they stand above the text; the section being read is marked.
  const contents = document.querySelector(".contents details");
  if (contents) {
    const wide = matchMedia("(min-width: 76rem)");
    const fit = () => { contents.open = wide.matches; };
    fit();
    wide.addEventListener("change", fit);
    const links = new Map(all("a", contents).map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
    const headings = all("article h2[id], article h3[id]").filter((h) => links.has(h.id));
    let waiting = false;
    const follow = () => {
      waiting = false;
      let current = null;
      for (const h of headings) if (h.getBoundingClientRect().top < 120) current = h;
      for (const [id, a] of links) {
        if (current && id === current.id) a.setAttribute("aria-current", "true");
        else a.removeAttribute("aria-current");
      }
    };
    addEventListener("scroll", () => {
      if (!waiting) { waiting = true; requestAnimationFrame(follow); }
    }, { passive: true });
    follow();
  }

  // The table of claims: those of one verdict, or of one notebook.
  const table = document.querySelector("table.claims");
  if (table) {
    const claims = all("tbody", table);
    const filter = make("div", "filter");
    const count = make("output");
    const choices = ["verdict", "notebook"].map((key) => {
      const values = new Map();
      for (const c of claims) values.set(c.dataset[key], 1 + (values.get(c.dataset[key]) || 0));
      const select = make("select");
      select.append(new Option("all", ""), ...Array.from(values, ([value, n]) => new Option(value + " (" + n + ")", value)));
      const label = make("label", "", key[0].toUpperCase() + key.slice(1) + " ");
      label.append(select);
      filter.append(label);
      return [key, select];
    });
    const pick = () => {
      for (const c of claims) c.hidden = choices.some(([key, select]) => select.value && select.value !== c.dataset[key]);
      count.textContent = claims.filter((c) => !c.hidden).length + " of " + claims.length + " shown";
    };
    filter.append(count);
    filter.addEventListener("change", pick);
    table.parentElement.before(filter);
    pick();
  }

  // A link into something folded opens it.
  const unfold = (behavior) => {
    let target = null;
    try { target = document.getElementById(decodeURIComponent(location.hash.slice(1))); } catch { /* no such address */ }
    for (let d = target && target.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
    if (target && target.querySelector("details.fold")) target.querySelector("details.fold").open = true;
    if (target) target.scrollIntoView({ behavior });
  };
  addEventListener("hashchange", () => unfold("auto"));
  if (location.hash) { // at once, and again when fonts have moved things
    unfold("instant");
    const place = scrollY;
    document.fonts.ready.then(() => { if (scrollY === place) unfold("instant"); });
  }

  // On paper everything is open but solutions, and what would fill page after page.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])").filter((d) => !d.matches(".fold:not(.code)") && d.textContent.length < 8000);
    for (const d of opened) d.open = true;
  });
  addEventListener("afterprint", () => { for (const d of opened) d.open = false; });

  // Search. The index is a script of the site, loaded when somebody first asks.
  const box = document.querySelector(".search");
  const input = box.querySelector("input");
  const results = box.querySelector(".results");
  const root = document.querySelector(".bar").dataset.root;
  box.hidden = false;
  let loading = null;
  const load = () => {
    loading = loading || new Promise((done) => {
      const s = make("script");
      s.src = root + "assets/search.js";
      s.addEventListener("load", done);
      s.addEventListener("error", done);
      document.head.append(s);
    });
    return loading;
  };
  const fold = (s) => s.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  const find = (query) => {
    const terms = fold(query).split(/\s+/).filter(Boolean).slice(0, 8);
    const hits = [];
    for (const [file, title, sections] of window.downhillSearch || []) {
      for (const [anchor, heading, text] of sections) {
        const t = fold(title), h = fold(heading), x = fold(text);
        let score = 0;
        for (const term of terms) {
          const points = (h.includes(term) ? 10 : 0) + (t.includes(term) ? 4 : 0) + (x.includes(term) ? 2 : 0);
          if (points === 0) { score = 0; break; }
          score += points;
        }
        if (score > 0) hits.push({ score, file, anchor, title, heading, text, terms });
      }
    }
    return hits.sort((a, b) => b.score - a.score).slice(0, 20);
  };
  const emphasise = (parent, text, terms) => {
    const folded = fold(text);
    let from = 0;
    while (folded.length === text.length) { // else places would not agree
      let at = -1, length = 0;
      for (const term of terms) {
        const i = folded.indexOf(term, from);
        if (i >= 0 && (at < 0 || i < at)) { at = i; length = term.length; }
      }
      if (at < 0) break;
      parent.append(text.slice(from, at), make("mark", "", text.slice(at, at + length)));
      from = at + length;
    }
    parent.append(text.slice(from));
  };
  const snippet = (hit) => {
    const at = Math.min(...hit.terms.map((t) => fold(hit.text).indexOf(t)).filter((i) => i >= 0), hit.text.length);
    const far = at === hit.text.length ? 0 : Math.max(0, at - 40);
    const from = far > 0 ? hit.text.lastIndexOf(" ", far) + 1 : 0; // at the beginning of a word
    return (from > 0 ? "…" : "") + hit.text.slice(from, from + 160);
  };
  let selected = -1;
  const select = (i) => {
    const links = all("a", results);
    selected = links.length ? (i + links.length) % links.length : -1;
    links.forEach((a, k) => a.setAttribute("aria-selected", String(k === selected)));
    if (selected < 0) { input.removeAttribute("aria-activedescendant"); return; }
    input.setAttribute("aria-activedescendant", links[selected].id);
    links[selected].scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    results.hidden = true;
    input.setAttribute("aria-expanded", "false");
    select(-1);
    selected = -1;
    input.removeAttribute("aria-activedescendant");
  };
  const show = async () => {
    const query = input.value.trim();
    if (query.length < 2) { close(); return; }
    await load();
    if (query !== input.value.trim()) return;
    results.replaceChildren();
    const hits = find(query);
    hits.forEach((hit, i) => {
      const a = make("a");
      a.id = "dh-hit-" + i;
      a.setAttribute("role", "option");
      a.tabIndex = -1;
      a.href = root + hit.file.split("/").map(encodeURIComponent).join("/") + (hit.anchor ? "#" + encodeURIComponent(hit.anchor) : "");
      const head = make("b");
      emphasise(head, hit.heading || hit.title, hit.terms);
      a.append(head);
      if (hit.heading && hit.heading !== hit.title) a.append(" ", make("span", "where", hit.title));
      const line = make("span", "snippet");
      emphasise(line, snippet(hit), hit.terms);
      a.append(line);
      results.append(a);
    });
    if (hits.length === 0) results.append(make("p", "", "Nothing found."));
    results.hidden = false;
    input.setAttribute("aria-expanded", "true");
    select(0);
  };
  input.addEventListener("focus", load);
  input.addEventListener("input", show);
  input.addEventListener("keydown", (e) => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      select(selected + (e.key === "ArrowDown" ? 1 : -1));
    } else if (e.key === "Enter" && selected >= 0) {
      all("a", results)[selected].click();
      close();
    } else if (e.key === "Escape") {
      close();
    }
  });
  addEventListener("keydown", (e) => {
    const typing = e.target instanceof Element && e.target.closest("input, textarea, select, [contenteditable]");
    if (e.key === "/" && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) {
      e.preventDefault();
      input.focus();
    }
  });
  document.addEventListener("click", (e) => { if (!box.contains(e.target)) close(); });
})();
