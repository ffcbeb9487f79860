// The details of one project: facts, verdicts, areas.
const FINDINGS_AT_MOST = 4;

function renderDetails() {
  const panel = byId("details");
  const item = page.itemOf[page.selected];
  panel.setAttribute("aria-label", word("details"));
  if (!item) { panel.hidden = true; return; }
  panel.hidden = false;
  document.body.classList.add("has-details");
  const line = item.line;
  fill(panel, [
    detailsHead(item), adviceSection(item), factsTable(item), zoomButtons(item), planSection(item),
    line ? verdictSection(line) : null,
    line ? areaSection(line) : null,
    line ? pathSection(line) : null,
    line ? repairSection(line) : null,
    siteSection(item),
    line ? consultSection(line) : null,
  ]);
  dressPanel(panel);
}

function detailsHead(item) {
  const project = projectOf(item);
  const badges = [make("span", "badge " + item.outcome, word(item.outcome))];
  if (item.line && item.line.severity) {
    badges.push(make("span", "severity " + item.line.severity, word(item.line.severity)));
  }
  if (item.isIncomplete && item.outcome !== "incomplete") {
    badges.push(make("span", "badge incomplete", word("incomplete")));
  }
  const close = button("close", "×", unselect);
  close.setAttribute("aria-label", word("close"));
  return make("div", "details-head", [close, make("h2", "", [make("bdi", "", project.name || item.projectId)]),
    make("p", "", [make("bdi", "row-id", item.id), " "].concat(badges))]);
}

function factsTable(item) {
  const project = projectOf(item);
  const rows = [
    ["project", item.line && item.line.project !== item.id ? item.line.project : ""],
    ["district", districtText(item.district)], ["stage", project.stage],
    ["form", project.form ? word("form_" + project.form) : ""], ["kind", project.kind],
    ["use", [project.use].concat(project.uses || []).map(say).filter(Boolean).join(" / ")],
    ["supply", project.supply], ["demand", demandText(project).replace(word("demand") + " ", "")],
    ["version", item.line ? item.line.version : ""], ["source", item.line ? item.line.source : ""],
  ].filter(function (row) { return row[1]; });
  return make("dl", "facts", rows.reduce(function (all, row) {
    const className = String(row[1]).length > 16 ? "wide" : "";
    return all.concat([make("dt", className, word(row[0])), make("dd", className, make("bdi", "", row[1]))]);
  }, []));
}

function zoomButtons(item) {
  const buttons = [];
  if (item.line && item.line.shape) {
    buttons.push(button("small", word("seeRedLine"), function () { zoomTo(drawn.selection.line, 18); }));
  }
  if (sitesOf(item).some(function (site) { return site.shape; })) {
    buttons.push(button("small", word("seeSites"), function () {
      const bounds = siteBounds();
      if (drawn.selection.line) { bounds.extend(drawn.selection.line); }
      zoomTo(bounds, 17);
    }));
  }
  return make("p", "zoom-buttons", buttons);
}

function verdictSection(line) {
  const loud = line.verdicts.filter(function (verdict) { return ["clear", "consult"].indexOf(verdict.status) < 0; });
  const clear = line.verdicts.filter(function (verdict) { return verdict.status === "clear"; });
  const parts = [make("h3", "", word("verdicts"))].concat(loud.map(verdictCard));
  if (clear.length) {
    const fold = make("details", "quiet", make("summary", "", word("clearRules", clear.length)));
    fold.appendChild(make("ul", "", clear.map(function (verdict) {
      return make("li", "", [ruleTitle(verdict.code), " ", make("small", "", lookUp(page.data.rules, verdict.code).citation || "")]);
    })));
    parts.push(fold);
  }
  return make("section", "", parts);
}

function verdictCard(verdict) {
  const rule = lookUp(page.data.rules, verdict.code);
  const isNear = verdict.status === "near" && verdict.distance !== undefined;
  const size = isNear ? distanceText(verdict.distance) : verdict.area > 0 ? hectaresText(verdict.area) : "";
  const findings = (verdict.findings || []).map(function (id) { return lookUp(page.data.findings, id); });
  const elsewhere = verdict.elsewhere ? make("p", "hint", word("elsewhere", verdict.elsewhere)) : null;
  const severity = verdictSeverity(verdict);
  const mild = isBinding(severity) ? "" : " mild";
  return make("article", "verdict " + verdict.status + mild, [
    make("h4", "", [swatch(rule.colour || "#555", rule.hatch || "slash"), " ", ruleTitle(verdict.code), make("b", "row-size", size)]),
    make("p", "", [make("span", "status " + verdict.status + mild, statusText(verdict, severity)), " ",
      make("span", "severity " + severity, word(severity || "")), " ", make("code", "", verdict.code)]),
    nearLine(verdict), findingList(findings), elsewhere,
    texts("gaps", verdict.gaps), texts("notes", verdict.notes),
    citation(rule), routeLines(findings.length && findings[0].route || rule.route, verdict),
  ]);
}

function isBinding(severity) {
  return severity === "prohibited" || severity === "restricted";
}

