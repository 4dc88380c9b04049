function (t) {
  var box = document.getElementById(t.id + "-box"), frames = box && box.frames;
  var config = document.getElementById("jupyter-config-data");
  if (!frames || !config || box.dataset.address === t.address) return;
  box.dataset.address = t.address;
  var d = frames.data, server = JSON.parse(config.textContent);

  // The kernel's channels, found as JupyterLab finds them: below any base URL, by wss where the page came by https.
  var url = new URL(server.wsUrl || server.baseUrl || "/", location.href);
  url.protocol = url.protocol.replace(/^http/, "ws");
  url.pathname = url.pathname.replace(/\/*$/, "/") + "api/kernels/" + encodeURIComponent(t.kernel) + "/channels";
  if (server.token) url.searchParams.set("token", server.token);

  function unique() { // crypto.randomUUID is missing where the page came by http from another machine
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), function (b) { return (b + 256).toString(16).slice(1); }).join("");
  }
  // The kernel listens to one comm, the last that was opened. GoNB asks the page for one with a script of its own, which
  // fails below a base URL and by https: then we open one.
  var socket = new WebSocket(url), comm = null, live = false;
  function send(type, content) {
    var id = unique();
    if (socket.readyState === 1) {
      socket.send(JSON.stringify({channel: "shell", msg_id: id, msg_type: type, header: {msg_id: id, msg_type: type},
        parent_header: {}, metadata: {}, content: content}));
    }
  }
  function put(address, value) { if (comm) send("comm_msg", {comm_id: comm, data: {address: address, value: value}}); }
  function say(text) { put(t.address, text); }
  function adopt(id) {
    comm = id;
    window.downhillComm = {kernel: t.kernel, id: id};
    if (window.gonb_comm && gonb_comm.subscribe) gonb_comm.subscribe(t.address, function () {}); // or it complains of each
    if (live && since) ask(); // what went to the old one is lost
    else if (!live) say("hello");
  }
  // A comm that another cell left open serves as well, and opening one more would make the kernel ask the page again.
  var known = [];
  if (window.downhillComm && downhillComm.kernel === t.kernel) known.push(downhillComm.id);
  function greet(beat) {
    var ids = known.slice();
    if (window.gonb_comm && gonb_comm._kernel_id === t.kernel && gonb_comm._comm_id) ids.push(gonb_comm._comm_id);
    if (ids.length) comm = ids[beat % ids.length];
    say("hello");
  }
  socket.onopen = function () { greet(0); };
  socket.onclose = leave;
  socket.onmessage = function (event) {
    var m = JSON.parse(event.data), c = m.content, data = c && c.data;
    if (m.msg_type !== "comm_msg" || !data) return;
    if (data.address === "#comm_open_ack") {
      known = [c.comm_id];
      adopt(c.comm_id);
    } else if (data.address === "#heartbeat/ping" && c.comm_id === comm) {
      put("#heartbeat/pong", true);
    } else if (data.address === t.address) {
      hear(JSON.parse(data.value));
    }
  };

  // One setting is on its way at a time, and behind it waits the last that was wanted.
  var wanted = 0, asked = 0, since = 0, drawn = 0, bar;
  function ask() {
    asked = wanted;
    since = performance.now();
    say([asked].concat(frames.inputs.map(function (i, n) { return mode.text(n, +i.value); })).join("\t"));
  }
  var mode = {
    pace: 40,
    length: function (n) { return (d.sliders[n].values.length - 1) * t.between[n] + 1; },
    text: function (n, at) {
      var m = t.between[n], v = d.sliders[n].values, k = Math.floor(at / m), f = at / m - k;
      if (!f) return v[k];
      var x = t.marks[n][k] + f * (t.marks[n][k + 1] - t.marks[n][k]);
      return String(t.whole[n] ? Math.round(x) : +x.toPrecision(4));
    },
    draw: function () {
      wanted++;
      if (!since) ask();
    }
  };
  function hear(m) {
    if (m.end) {
      say("bye");
      leave();
    } else if (m.live && !live) {
      live = true;
      bar = frames.el("div", {}, frames.panel);
      bar.style.cssText = "display:flex;gap:.7em;align-items:center;margin:.2em 0;font-size:90%";
      var b = frames.el("button", {type: "button", textContent: "Stop"}, bar);
      b.addEventListener("click", function () { say("stop"); });
      frames.el("span", {textContent: "● live: the cell computes what you set"}, bar);
      box.dataset.running = "1";
      frames.mode(mode);
    } else if (m.n === asked && since) {
      since = 0;
      if (wanted > asked) ask();
      draw(m);
    }
  }
  function draw(m) {
    var old = Array.from(frames.stage.children).filter(function (i) { return i.dataset.n; });
    var next = frames.picture(m.whole ? m.state : (d.back || "") + m.state + (d.front || ""));
    next.dataset.n = m.n;
    function ready() {
      if (!live || m.n < drawn) return next.remove();
      drawn = m.n;
      frames.show(next, m.note);
      old.forEach(function (i) { i.remove(); });
      box.dataset.drawn = m.n;
    }
    next.decode().then(ready, ready);
  }
  // What was lost is said again; and the cell is told now and then that somebody is there.
  var beats = 0, timer = setInterval(function () {
    beats++;
    if (!document.contains(box) || !live && beats > 240) leave();
    else if (!live && beats % 20 === 4) send("comm_open", {comm_id: unique(), target_name: "gonb_comm", kernel_id: t.kernel, data: {}});
    else if (!live) greet(beats);
    else if (since && performance.now() - since > 2000) ask();
    else if (beats % 20 === 0) say("here");
  }, 250);
  function leave() {
    clearInterval(timer);
    socket.onclose = null;
    setTimeout(function () { socket.close(); }, 200); // what was said last has to leave first
    if (!live) return;
    live = false;
    delete box.dataset.running;
    bar.remove();
    frames.mode(null);
  }
}
