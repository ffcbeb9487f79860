// The list: filtered by counter and search.
const NAMED_AT_MOST = 3;

function matches(item, query) {
  if (!query) { return true; }
  const text = searchText(item);
  return query.toLowerCase().split(/\s+/).every(function (part) { return text.indexOf(part) >= 0; });
}

function renderList() {
  const search = byId("search");
  search.placeholder = word("search");
  search.setAttribute("aria-label", word("search"));
  byId("list").setAttribute("aria-label", word("listSorted", word("sort_" + page.sort)));
  const query = search.value.trim();
  const shown = page.items.filter(function (item) {
    return (!page.filter || belongs(item, page.filter)) && matches(item, query);
  });
  fill(byId("list"), sorted(shown).map(listRow));
  renderShown(shown.length);
  listStop();
  showLines(shown);
}

function listRow(item) {
  const project = projectOf(item);
  const head = make("span", "row-head", [
    make("span", "row-name", [make("bdi", "row-id", item.id), " ", make("bdi", "", project.name || "")]),
    make("b", "row-size", item.line && item.line.conflict > 0 ? hectaresText(item.line.conflict) : ""),
  ]);
  const facts = [make("span", "badge " + item.outcome, word(item.outcome))];
  if (item.isIncomplete && item.outcome !== "incomplete") {
    facts.push(make("span", "badge incomplete", word("incomplete")));
  }
  facts.push(" " + [districtText(item.district), item.line ? hectaresText(item.line.area) : demandText(project)]
    .filter(Boolean).join(" · "));
  const row = button("row " + item.outcome, [
    head, make("span", "row-facts", facts), make("span", "row-why", whyText(item)), planLine(item),
  ], function () { select(item.key); });
  row.dataset.key = item.key;
  if (page.selected === item.key) { row.setAttribute("aria-current", "true"); }
  return make("li", "", row);
}

// Its place in the plan, or why it has none.
function planLine(item) {
  const state = planState(item);
  if (!state) { return null; }
  const row = planRow(item.projectId);
  const site = planSite(row);
  const text = state === "unplaced" ? word("unplaced") + "：" + reasonsOf(row).join("；")
    : (site ? say(lookUp(page.data.plan.kinds, site.kind)) + " " + site.id : word("siteElsewhere")) + " · " + pointsText(row.points);
  return make("span", "row-plan " + state, [make("span", "plan-chip", planNumber(item.projectId)), " ", punctuated(text)]);
}

// What is wrong, in one line.
function whyText(item) {
  if (!item.line) { return sitesLine(item); }
  const parts = [];
  const unchecked = [];
  item.line.verdicts.forEach(function (verdict) {
    if (verdict.status === "not_checked") {
      unchecked.push(ruleTitle(verdict.code));
    } else if (verdict.status === "conflict" || verdict.status === "exception_may_apply") {
      parts.push(ruleTitle(verdict.code) + (verdict.area > 0 ? " " + hectaresText(verdict.area) : ""));
    } else if (verdict.status === "near") {
      parts.push(word("near") + " " + ruleTitle(verdict.code)
        + (verdict.distance !== undefined ? " " + distanceText(verdict.distance) : ""));
    }
  });
  const named = parts.slice(0, NAMED_AT_MOST).join("；");
  const more = parts.length > NAMED_AT_MOST ? " " + word("andMore", parts.length - NAMED_AT_MOST) : "";
  const gap = unchecked.length ? word("notChecked") + "：" + unchecked.slice(0, 2).join("、")
    + (unchecked.length > 2 ? " " + word("andMore", unchecked.length - 2) : "") : "";
  return punctuated([named + more, gap].filter(Boolean).join("；"));
}

function distanceText(metres) {
  return metres < 0.005 ? word("touching") : metresText(metres);
}

function sitesLine(item) {
  const search = lookUp(page.data.searches, item.projectId);
  if (!search.sites) { return ""; }
  if (search.sites.length) { return word("sites") + " " + search.sites.length; }
  if (search.chainage.length) { return say(search.note); }
  return label("blocked") + (say(search.blocked) || say(search.note));
}

function punctuated(text) {
  return page.language === "en" ? text.replace(/；/g, "; ").replace(/：/g, ": ").replace(/、/g, ", ") : text;
}

function demandText(project) {
  if (!project.areaMin && !project.areaMax) { return ""; }
  const range = [project.areaMin, project.areaMax].filter(Boolean).map(hectares);
  return word("demand") + " " + range.join("–") + " " + word("hectares");
}
