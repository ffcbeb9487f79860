// What is advised for an item: one thing to do, by the plan where it has one, else by what was found.
function sameShape(one, other) {
  return Boolean(one && other) && JSON.stringify(one) === JSON.stringify(other);
}

function repairName(repair) {
  return word("repairNo", repair.rank);
}

function siteNo(site) {
  return word("siteNo", site.rank);
}

// What a planned site is called among the project's own offers: they may be one outline under two names.
function offerNames(item, site) {
  const found = repairsOf(item);
  const mended = (found && found.list || []).filter(function (repair) { return sameShape(repair.shape, site.shape); });
  const offered = sitesOf(item).filter(function (offer) { return offer.id === site.id || sameShape(offer.shape, site.shape); });
  return mended.map(repairName).concat(offered.map(siteNo));
}

// The other project that the plan gives an offered site to.
function planOwner(item, site) {
  if (!hasPlan()) { return ""; }
  return plannedIds().filter(function (id) {
    const theirs = planSite(planRow(id));
    return id !== item.projectId && theirs && (theirs.id === site.id || sameShape(theirs.shape, site.shape));
  })[0] || "";
}

function isKept(site) {
  return Boolean(site) && site.kind === "red_line";
}

// Those whose red lines overlap this one, where the plan moves all of them off it and nothing else is broken. The red
// line of a project that is not in the plan is closed to all planned sites: what moves does leave it.
function leavingRivals(item) {
  const broken = verdictsOf(item, ["conflict", "exception_may_apply"]).filter(function (verdict) { return verdictSeverity(verdict) !== "advisory"; });
  const rivals = broken.map(rivalsOf);
  if (!rivals.length || rivals.some(function (ids) { return !ids.length; })) { return []; }
  const all = once([].concat.apply([], rivals));
  const leaves = all.every(function (id) {
    const other = page.itemOf["r:" + id];
    const row = other && planRow(other.projectId);
    return Boolean(row) && planState(other) === "placed" && !isKept(planSite(row));
  });
  return leaves ? all.map(function (id) { return page.itemOf["r:" + id].projectId; }) : [];
}

// Red lines of others that a verdict is about; none where it is about anything that this page does not know.
function rivalsOf(verdict) {
  const findings = (verdict.findings || []).map(function (id) { return lookUp(page.data.findings, id); });
  const isKnown = !verdict.elsewhere && findings.every(function (finding) { return finding.isRival && page.itemOf["r:" + finding.feature]; });
  return isKnown ? findings.map(function (finding) { return finding.feature; }) : [];
}

function verdictSeverity(verdict) {
  return verdict.severity || lookUp(page.data.rules, verdict.code).severity;
}

function advise(key, values) {
  return { step: word("step_" + key), text: word.apply(null, ["advise_" + key].concat(values || [])) };
}

function advice(item) {
  const row = planRow(item.projectId);
  if (item.outcome === "guest") { return advise("guest"); }
  if (planState(item) === "placed") { return plannedAdvice(item, row); }
  if (planState(item) === "unplaced") { return advise("unplaced", [reasonsOf(row).join("；")]); }
  const rivals = leavingRivals(item);
  if (rivals.length) { return advise("rival", [rivals.join("、")]); }
  return item.line ? lineAdvice(item) : searchAdvice(item);
}

function plannedAdvice(item, row) {
  const site = planSite(row);
  if (!site) { return advise("away", [districtText(row.away[0])]); }
  const names = offerNames(item, site);
  const called = names.length ? word("inBrackets", names.join(" = ")) : "";
  if (isKept(site)) { return advise("keep"); }
  if (site.kind === "repaired") { return advise("repair", [(names[0] || site.id) + (names.length > 1 ? word("inBrackets", names.slice(1).join("、")) : "")]); }
  return advise("move", [planKind(site), site.id + called]);
}

function lineAdvice(item) {
  const path = item.line.path;
  const found = repairsOf(item);
  if (path.length && path[0].way !== "fix_data" && hasRepair(item)) {
    return { step: word("step_repair"), text: word("advise_repair", repairName(found.list[0])) + "：" + say(found.list[0].says) };
  }
  if (path.length) { return { step: word(path[0].way), text: pathText(path) }; }
  if (item.isIncomplete) { return { step: word("step_fill"), text: fillText(item) }; }
  const isAsked = page.data.offMap.length || verdictsOf(item, ["consult"]).length;
  return advise({ near: "watch", clear: isAsked ? "askFirst" : "advance" }[item.outcome] || "see");
}

