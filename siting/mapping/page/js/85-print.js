// Printing: the page takes its paper form before the browser takes its picture.
const FOLDS = ["#legend", "#legend details", "#scroll > details", "#brief .ask", "#details details"];
const SCROLLERS = ["scroll", "details"];
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

// What the screen shows, to be shown again after the print.
function rememberScreen() {
  page.before = { centre: page.map.getCenter(), zoom: page.map.getZoom(), open: [], scrolled: {} };
  SCROLLERS.forEach(function (id) { page.before.scrolled[id] = byId(id).scrollTop; });
}

// Whatever is folded stands open on paper; what a fold fills in when it opens is filled in now,
// for the browser tells of it only after it has taken its picture.
function unfold() {
  FOLDS.forEach(function (name) {
    Array.prototype.forEach.call(document.querySelectorAll(name), function (fold) {
      if (fold.open) { return; }
      page.before.open.push(fold);
      fold.open = true;
      fold.dispatchEvent(new window.Event("toggle"));
    });
  });
  byId("side").insertBefore(byId("stage"), byId("scroll"));
  moveList(byId("inputs"));
}

// On paper the list stands before the table of layers; null puts it back behind it.
function moveList(before) {
  ["finder", "none-found", "list"].forEach(function (id) { byId("scroll").insertBefore(byId(id), before); });
}

function foldAgain() {
  moveList(null);
  page.before.open.forEach(function (fold) { fold.open = false; });
  byId("app").insertBefore(byId("stage"), byId("map-size"));
}

function setPrinting(isPrinting) {
  if (document.body.classList.contains("printing") === isPrinting) { return; }
  if (isPrinting) { rememberScreen(); }
  document.body.classList.toggle("printing", isPrinting);
  if (isPrinting) { unfold(); } else { foldAgain(); }
  if (!isPrinting) { setPaper("a4"); }
  const fades = page.map._fadeAnimated;
  page.map._fadeAnimated = false; // a tile that fades in is not there yet when the picture is taken
  frameMap(isPrinting);
  fill(byId("ratio"), isPrinting ? scaleRatio() : "");
  markEdges();
  tracing(isPrinting);
  page.map._fadeAnimated = fades;
}

// The map in its new size; after the print it shows again what it showed before.
function frameMap(isPrinting) {
  page.map.invalidateSize({ animate: false, pan: false });
  if (isPrinting && page.selected && drawn.selection) {
    zoomToSelection();
  } else if (isPrinting) {
    goHome();
  } else {
    page.map.setView(page.before.centre, page.before.zoom, { animate: false });
    SCROLLERS.forEach(function (id) { byId(id).scrollTop = page.before.scrolled[id]; });
  }
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
