// The plan on the map: numbered sites, thin lines from the red lines, crosses, and what moves.
const PLAN_SYMBOL_PX = 8.5;
const PLAN_SMALL_PX = 5;
//: With more sites in view than this their symbols are small and without numbers.
const PLAN_NUMBERED_AT_MOST = 150;
//: More arrows than these cross each other: then only the chosen project's is strong.
const ARROWS_AT_MOST = 12;

function drawPlan() {
  if (!hasPlan()) { return; }
  const isShown = drawn.toggles.plan ? drawn.toggles.plan.isShown : true;
  if (drawn.toggles.plan) { drawn.toggles.plan.layer.remove(); }
  const group = L.layerGroup();
  drawn.planned = {};
  drawn.planGroup = group;
  drawn.areMovesFaint = plannedIds().filter(hasArrow).length > ARROWS_AT_MOST;
  plannedIds().forEach(function (id) {
    drawn.planned[id] = { layers: plannedLayers(id), isShown: false };
  });
  toggle("plan", group, isShown);
  showPlanned();
}

// Only what the list shows stays on the map.
function showPlanned() {
  if (!hasPlan()) { return; }
  Object.keys(drawn.planned).forEach(function (id) {
    const entry = drawn.planned[id];
    const isShown = !page.listed || page.listed[id] === true;
    if (isShown === entry.isShown) { return; }
    entry.isShown = isShown;
    entry.layers.forEach(function (layer) {
      if (isShown) { drawn.planGroup.addLayer(layer); } else { drawn.planGroup.removeLayer(layer); }
    });
  });
}

// Sites stay on top of red lines that come anew with a zoom.
function raisePlan() {
  if (!hasPlan() || !page.map.hasLayer(drawn.planGroup)) { return; }
  planSymbols().forEach(function (layer) { layer.bringToFront(); });
  sizePlan();
}

function planSymbols() {
  return drawn.planGroup.getLayers().filter(function (layer) { return layer.options.symbol && layer._map; });
}

// Small and without numbers where many are in view.
function sizePlan() {
  if (!hasPlan() || !page.map.hasLayer(drawn.planGroup)) { return; }
  const symbols = planSymbols();
  const view = page.map.getBounds();
  const count = symbols.filter(function (layer) { return view.contains(layer.getLatLng()); }).length;
  const isSmall = count > PLAN_NUMBERED_AT_MOST;
  if (isSmall === drawn.isPlanSmall) { return; }
  drawn.isPlanSmall = isSmall;
  Object.keys(drawn.planned).forEach(function (id) {
    drawn.planned[id].layers.filter(function (layer) { return layer.options.symbol; }).forEach(function (layer) {
      layer.options.label = isSmall ? "" : layer.options.number;
      layer.setRadius(planRadius(isSmall));
    });
  });
}

function planRadius(isSmall) {
  return (window.innerWidth < 760 ? 0.85 : 1) * (isSmall ? PLAN_SMALL_PX : PLAN_SYMBOL_PX);
}

function plannedLayers(id) {
  const item = itemOfProject(id);
  const site = planSite(planRow(id));
  const layers = page.view > 0 ? moveLayers(id, "sites", drawn.areMovesFaint) : [];
  if (site && site.shape) {
    layers.push(plannedOutline(site, "sites", 1.8));
    const join = item && page.view === 0 && planJoin(item, site, "sites");
    if (join) { layers.push(join); }
    layers.push(planSymbol(item, site.at, planLook(site), planNumber(id)));
  } else if (item && item.line && item.line.shape && planState(item) === "unplaced") {
    layers.push(planSymbol(item, item.line.at, { symbol: "cross", fill: "#ffffff" }, ""));
  }
  return layers;
}

function plannedOutline(site, pane, weight) {
  const look = planLook(site);
  return shapeLayer(site.shape, {
    pane: pane, color: PLAN_COLOUR, weight: weight, fill: true, fillColor: look.fill, fillOpacity: 0.4,
    hatch: look.hatch || null, hatchOpacity: 0.25,
  });
}

// A thin line from the present red line; none where the project stays on it.
function planJoin(item, site, pane) {
  if (!item.line || !item.line.shape || site.kind === "red_line" || site.kind === "repaired") { return null; }
  return L.polyline([item.line.at, site.at], {
    renderer: panes[pane], pane: pane, interactive: false, color: PLAN_COLOUR, weight: 1, opacity: 0.65,
  });
}