function searchAdvice(item) {
  const first = sitesOf(item)[0];
  if (first) { return advise("choose", [siteNo(first) + (first.elsewhere ? word("inBrackets", districtText(first.district)) : " " + first.id)]); }
  const search = lookUp(page.data.searches, item.projectId);
  return search.sites ? advise("widen", [say(search.blocked) || say(search.note)]) : advise("unsought");
}

function pathText(path) {
  const more = path.length > BRIEF_NAMED ? "；" + word("andMore", path.length - BRIEF_NAMED) : "";
  return path.slice(0, BRIEF_NAMED).map(function (step) {
    const routes = step.codes.map(function (code) { return lookUp(page.data.rules, code).route; }).filter(Boolean);
    const told = once(routes.map(function (route) { return say(route.text); })).join("、");
    return step.codes.map(ruleTitle).join("、") + "：" + (told || word(step.way));
  }).join("；") + more;
}

// What is to be filled in, by name.
function fillText(item) {
  const titles = item.line.verdicts.filter(function (verdict) { return verdict.status === "not_checked" || verdict.gaps; })
    .map(function (verdict) { return ruleTitle(verdict.code); });
  const more = titles.length > BRIEF_NAMED ? " " + word("andMore", titles.length - BRIEF_NAMED) : "";
  return word("briefFill") + "：" + titles.slice(0, BRIEF_NAMED).join("、") + more;
}

// Why the plan says so: what the project's own sites come to, with what the plan takes off.
function whyPlanned(item) {
  const row = planRow(item.projectId);
  if (planState(item) !== "placed" || row.points === undefined) { return ""; }
  const points = pointsText(row.points);
  if (row.regret === undefined) { return row.of ? points + "，" + word("ownBest") : points; }
  return points + "，" + regretText(row) + (row.because === undefined ? "" : "；" + planText(row.because));
}

// True where the plan leaves the present red line, and with it what it is in conflict with.
function leavesLine(item) {
  return planState(item) === "placed" && !isKept(planSite(planRow(item.projectId)));
}

// Another way than the one advised: what the cheapest path of the red line says.
function otherWay(item) {
  const path = item.line ? item.line.path.filter(function (step) { return step.way !== "avoid"; }) : [];
  return leavesLine(item) && path.length ? pathText(path) : "";
}

// How much else is offered, in numbers.
function otherOffers(item) {
  const found = repairsOf(item);
  const mended = found && found.list ? found.list.length : 0;
  const search = lookUp(page.data.searches, item.projectId);
  const sites = search.chainage && search.chainage.length ? 0 : sitesOf(item).length;
  return [mended ? word("repairsCount", mended) : "", sites ? word("sitesCount", sites) : ""].filter(Boolean).join("、");
}

// Offices to ask: about what is never on a map, and about what the red line stays in conflict with.
function officesOf(item) {
  const statuses = leavesLine(item) ? ["consult"] : ["conflict", "exception_may_apply", "consult"];
  const offices = [];
  verdictsOf(item, statuses).forEach(function (verdict) {
    routesOf(verdict).forEach(function (route) {
      offices.push(say(route.office) || (route.way === "ask_authority" ? word("unknownOffice") : ""));
    });
  });
  return once(offices.concat(page.data.offMap.map(function (matter) { return say(matter.office) || word("unknownOffice"); })));
}

function adviceSection(item) {
  const said = advice(item);
  const offices = item.line ? officesOf(item) : [];
  const other = otherWay(item);
  const offers = otherOffers(item);
  const line = function (key, text) { return text ? make("p", "hint", punctuated(label(key) + text)) : null; };
  return make("div", "advice", [make("p", "advised", [make("b", "", word("advice")), " ", punctuated(said.text)]),
    line("because", whyPlanned(item)), line("otherWay", other), line("offersBelow", offers), line("askFirst", offices.join("、")),
    item.isIncomplete ? make("p", "hint", punctuated(fillText(item))) : null]);
}
