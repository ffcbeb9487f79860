// The legend, which is the layer control as well, and the map's tools.
function renderLegend() {
  const legend = byId("legend");
  fill(legend.querySelector("summary"), word("legend"));
  fill(legend.querySelector(".body"), [
    legendGroup("legendLines", [make("ul", "pairs", outcomeEntries()), make("ul", "", lineEntries())]),
    hasPlan() ? legendGroup("legendPlan", [make("ul", "", planToggles()), make("ul", "pairs", planEntries())]) : null,
    legendGroup("legendControls", make("ul", "", page.data.controls.map(controlEntry))),
    page.data.ground.length ? legendGroup("legendGround", make("ul", "", page.data.ground.map(groundEntry))) : null,
    legendGroup("legendBase", make("ul", "", baseEntries())),
  ]);
}

// Each group folds by itself, and stays as the reader left it.
function legendGroup(key, lists) {
  const fold = make("details", "group", [make("summary", "", word(key))].concat(lists));
  fold.open = page.foldedGroups.indexOf(key) < 0;
  fold.addEventListener("toggle", function () {
    if (document.body.classList.contains("printing")) { return; }
    page.foldedGroups = page.foldedGroups.filter(function (other) { return other !== key; }).concat(fold.open ? [] : [key]);
  });
  return fold;
}

// Where not everything fits these give way, one after the other: their titles stay in sight.
function foldToFit() {
  const legend = byId("legend");
  ["legendBase", "legendGround"].forEach(function (key) {
    if (!legend.open || legend.scrollHeight <= legend.clientHeight + 1) { return; }
    page.foldedGroups.push(key);
    renderLegend();
  });
}

function outcomeEntries() {
  return Object.keys(OUTCOME_LOOKS).map(function (outcome) {
    return entry([symbolSwatch(OUTCOME_LOOKS[outcome])], word(outcome));
  });
}

function lineEntries() {
  const entries = [make("li", "hint", word("dotNote"))];
  if (page.data.findings.some(function (finding) { return finding.withheld; })) {
    entries.push(entry([swatch("#c1121f", "withheld")], word("legendWithheld")));
  }
  if (page.data.findings.some(function (finding) { return finding.notDrawn; })) {
    entries.push(entry([swatch("#c1121f", "withheld")], word("legendLeftOut")));
  }
  coarseNotes().forEach(function (note) { entries.push(make("li", "hint bad", note)); });
  if (Object.keys(page.data.repairs).some(function (id) { return (page.data.repairs[id].list || []).some(function (repair) { return repair.shape; }); })) {
    entries.push(entry([swatch(REPAIR_COLOUR, "", { dash: [6, 2] })], word("legendRepair"), word("legendRepairNote")));
  }
  const site = swatch(SITE_COLOUR, "", { dash: [4, 2] });
  entries.push(page.hasSites ? checkEntry("sites", site, word("allSites")) : offEntry(site, word("sites"), word("noneDrawn")));
  return entries;
}

// What a page over its budget draws with less detail, and that it is over it all the same.
function coarseNotes() {
  const coarse = page.data.coarse || {};
  const over = page.data.overBudget;
  return [
    coarse.pieces_m ? word("coarsePieces", coarse.pieces_m) : "",
    coarse.outlines_m ? word("coarseOutlines", coarse.outlines_m) : "",
    over ? word("overBudget", over[0], over[1]) : "",
  ].filter(Boolean);
}

// The kinds of sites that the plan or any scenario has.
function planEntries() {
  const used = {};
  page.data.plan.sites.forEach(function (site) { used[planLook(site).symbol] = true; });
  const entries = [];
  Object.keys(PLAN_LOOKS).forEach(function (kind) {
    const look = PLAN_LOOKS[kind];
    if (!used[look.symbol]) { return; }
    entries.push(entry([symbolSwatch({ symbol: look.symbol, fill: look.fill, colour: PLAN_COLOUR })], word("plan_" + kind)));
  });
  entries.push(entry([symbolSwatch({ symbol: "cross", fill: "#ffffff", colour: PLAN_COLOUR })], word("plan_cross")));
  return entries;
}

function planToggles() {
  const picture = symbolSwatch({ symbol: "square", fill: "#ffffff", colour: PLAN_COLOUR });
  const entries = [checkEntry("plan", picture, word("planLayer"))];
  if (page.view > 0) { entries.push(entry([lineSwatch(MOVE_COLOUR, 2, null)], word("plan_move"), drawn.areMovesFaint ? word("plan_moves_faint") : "")); }
  return entries;
}