function planSymbol(item, at, look, number) {
  const symbol = L.circleMarker(at, {
    renderer: panes.lines, pane: "lines", bubblingMouseEvents: false, symbol: look.symbol, label: drawn.isPlanSmall ? "" : number, number: number,
    radius: planRadius(drawn.isPlanSmall), color: PLAN_COLOUR, weight: 1.5, fillColor: look.fill, fillOpacity: 1,
  });
  if (item) {
    symbol.on("click", function () { select(item.key); });
    symbol.bindTooltip(function () { return planTip(item); }, { sticky: true, direction: "top", className: "tip" });
  }
  return symbol;
}

function planTip(item) {
  const row = planRow(item.projectId);
  const site = planSite(row);
  return make("span", "", [make("b", "", planNumber(item.projectId) + " · "), item.projectId, " ", projectOf(item).name || "", make("br"),
    site ? planKind(site) + " · " + pointsText(row.points) : word("unplaced")]);
}

// From the site in the plan itself to the one in the scenario that is shown: there the lines from
// the red lines go, for both together are read by nobody.
function moveLayers(id, pane, isFaint) {
  const before = planSite(planRow(id, 0));
  const after = planSite(planRow(id));
  if (before === after || !before || !before.shape) { return []; }
  if (isFaint && hasArrow(id)) {
    return [L.polyline([before.at, after.at], {
      renderer: panes[pane], pane: pane, interactive: false, color: MOVE_COLOUR, weight: 0.9, opacity: 0.4,
    })];
  }
  const layers = [shapeLayer(before.shape, { pane: pane, color: MOVE_COLOUR, weight: 1.8, dashArray: "4 3", fill: false })];
  if (!after) {
    return planRow(id).away ? layers : layers.concat(planSymbol(itemOfProject(id), before.at, { symbol: "cross", fill: "#ffd9c7" }, ""));
  }
  if (!after.shape) { return layers; }
  [["#ffffff", 4, 0.8], [MOVE_COLOUR, 1.6, 1]].forEach(function (look) {
    layers.push(L.polyline([before.at, after.at], {
      renderer: panes[pane], pane: pane, interactive: false, color: look[0], weight: look[1], opacity: look[2],
    }));
  });
  return layers.concat(arrowHead(before.at, after.at));
}

// True when a scenario moves a project from one drawn site to another.
function hasArrow(id) {
  const before = planSite(planRow(id, 0));
  const after = planSite(planRow(id));
  return Boolean(page.view > 0 && before && after && before !== after && before.shape && after.shape);
}

// The point of an arrow, turned by the map's own projection and kept clear of the site's symbol.
function arrowHead(from, to) {
  const start = page.map.project(from, 12);
  const end = page.map.project(to, 12);
  const turn = Math.atan2(end.y - start.y, end.x - start.x);
  const head = drawingOf("0 0 12 12", [["M0 1 L11 6 L0 11 Z", MOVE_COLOUR, "#ffffff"]]);
  head.setAttribute("class", "arrow-head");
  head.style.transform = "translate(-50%, -50%) rotate(" + turn + "rad) translate(-15px, 0)";
  const icon = L.divIcon({ className: "tag", html: head, iconSize: [0, 0] });
  return L.marker(to, { icon: icon, interactive: false, keyboard: false, pane: "markerPane" });
}

// The chosen project's site, its line and its number, whether the layer is shown or not.
function drawChosenPlan(group, item) {
  const site = planSite(planRow(item.projectId));
  if (page.view > 0 && (drawn.areMovesFaint || !drawn.toggles.plan.isShown)) {
    moveLayers(item.projectId, "chosen", false).forEach(function (layer) { group.addLayer(layer); });
  }
  if (!site || !site.shape) { return; }
  const outline = plannedOutline(site, "chosen", 3);
  const join = planJoin(item, site, "chosen");
  [outline, join].forEach(function (layer) { if (layer) { group.addLayer(layer); } });
  group.addLayer(nameTag(site.at, planNumber(item.projectId), "plan-chip"));
  drawn.selection.planned = outline.getBounds();
}

// Another view of the same city: the plan itself, or one of its scenarios.
function showView(at) {
  page.view = at;
  drawPlan();
  renderAll();
  const item = page.itemOf[page.selected];
  if (item) { drawSelection(item); }
}
