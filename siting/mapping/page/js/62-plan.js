// The plan beside the map: how good it is, quotas, what a scenario moves, and every project.
function countPlanned(state) {
  return page.items.filter(function (item) {
    return planState(item) === state && itemOfProject(item.projectId) === item;
  }).length;
}

function renderPlan() {
  const fold = byId("plan");
  fold.hidden = !hasPlan();
  if (!hasPlan()) { return; }
  const placed = countPlanned("placed");
  const total = placed + countPlanned("unplaced");
  fill(fold.querySelector("summary"), [word("plan"), make("span", "summary-fact", word("placedOf", placed, total))]);
  fill(fold.querySelector(".body"), [
    scenarioSwitch(), planHead(planView()), quotaBars(planView()), movesTable(planView()), planTable(),
    leftOutList(planView()), decisionList(planView()), noteList(planView()),
  ]);
}

function scenarioSwitch() {
  if (page.data.plan.views.length < 2) { return null; }
  const choice = make("select", "", page.data.plan.views.map(function (_, at) {
    const option = make("option", "", viewTitle(at));
    option.value = String(at);
    return option;
  }));
  choice.id = "scenario";
  choice.value = String(page.view);
  choice.addEventListener("change", function () {
    showView(Number(choice.value));
    byId("scenario").focus();
  });
  return make("label", "scenario", [make("span", "", word("scenario")), choice]);
}

function planHead(view) {
  const classes = view.classes.map(function (row) { return make("span", "badge mark", word("classOf", row[0], row[1], row[2])); });
  return make("div", "plan-head", [
    make("p", "plan-sums", classes.concat(make("b", "row-size", pointsText(view.points)))),
    make("p", view.isProved ? "hint" : "hint open", say(view.proof)),
  ]);
}

function amount(quota, value) {
  if (quota.isCount) { return word("countOf", fixed(value, 0)); }
  return hectaresText(value) + (hasMu() ? word("inBrackets", mu(value) + " " + word("mu")) : "");
}

// Used, and of that what nobody knows the use of; never full unless nothing is left.
function quotaBars(view) {
  if (!view.quotas.length && !view.quotasElsewhere) { return null; }
  const parts = view.quotas.map(function (quota) {
    const share = quota.limit > 0 ? Math.min(1, quota.used / quota.limit) : 1;
    const unknown = quota.used > 0 ? share * Math.min(1, quota.unknown / quota.used) : 0;
    const bar = make("div", "bar quota-bar", [barPart("used", share - unknown), barPart("of-unknown", unknown)]);
    bar.setAttribute("role", "img");
    bar.setAttribute("aria-label", shareText(share));
    const left = Math.max(0, quota.limit - quota.used);
    return make("li", left > 0 ? "" : "full", [
      make("span", "", [make("b", "", say(quota.title)), " ", make("small", "", say(quota.what))]), bar,
      make("span", "quota-figures", [word("usedOf", amount(quota, quota.used), amount(quota, quota.limit)), " · ",
        left > 0 ? word("leftOver", amount(quota, left)) : word("usedUp")]),
      quota.unknown > 0 ? make("small", "unknown", word("unknownUse", amount(quota, quota.unknown))) : null,
      quota.basis ? make("small", "", label("basis") + quota.basis) : null,
    ]);
  });
  return make("section", "", [make("h3", "", word("quotas")), make("ul", "quotas", parts),
    elsewhereHint("quotasElsewhere", view.quotasElsewhere)]);
}

function barPart(className, share) {
  const part = make("span", className, null);
  part.style.width = 100 * share + "%";
  return part;
}

function elsewhereHint(key, count) {
  return count ? make("p", "hint", word(key, count)) : null;
}

function siteName(row) {
  const site = planSite(row);
  if (site) { return make("bdi", "", site.id); }
  return row && row.away ? word("siteElsewhere") : "–";
}

function projectLink(projectId) {
  const item = itemOfProject(projectId);
  const name = item && projectOf(item).name;
  const text = [make("bdi", "", projectId), " ", make("bdi", "", name || "")];
  return item ? button("link", text, function () { select(item.key); }) : make("span", "", text);
}

function movesTable(view) {
  if (page.view === 0) { return null; }
  const head = make("h3", "", word("whatMoves"));
  if (!view.moves.length) { return make("section", "", [head, make("p", "hint", word("nothingMoves"))]); }
  const rows = view.moves.map(function (move) {
    const places = make("span", "", [siteName(planRow(move[0], 0)), " → ", siteName(planRow(move[0]))]);
    return [make("span", "", [projectLink(move[0]), make("small", "", [word("change_" + move[1]), " · ", places])]),
      make("span", move[2] < 0 ? "bad" : "", signed(move[2]))];
  });
  return make("section", "", [head, table("sums moves", [word("project"), word("pointsChange")], rows, [1])]);
}

function planTable() {
  const rows = plannedIds().map(function (id) {
    const row = planRow(id);
    const site = planSite(row);
    const where = site ? [planKind(site), districtText(site.district), hectaresText(site.area)]
      : row.away ? [districtText(row.away[0]), hectaresText(row.away[1])] : [];
    const gets = site || row.away
      ? make("span", "", [siteName(row), make("small", "", where.filter(Boolean).join(" · "))])
      : make("span", "bad", [word("unplaced"), make("small", "", reasonsOf(row).join("；"))]);
    return [planNumber(id), projectLink(id), gets, row.points === undefined ? "–" : fixed(row.points, 1),
      row.regret ? fixed(row.regret, 1) : ""];
  });
  return make("section", "", [make("h3", "", word("planRows")), table("sums plan-rows",
    ["#", word("project"), word("planned"), word("points"), word("regret")], rows, [0, 3, 4])]);
}

function reasonsOf(row) {
  const texts = (row.reasons || []).map(planText);
  if (texts.length) { return texts; }
  return [planText(row.why) || word("reasonsUnknown")];
}

function leftOutList(view) {
  const together = {};
  Object.keys(view.leftOut).forEach(function (id) {
    const why = say(view.leftOut[id]);
    together["w:" + why] = (together["w:" + why] || []).concat(id);
  });
  const lines = Object.keys(together).map(function (key) {
    return make("li", "", [make("bdi", "", together[key].join(", ")), make("small", "", key.slice(2))]);
  });
  return lines.length ? make("section", "", [make("h3", "", word("leftOut")), make("ul", "offmap", lines)]) : null;
}

function decisionList(view) {
  if (!view.decisions.length && !view.decisionsElsewhere) { return null; }
  return make("section", "", [make("h3", "", word("decisions")), texts("notes", view.decisions),
    elsewhereHint("decisionsElsewhere", view.decisionsElsewhere)]);
}

function noteList(view) {
  if (!view.notes.length && !view.notesElsewhere) { return null; }
  return make("section", "", [make("h3", "", word("planNotes")), texts("notes", view.notes),
    elsewhereHint("notesElsewhere", view.notesElsewhere)]);
}
