function (d) {
  var box = document.getElementById(d.id + "-box");
  if (!box || box.dataset.live) return;
  box.dataset.live = "1";
  function el(name, props, parent) {
    var e = document.createElement(name);
    for (var k in props) k in e ? (e[k] = props[k]) : e.setAttribute(k, props[k]);
    if (parent) parent.appendChild(e);
    return e;
  }
  el("style", {textContent: "@media print{#" + d.id + "-live{display:none!important}}" +
    "@media screen{#" + d.id + "-box>img{display:none}}"}, box);
  var panel = el("div", {id: d.id + "-live"});
  panel.style.maxWidth = d.width + "cm";
  box.insertBefore(panel, box.firstChild);
  var stage = el("div", {}, panel), images = {}, shown, inputs = [];
  var note = el("div", {}, panel);
  note.setAttribute("aria-live", "polite");
  note.style.cssText = "min-height:1.4em;font-size:90%;opacity:.85";
  // What the sliders do: choose a state. live.js puts another in its place while a cell computes.
  var ahead = {
    pace: 220,
    length: function (n) { return d.sliders[n].values.length; },
    text: function (n, at) { return d.sliders[n].values[at]; },
    draw: function () {
      var k = inputs.reduce(function (k, i, n) { return k * d.sliders[n].values.length + +i.value; }, 0);
      if (!images[k]) images[k] = picture((d.back || "") + d.states[k] + (d.front || ""));
      show(images[k], d.notes && d.notes[k]);
    }
  }, mode = ahead;
  function picture(body) {
    var i = el("img", {alt: d.alt || d.caption || "", src: "data:image/svg+xml," +
      encodeURIComponent((d.open || "") + body + d.close)}, stage);
    i.style.cssText = "width:100%;height:auto;display:none";
    return i;
  }
  function show(next, text) {
    if (shown && shown !== next) shown.style.display = "none";
    next.style.display = "block";
    shown = next;
    note.textContent = text || "";
  }
  d.sliders.forEach(function (s, n) {
    var row = el("label", {}, panel);
    row.style.cssText = "display:flex;gap:.7em;align-items:center;margin:.2em 0";
    el("span", {textContent: s.label}, row).style.minWidth = "7em";
    var i = el("input", {type: "range", min: 0, max: s.values.length - 1, step: 1}, row);
    i.value = s.start || 0;
    i.style.flex = "1";
    var out = el("output", {}, row);
    out.style.cssText = "min-width:5em;font-variant-numeric:tabular-nums";
    i.say = function () {
      out.textContent = mode.text(n, +i.value);
      i.setAttribute("aria-valuetext", out.textContent);
    };
    i.addEventListener("input", function () { i.say(); mode.draw(); });
    inputs.push(i);
    i.say();
    if (d.play && s.values.length > 1) {
      var timer, b = el("button", {type: "button", textContent: "▶", title: "play"}, row);
      b.setAttribute("aria-label", "play");
      var slow = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      b.addEventListener("click", function () {
        if (timer) return stop();
        b.textContent = "❚❚";
        b.setAttribute("aria-label", "pause");
        if (+i.value >= mode.length(n) - 1) i.value = 0;
        timer = setInterval(function () {
          if (+i.value >= mode.length(n) - 1 || !document.contains(b)) return stop();
          i.value = +i.value + 1;
          i.say();
          mode.draw();
        }, slow ? 1200 : mode.pace);
      });
      function stop() {
        clearInterval(timer);
        timer = 0;
        b.textContent = "▶";
        b.setAttribute("aria-label", "play");
      }
    }
  });
  mode.draw();
  // The sliders' positions are marks, and what lies between them where the mode has more.
  box.frames = {data: d, inputs: inputs, panel: panel, stage: stage, picture: picture, show: show, el: el, mode: function (m) {
    var old = mode;
    mode = m || ahead;
    inputs.forEach(function (i, n) {
      var at = i.value * (mode.length(n) - 1) / Math.max(1, old.length(n) - 1);
      i.max = mode.length(n) - 1;
      i.value = Math.round(at);
      i.say();
    });
    mode.draw();
  }};
}