function entry(signs, title, remark) {
  return make("li", "", signs.concat(make("span", "", [title, remark ? make("small", "", remark) : null])));
}

function offEntry(picture, title, remark) {
  const item = entry([picture], title, remark);
  item.className = "off";
  return item;
}

function controlEntry(layer, index) {
  const isLine = layer.kind === "l";
  const look = LINE_LOOKS[layer.role] || { weight: 2 };
  const dash = look.dashArray ? look.dashArray.split(" ").map(Number) : null;
  const picture = isLine ? lineSwatch(layer.colour, look.weight, dash) : swatch(layer.colour, layer.hatch);
  if (layer.hidden) { return offEntry(picture, say(layer.title), word("hidden_" + layer.hidden)); }
  return checkEntry("controls:" + index, picture, say(layer.title), remarks(layer));
}

function groundEntry(layer, index) {
  const picture = swatch(layer.colour, "");
  if (layer.hidden) { return offEntry(picture, say(layer.title), word("hidden_" + layer.hidden)); }
  return checkEntry("ground:" + index, picture, say(layer.title), remarks(layer));
}

function remarks(layer) {
  const parts = [];
  if (layer.internal) { parts.push(word("internalMark")); }
  if (layer.short) { parts.push(word("shortMark")); }
  if (layer.cells) { parts.push(word("counted", fixed(layer.features, 0), metresText(layer.cells.side_m))); }
  if (layer.thinned_m) { parts.push(word("thinned", layer.thinned_m)); }
  if (layer.undrawn) { parts.push(word("undrawn", fixed(layer.undrawn, 0))); }
  if (isGround(layer) && !layer.cells) { parts.push(word("whenNear", fixed(layer.features, 0))); }
  return parts.join(" · ");
}

function isGround(layer) {
  return page.data.ground.indexOf(layer) >= 0;
}

function baseEntries() {
  const entries = [checkEntry("districts", lineSwatch(BORDER_COLOUR, 1.6, [9, 3, 2, 3]), word("districts"))].concat(tilesEntry());
  page.data.base.forEach(function (layer, index) {
    const look = BASE_LOOKS[layer.role];
    const isArea = layer.kind === "p";
    const picture = isArea ? swatch(look.fillColor || look.color, "")
      : lineSwatch(look.color, look.weight, look.dashArray ? [5, 3] : null);
    entries.push(checkEntry("base:" + index, picture, say(layer.title), remarks(layer)));
  });
  return entries;
}

function checkEntry(name, picture, title, remark) {
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = drawn.toggles[name].isShown;
  box.addEventListener("change", function () { setShown(name, box.checked); });
  const text = make("span", "", [title, remark ? make("small", "", remark) : null]);
  return make("li", "", make("label", "", [box, picture, text]));
}

function renderTools() {
  const tools = byId("tools");
  const isMeasuring = measure.isOn;
  tools.setAttribute("aria-label", word("tools"));
  fill(tools, [
    ["zoomIn", "+", function () { page.map.zoomIn(); }],
    ["zoomOut", "−", function () { page.map.zoomOut(); }],
    ["home", "⤢", goHome],
    ["measure", "", startMeasure],
    ["print", "⎙", choosePaper],
  ].map(function (tool) {
    const isWord = ["print", "home", "measure"].indexOf(tool[0]) >= 0;
    const element = button("tool " + tool[0], isWord ? word(tool[0]) : tool[1], tool[2]);
    if (tool[0] === "measure") { element.setAttribute("aria-pressed", String(isMeasuring)); }
    if (tool[0] === "print") { element.setAttribute("aria-expanded", "false"); }
    element.title = word(tool[0]);
    element.setAttribute("aria-label", word(tool[0]));
    return element;
  }));
  tools.appendChild(paperChoice());
  const container = page.map.getContainer();
  container.setAttribute("role", "application");
  container.setAttribute("aria-label", word("mapKeys"));
}

function renderCompass() {
  const drawing = drawingOf("0 0 24 30", [["M12 1 L20 27 L12 21 Z", "#1b2a41", "#1b2a41"], ["M12 1 L4 27 L12 21 Z", "#ffffff", "#1b2a41"]]);
  const compass = byId("compass");
  compass.setAttribute("aria-label", word("northUp"));
  compass.title = word("northUp");
  fill(compass, [drawing, make("span", "", word("north"))]);
}
