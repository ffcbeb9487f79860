// What the plan says of the chosen project.
function planSection(item) {
  const row = planRow(item.projectId);
  const leftOut = hasPlan() ? lookUp(planView().leftOut, item.projectId) : [];
  if (!row && !Array.isArray(leftOut)) { return null; }
  if (!row && !leftOut.length) { return null; }
  const title = page.view > 0 ? word("plan") + " · " + viewTitle(page.view) : word("plan");
  return make("section", "", [make("h3", "", title), row ? planCard(item, row) : make("p", "hint", say(leftOut)),
    row && page.view > 0 ? beforeLine(item) : null]);
}

function planCard(item, row) {
  const isPlaced = Boolean(planSite(row) || row.away);
  return make("article", "site planned" + (isPlaced ? "" : " unplaced"),
    (isPlaced ? placedParts(item, row) : unplacedParts(item, row)).concat(besideParts(row)));
}

function placedParts(item, row) {
  const site = planSite(row);
  const head = make("h4", "", [make("span", "plan-chip", planNumber(item.projectId)), " ",
    site ? make("bdi", "", site.id) : word("siteElsewhere"), make("b", "row-size", pointsText(row.points))]);
  if (site && site.shape) {
    head.appendChild(button("small", word("seePlanned"), function () { zoomTo(drawn.selection.planned, 18); }));
  }
  const district = site ? site.district : row.away[0];
  const area = site ? site.area : row.away[1];
  const names = site ? offerNames(item, site) : [];
  const facts = [site ? planKind(site) : "", names.length ? word("sameAs", names.join(" = ")) : "", districtText(district), hectaresText(area) + muText(area),
    row.distance === undefined ? "" : distanceOf(row, item), site && !site.shape ? word("planWithheld") : ""].filter(Boolean);
  return [head, make("p", "", facts.join(" · ")), deductionLine(row), regretLine(row),
    row.acquire === true ? make("p", "", make("span", "badge review", word("mustAcquire"))) : null,
    row.acquire === null ? make("p", "hint", word("acquireUnknown")) : null,
    remainingCodes(row.remains, planCode), codes("notChecked", row.unchecked, planCode)];
}

function unplacedParts(item, row) {
  const reasons = (row.reasons || []).map(planText);
  const head = make("h4", "", [make("span", "plan-chip", planNumber(item.projectId)), " ", make("span", "bad", word("unplaced"))]);
  if (!reasons.length) { return [head, make("p", "", planText(row.why) || word("reasonsUnknown"))]; }
  if (reasons.length === 1 && !row.of) { return [head, make("p", "", word("noSiteAtAll") + " " + reasons[0])]; }
  const lead = !row.of ? "noSiteAtAll" : reasons.length > 1 ? "reasonsTogether" : "reasonAlone";
  return [head, make("p", "", word(lead)), make("ol", "reasons", reasons.map(function (text) { return make("li", "", text); }))];
}

// From the score to the points, as a sum.
function deductionLine(row) {
  if (!row.less) { return null; }
  const less = row.less.map(function (each) {
    return " − " + fixed(each[1], 2) + word("inBrackets", say(lookUp(page.data.plan.causes, each[0])) || each[0]);
  });
  return make("p", "deductions", [word("score") + " " + fixed(row.score, 2) + less.join("") + " = ", make("b", "", pointsText(row.points))]);
}

function regretText(row) {
  if (!row.best) { return word("lessThan", fixed(row.regret, 2)); }
  return word("lessThanBest", fixed(row.regret, 2), row.best[0], fixed(row.best[1], 2));
}

function regretLine(row) {
  if (row.regret === undefined) { return row.of ? make("p", "hint", word("ownBest")) : null; }
  return make("p", "", [make("b", "", regretText(row)), row.because === undefined ? null : make("small", "because", planText(row.because))]);
}

function besideParts(row) {
  const told = [
    row.former || row.moved !== undefined ? [word("formerSite", row.former || ""), planText(row.moved)].filter(Boolean).join(page.language === "en" ? ": " : "：") : "",
    planText(row.lock), planText(row.note),
    row.of ? word(row.cut ? "weighedOf" : "weighed", row.of) : "",
  ].filter(Boolean);
  return told.map(function (text) { return make("p", "hint", text); });
}

// In a scenario: what the project has in the plan itself.
function beforeLine(item) {
  const before = planRow(item.projectId, 0);
  const after = planRow(item.projectId);
  if (!before) { return null; }
  const change = (after.points || 0) - (before.points || 0);
  return make("p", "hint", [word("planItself"), page.language === "en" ? ": " : "：",
    planSite(before) || before.away ? siteName(before) : word("unplaced"), " ",
    before.points === undefined ? "" : pointsText(before.points), Math.abs(change) < 0.005 ? "" : " (" + signed(change) + ")"]);
}
