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
  var live = el("div", {id: d.id + "-live"});
  live.style.maxWidth = d.width + "cm";
  box.insertBefore(live, box.firstChild);
  var stage = el("div", {}, live), images = {}, shown, inputs = [];
  var note = el("div", {}, live);
  note.setAttribute("aria-live", "polite");
  note.style.cssText = "min-height:1.4em;font-size:90%;opacity:.85";
  function image(k) {
    if (!images[k]) {
      images[k] = el("img", {alt: d.alt || d.caption || "", src: "data:image/svg+xml," +
        encodeURIComponent((d.open || "") + (d.back || "") + d.states[k] + (d.front || "") + d.close)}, stage);
      images[k].style.cssText = "width:100%;height:auto;display:none";
    }
    return images[k];
  }
  function state() {
    return inputs.reduce(function (k, i, n) { return k * d.sliders[n].values.length + +i.value; }, 0);
  }
  function draw() {
    var k = state(), next = image(k);
    if (shown && shown !== next) shown.style.display = "none";
    next.style.display = "block";
    shown = next;
    note.textContent = d.notes && d.notes[k] || "";
  }
  d.sliders.forEach(function (s, n) {
    var row = el("label", {}, live);
    row.style.cssText = "display:flex;gap:.7em;align-items:center;margin:.2em 0";
    el("span", {textContent: s.label}, row).style.minWidth = "7em";
    var i = el("input", {type: "range", min: 0, max: s.values.length - 1, step: 1}, row);
    i.value = s.start || 0;
    i.style.flex = "1";
    var out = el("output", {}, row);
    out.style.cssText = "min-width:5em;font-variant-numeric:tabular-nums";
    function say() {
      out.textContent = s.values[i.value];
      i.setAttribute("aria-valuetext", s.values[i.value]);
    }
    i.addEventListener("input", function () { say(); draw(); });
    inputs.push(i);
    say();
    if (d.play && s.values.length > 1) {
      var timer, b = el("button", {type: "button", textContent: "▶", title: "play"}, row);
      b.setAttribute("aria-label", "play");
      var slow = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      b.addEventListener("click", function () {
        if (timer) return stop();
        b.textContent = "❚❚";
        b.setAttribute("aria-label", "pause");
        if (+i.value === s.values.length - 1) i.value = -1;
        timer = setInterval(function () {
          if (+i.value === s.values.length - 1 || !document.contains(b)) return stop();
          i.value = +i.value + 1;
          say();
          draw();
        }, slow ? 1200 : 220);
      });
      function stop() {
        clearInterval(timer);
        timer = 0;
        b.textContent = "▶";
        b.setAttribute("aria-label", "play");
      }
    }
  });
  draw();
}
