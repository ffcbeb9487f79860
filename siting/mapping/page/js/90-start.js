// The start of everything, and what the language changes.
function renderAll() {
  renderHead();
  renderCounters();
  renderBrief();
  renderByConstraint();
  renderByDistrict();
  renderPlan();
  renderInputs();
  renderSort();
  renderList();
  renderDetails();
  renderLegend();
  renderTools();
  renderCompass();
  renderMeasure();
  renderMapSize();
  renderAbout();
  setTitles();
  measureBar();
}

function start() {
  readData();
  page.filter = null;
  page.selected = null;
  page.sort = "worst";
  page.foldedGroups = [];
  byId("legend").open = window.innerWidth > 1100;
  startMap();
  renderAll();
  foldToFit();
  goHome();
  byId("search").addEventListener("input", function () {
    renderList();
    if (isNarrow()) { showList(); }
  });
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
  listenForNarrow();
  document.body.dataset.ready = "true";
}

// Whoever chose by key reads on by key: the panel takes the focus. And where the hand was.
function knowTheHand() {
  const know = function (isByKey) {
    return function (event) {
      page.isByKey = isByKey;
      page.isInSide = byId("side").contains(event.target);
    };
  };
  document.addEventListener("keydown", know(true), true);
  document.addEventListener("mousedown", know(false), true);
}

// Regions by their names, for those who hear the page.
function setTitles() {
  [["side", "landmarkSide"], ["stage", "map"], ["scroll", "projects"]].forEach(function (row) {
    byId(row[0]).setAttribute("aria-label", word(row[1]));
  });
}

start();
