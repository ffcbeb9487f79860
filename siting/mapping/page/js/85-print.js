// Printing: the page takes its paper form before the browser takes its picture.
const FOLDS = ["legend", "brief", "plan", "by-constraint", "by-district", "proposals", "inputs"];
const PAPERS = ["a4", "a3"];

// The two papers, behind the print button; the browser's own command prints on A4.
function paperChoice() {
  const group = make("div", "papers", PAPERS.map(function (paper) {
    return button("tool paper " + paper, word("paper_" + paper), function () { printPage(paper); });
  }));
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", word("paper"));
  group.hidden = true;
  return group;
}

function choosePaper() {
  const group = document.querySelector("#tools .papers");
  group.hidden = !group.hidden;
  document.querySelector("#tools .print").setAttribute("aria-expanded", String(!group.hidden));
  if (!group.hidden) { group.firstChild.focus(); }
}

// Each paper has a style element of its own, which is switched on and off: no style is written.
function setPaper(paper) {
  PAPERS.forEach(function (name) {
    document.body.classList.toggle(name, name === paper);
    const sheet = byId("paper-" + name);
    if (sheet) { sheet.media = name === paper ? "all" : "not all"; }
  });
}

function unfold() {
  page.before = { centre: page.map.getCenter(), zoom: page.map.getZoom(), open: {} };
  FOLDS.forEach(function (id) {
    page.before.open[id] = byId(id).open;
    byId(id).open = true;
  });
  byId("side").insertBefore(byId("stage"), byId("scroll"));
  moveList(byId("proposals"));
}

// On paper the list stands before the long tables; null puts it back behind them.
function moveList(before) {
  ["finder", "list"].forEach(function (id) { byId("scroll").insertBefore(byId(id), before); });
}

function foldAgain() {
  moveList(null);
  FOLDS.forEach(function (id) { byId(id).open = page.before.open[id]; });
  byId("app").insertBefore(byId("stage"), byId("details"));
}

function setPrinting(isPrinting) {
  if (document.body.classList.contains("printing") === isPrinting) { return; }
  document.body.classList.toggle("printing", isPrinting);
  if (isPrinting) { unfold(); } else { foldAgain(); }
  if (!isPrinting) { setPaper("a4"); }
  page.map.invalidateSize({ animate: false, pan: false });
  if (page.selected && drawn.selection) {
    zoomToSelection();
  } else if (isPrinting) {
    goHome();
  } else {
    page.map.setView(page.before.centre, page.before.zoom, { animate: false });
  }
  fill(byId("ratio"), isPrinting ? scaleRatio() : "");
  markEdges();
  tracing(isPrinting);
}

// The browser takes its picture at once, so each canvas is drawn now and traced onto a fresh
// one: Chromium paints a canvas that was ever cleared as white paper over what lies beneath.
function tracing(isPrinting) {
  Array.prototype.forEach.call(document.querySelectorAll("canvas.traced"), function (copy) {
    copy.parentNode.removeChild(copy);
  });
  flushGround();
  Object.keys(panes).forEach(function (name) {
    if (!panes[name]._map) { return; }
    const canvas = panes[name]._container;
    canvas.hidden = isPrinting;
    if (!isPrinting) { return; }
    panes[name]._redraw();
    canvas.parentNode.appendChild(traced(canvas));
  });
}

function traced(canvas) {
  const copy = make("canvas", canvas.className + " traced", null);
  copy.width = canvas.width;
  copy.height = canvas.height;
  ["width", "height", "transform"].forEach(function (name) { copy.style[name] = canvas.style[name]; });
  copy.getContext("2d").drawImage(canvas, 0, 0);
  return copy;
}

function printPage(paper) {
  setPaper(paper);
  setPrinting(true);
  window.setTimeout(function () { window.print(); }, 200);
}

function listenForPrint() {
  window.addEventListener("beforeprint", function () { setPrinting(true); });
  window.addEventListener("afterprint", function () { setPrinting(false); });
  window.matchMedia("print").addListener(function (query) { setPrinting(query.matches); });
}
