// The city's plan and its scenarios: who has which site in the one that is shown.
function hasPlan() {
  return Boolean(page.data.plan);
}

function planView() {
  return page.data.plan.views[page.view];
}

// A project's row in a view; a scenario's rows are those that differ from the plan's own.
function planRow(projectId, view) {
  if (!hasPlan()) { return null; }
  const at = view === undefined ? page.view : view;
  const own = page.data.plan.views[at].rows;
  if (Object.prototype.hasOwnProperty.call(own, projectId)) { return own[projectId]; }
  const base = page.data.plan.views[0].rows;
  return Object.prototype.hasOwnProperty.call(base, projectId) ? base[projectId] : null;
}

function planSite(row) {
  return row && typeof row.site === "number" ? page.data.plan.sites[row.site] : null;
}

function planNumber(projectId) {
  const number = lookUp(page.data.plan.numbers, projectId);
  return typeof number === "number" ? String(number) : "";
}

// A sentence of the plan by its number.
function planText(number) {
  return typeof number === "number" ? say(page.data.plan.texts[number]) : "";
}

// placed, unplaced, or nothing for those that the plan is not for; guests count elsewhere.
function planState(item) {
  const row = item.outcome === "guest" ? null : planRow(item.projectId);
  if (!row) { return ""; }
  return row.away || planSite(row) ? "placed" : "unplaced";
}

// All projects of the page that the plan is for, by number; guests too.
function plannedIds() {
  const numbers = page.data.plan.numbers;
  return Object.keys(numbers).filter(function (id) { return planRow(id); })
    .sort(function (one, other) { return numbers[one] - numbers[other]; });
}

// A project's first item in the list.
function itemOfProject(projectId) {
  return page.itemOfProject["p:" + projectId] || null;
}

function planLook(site) {
  return PLAN_LOOKS[Object.prototype.hasOwnProperty.call(PLAN_LOOKS, site.kind) ? site.kind : "parcel"];
}

// What a site is, with the classes of its land.
function planKind(site) {
  const names = [site.kind].concat(site.classes).map(function (kind) { return say(lookUp(page.data.plan.kinds, kind)); });
  return names.join(page.language === "en" ? " and " : "、");
}

function planCode(code) {
  const title = lookUp(page.data.plan.titles, code);
  return Array.isArray(title) ? say(title) : ruleTitle(code);
}

function viewTitle(at) {
  const view = page.data.plan.views[at];
  return at === 0 ? word("planItself") : say(view.title) || view.name;
}

function pointsText(points) {
  return word("pointsOf", fixed(points, 2));
}

function signed(points) {
  return (points > 0 ? "+" : points < 0 ? "−" : "±") + fixed(Math.abs(points), 2);
}
