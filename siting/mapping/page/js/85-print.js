// Printing: the page takes its paper form before the browser takes its picture.
const FOLDS = ["legend", "plan", "by-constraint", "by-district", "proposals", "inputs"];

function unfold() {
  page.before = { centre: page.map.getCenter(), zoom: page.map.getZoom(), open: {} };
  FOLDS.forEach(function (id) {
    page.before.open[id] = byId(id).open;
    byId(id).open = true;
  });
  byId("side").insertBefore(byId("stage"), byId("scroll"));
}

function foldAgain() {
  FOLDS.forEach(function (id) { byId(id).open = page.before.open[id]; });
  byId("app").insertBefore(byId("stage"), byId("details"));
}

function setPrinting(isPrinting) {
  if (document.body.classList.contains("printing") === isPrinting) { return; }
  document.body.classList.toggle("printing", isPrinting);
  if (isPrinting) { unfold(); } else { foldAgain(); }
  page.map.invalidateSize({ animate: false, pan: false });
  if (page.selected && drawn.selection) {
    zoomToSelection();
  } else if (isPrinting) {
    goHome();
  } else {
    page.map.setView(page.before.centre, page.before.zoom, { animate: false });
  }
  tracing(isPrinting);
}

// The browser takes its picture at once, so each canvas is drawn now and traced onto a fresh
// one: Chromium paints a canvas that was ever cleared as white paper over what lies beneath.
function tracing(isPrinting) {
  Array.prototype.forEach.call(document.querySelectorAll("canvas.traced"), function (copy) {
    copy.parentNode.removeChild(copy);
  });
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

function printPage() {
  setPrinting(true);
  window.setTimeout(function () { window.print(); }, 200);
}

function listenForPrint() {
  window.addEventListener("beforeprint", function () { setPrinting(true); });
  window.addEventListener("afterprint", function () { setPrinting(false); });
  window.matchMedia("print").addListener(function (query) { setPrinting(query.matches); });
}
