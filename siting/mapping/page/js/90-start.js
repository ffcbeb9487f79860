// The start of everything, and what the language changes.
function renderAll() {
  renderHead();
  renderCounters();
  renderByConstraint();
  renderByDistrict();
  renderPlan();
  renderProposals();
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
  byId("by-constraint").open = window.innerWidth > 760 && window.innerHeight >= 820;
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
    if (event.key !== "Escape") { return; }
    if (isMeasuring()) { stopMeasure(); } else if (page.selected) { unselect(); }
  });
  listenForPrint();
  document.body.dataset.ready = "true";
}

start();
