// The start of everything, and what the language changes.
function renderAll() {
  renderHead();
  renderCounters();
  renderBrief();
  renderByConstraint();
  renderByDistrict();
  renderPlan();
  renderProposals();
  renderInputs();
  renderSort();
  renderList();
  renderDetails();
  renderLegend();
  renderTools();
  renderCompass();
  renderMeasure();
  setTitles();
}

function start() {
  readData();
  page.filter = null;
  page.selected = null;
  page.sort = "worst";
  byId("legend").open = window.innerWidth > 1100;
  byId("brief").open = window.innerWidth > 760;
  startMap();
  renderAll();
  goHome();
  byId("search").addEventListener("input", renderList);
  byId("list").addEventListener("keydown", moveInList);
  byId("sort").addEventListener("change", function () {
    page.sort = byId("sort").value;
    renderList();
  });
  byId("language").addEventListener("click", function () {
    page.language = page.language === "en" ? "zh" : "en";
    renderAll();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") { return; }
    if (measure.isOn) { endMeasure(); } else if (page.selected) { unselect(); }
  });
  listenForMeasure();
  knowTheHand();
  listenForPrint();
  document.body.dataset.ready = "true";
}

// Whoever chose by key reads on by key: the panel takes the focus.
function knowTheHand() {
  document.addEventListener("keydown", function () { page.isByKey = true; }, true);
  document.addEventListener("mousedown", function () { page.isByKey = false; }, true);
}

// Regions by their names, for those who hear the page.
function setTitles() {
  [["side", "landmarkSide"], ["stage", "map"], ["scroll", "projects"]].forEach(function (row) {
    byId(row[0]).setAttribute("aria-label", word(row[1]));
  });
}

start();