// What only asks for an opinion or a look is no conflict, though the land is met.
function statusText(verdict, severity) {
  return word(verdict.status === "conflict" && !isBinding(severity) ? "status_met" : "status_" + verdict.status);
}

// The first few; the others unfold.
function findingList(findings) {
  if (!findings.length) { return null; }
  const few = findings.length > FINDINGS_AT_MOST + 1 ? FINDINGS_AT_MOST : findings.length;
  const list = make("ul", "findings", findings.slice(0, few).map(findingLine));
  if (few === findings.length) { return list; }
  const rest = make("details", "quiet", make("summary", "", word("andMore", findings.length - few)));
  rest.appendChild(make("ul", "findings", findings.slice(few).map(findingLine)));
  return make("div", "", [list, rest]);
}

function texts(className, pairs) {
  if (!pairs) { return null; }
  return make("ul", className, pairs.map(function (pair) { return make("li", "", half(say(pair))); }));
}

function findingLine(finding) {
  const marks = ["sliver", "disputed", "withheld", "notDrawn"].filter(function (mark) { return finding[mark]; });
  const sizes = finding.area > 0
    ? fixed(finding.area, 2) + " m² · " + hectaresText(finding.area) + muText(finding.area) : "";
  return make("li", "", [
    make("span", "", [say(finding.layer), " ", make("bdi", "", finding.name || ""), " ", make("small", "", make("bdi", "", finding.feature))]),
    make("span", "message", say(finding.message)),
    make("small", "", sizes),
    bandLine(finding.band),
    make("span", "", marks.map(function (mark) { return make("span", "badge mark", word(mark)); })),
  ]);
}

function citation(rule) {
  if (!rule.citation) { return null; }
  const key = "certainty_" + rule.certainty;
  return make("p", "citation", [label("basis"), make("bdi", "", rule.citation),
    hasWord(key) ? make("span", "badge mark", word(key)) : null]);
}

function routeLines(route, verdict) {
  if (!route || ["clear", "not_checked"].indexOf(verdict.status) >= 0) { return null; }
  const office = say(route.office);
  const parts = [label("routeOut") + word(route.way), say(route.text),
    office ? label("office") + office : "",
    route.papers.length ? label("papers") + route.papers.join("、") : ""].filter(Boolean);
  const exceptions = verdict.status === "exception_may_apply" ? exceptionsOf(verdict) : [];
  return make("div", "route", [make("p", "", punctuated(parts.join("；")))].concat(exceptions.map(function (text) {
    return make("p", "", [label("exception"), text]);
  })));
}

// What the exceptions that fit this project ask for; the rule's own where none was named.
function exceptionsOf(verdict) {
  const named = {};
  (verdict.findings || []).forEach(function (id) {
    (lookUp(page.data.findings, id).exceptions || []).forEach(function (text) { named["e:" + text] = text; });
  });
  const texts = Object.keys(named).map(function (key) { return named[key]; });
  return texts.length ? texts : lookUp(page.data.rules, verdict.code).exceptions || [];
}

function areaSection(line) {
  const record = page.data.head.areaOfRecord;
  const row = function (key, value) {
    if (value === null || value === undefined) { return null; }
    const by = key === "ellipsoidal" ? "（" + word(page.data.head.ellipsoidalMethod) + "）" : "";
    const name = make("span", "", [word(key) + by, key === record ? make("span", "badge mark", word("ofRecord")) : null]);
    return [name].concat(inUnits(value));
  };
  const rows = [row("planar", line.area), row("ellipsoidal", line.areaEllipsoidal), row("declared", line.declared),
    line.conflict > 0 ? row("inConflict", line.conflict) : null].filter(Boolean);
  const parts = [make("h3", "", word("areas")),
    table("sums", [word("method")].concat(units()), rows, [1, 2, 3])];
  if (line.ladder.rows.length > 1) {
    const shown = line.ladder.rows.map(function (row) {
      return [ruleTitle(row[0])].concat(roundedUnits(row.slice(1)));
    });
    shown.push([word("sumLine")].concat(roundedUnits(line.ladder.total)));
    parts.push(make("p", "hint", word("ladder")),
      table("sums", [word("constraint")].concat(units()), shown, [1, 2, 3]));
  }
  if (line.notes.length) {
    parts.push(make("p", "hint", label("notes") + line.notes.map(half).join("；")));
  }
  return make("section", "", parts);
}

function consultSection(line) {
  const consults = line.verdicts.filter(function (verdict) { return verdict.status === "consult"; });
  const matters = page.data.offMap;
  if (!consults.length && !matters.length) { return null; }
  const items = consults.map(function (verdict) {
    const rule = lookUp(page.data.rules, verdict.code);
    return make("li", "", [ruleTitle(verdict.code), make("small", "", rule.route ? say(rule.route.office) : ""),
      texts("notes", verdict.notes)]);
  }).concat(matters.map(function (matter) {
    return make("li", "", [say(matter.title), make("small", "", [say(matter.office), say(matter.letter)].filter(Boolean).join(" · "))]);
  }));
  return make("section", "", [make("h3", "", word("offMap")), make("ul", "offmap", items)]);
}
