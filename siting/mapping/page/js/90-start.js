// Printing, language, keys, and the start of everything.
function setPrinting(isPrinting) {
  if (document.body.classList.contains("printing") === isPrinting) { return; }
  document.body.classList.toggle("printing", isPrinting);
  if (isPrinting) {
    page.legendWasOpen = byId("legend").open;
    page.centre = page.map.getCenter();
    page.zoom = page.map.getZoom();
    byId("legend").open = true;
    byId("side").insertBefore(byId("stage"), byId("scroll"));
  } else {
    byId("legend").open = page.legendWasOpen;
    byId("app").insertBefore(byId("stage"), byId("details"));
  }
  page.map.invalidateSize({ animate: false, pan: false });
  if (page.selected && drawn.selection) {
    zoomToSelection();
  } else if (isPrinting) {
    goHome();
  } else {
    page.map.setView(page.centre, page.zoom, { animate: false });
  }
  // The browser takes its picture at once: draw now, not with the next frame.
  Object.keys(panes).forEach(function (name) { if (panes[name]._map) { panes[name]._redraw(); } });
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

function renderAll() {
  renderHead();
  renderCounters();
  renderByConstraint();
  renderByDistrict();
  renderPlan();
  renderInputs();
  renderList();
  renderDetails();
  renderLegend();
  renderTools();
  renderCompass();
}

function start() {
  readData();
  page.filter = null;
  page.selected = null;
  byId("legend").open = window.innerWidth > 1100;
  byId("by-constraint").open = window.innerWidth > 760;
  startMap();
  renderAll();
  goHome();
  byId("search").addEventListener("input", renderList);
  byId("list").addEventListener("keydown", moveInList);
  byId("language").addEventListener("click", function () {
    page.language = page.language === "en" ? "zh" : "en";
    renderAll();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && page.selected) { unselect(); }
  });
  listenForPrint();
  document.body.dataset.ready = "true";
}

start();
