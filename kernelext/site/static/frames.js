// Figures under sliders, drawn from data that a cell left in its output. The data is a stranger's: a state is shown as an
// image, in which no script runs, and its words as text.
"use strict";
(() => {
  const make = (tag, props, parent) => {
    const e = Object.assign(document.createElement(tag), props);
    if (parent) parent.append(e);
    return e;
  };

  const build = (figure) => {
    const d = JSON.parse(figure.dataset.frames);
    const live = make("div", { className: "live" });
    const stage = make("div", { className: "stage" }, live);
    stage.style.aspectRatio = d.width > 0 && d.height > 0 ? d.width + " / " + d.height : "";
    const controls = make("div", { className: "controls" }, live);
    const said = make("p", { className: "said" }, live);
    said.setAttribute("aria-live", "polite");
    const inputs = [];
    const images = new Map();
    let wanted = -1;
    let shown = null;

    const image = (k) => {
      if (!images.has(k)) {
        images.set(k, make("img", {
          alt: d.alt || d.caption || "figure",
          src: "data:image/svg+xml," + encodeURIComponent(d.open + d.back + d.states[k] + d.front + d.close),
        }));
      }
      return images.get(k);
    };
    const state = () => inputs.reduce((k, input, n) => k * d.sliders[n].values.length + Number(input.value), 0);
    const draw = async () => {
      const k = wanted = state();
      const next = image(k);
      said.textContent = (d.notes && d.notes[k]) || "";
      try { await next.decode(); } catch { /* a drawing that is none shows its alt text */ }
      if (k !== wanted || next === shown) return;
      stage.replaceChildren(next);
      shown = next;
      figure.dataset.state = k;
      const last = inputs.length - 1; // what the next move of a slider will want
      for (const step of [1, -1]) {
        const i = Number(inputs[last].value) + step;
        if (i >= 0 && i < d.sliders[last].values.length) image(k + step);
      }
    };

    d.sliders.forEach((s) => {
      const row = make("label", {}, controls);
      make("span", { textContent: s.label }, row);
      const input = make("input", { type: "range", min: 0, max: s.values.length - 1, step: 1, value: s.start }, row);
      const out = make("output", {}, row);
      const say = () => {
        out.textContent = s.values[input.value];
        input.setAttribute("aria-valuetext", s.values[input.value]);
      };
      input.value = s.start;
      inputs.push(input);
      say();
      let timer = 0;
      let button = null;
      const stop = () => {
        clearInterval(timer);
        timer = 0;
        if (button) button.textContent = "Play";
        said.setAttribute("aria-live", "polite");
      };
      input.addEventListener("input", () => { stop(); say(); draw(); });
      if (!d.play || s.values.length < 2) { make("span", {}, controls); return; }
      button = make("button", { type: "button", textContent: "Play" }, controls);
      button.addEventListener("click", () => {
        if (timer) { stop(); return; }
        button.textContent = "Pause";
        said.setAttribute("aria-live", "off"); // nobody can listen that fast
        if (Number(input.value) === s.values.length - 1) input.value = 0;
        const pace = matchMedia("(prefers-reduced-motion: reduce)").matches ? 1500 : 220;
        timer = setInterval(() => {
          if (Number(input.value) === s.values.length - 1) { stop(); return; }
          input.value = Number(input.value) + 1;
          say();
          draw();
        }, pace);
      });
    });
    figure.prepend(live);
    figure.classList.add("ready");
    return draw();
  };

  for (const figure of document.querySelectorAll("figure[data-frames]")) {
    try { build(figure); } catch { /* the stills stay */ }
  }
})();
