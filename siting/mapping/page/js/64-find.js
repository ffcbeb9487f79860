// What the search looks in, what narrows the list, and how to be rid of it.

// All that one may look a project up by, in the page's language; kept, for a city has thousands.
function searchText(item) {
  const state = page.language + page.view;
  if (item.searchState !== state) {
    item.searchState = state;
    item.searchText = [].concat(namesToFind(item), verdictsToFind(item), sitesToFind(item), planToFind(item))
      .filter(Boolean).join("\n").toLowerCase();
  }
  return item.searchText;
}

function namesToFind(item) {
  const project = projectOf(item);
  return [item.id, item.projectId, project.name, project.kind, project.stage, districtText(item.district), word(item.outcome)];
}

// Rules that are not clear, with what they met and whom to ask. Of a clear rule nobody looks for the name.
function verdictsToFind(item) {
  const found = [];
  verdictsOf(item, ["conflict", "exception_may_apply", "near", "not_checked", "consult"]).forEach(function (verdict) {
    found.push(verdict.code, ruleTitle(verdict.code));
    routesOf(verdict).forEach(function (route) { found.push(say(route.office)); });
    (verdict.findings || []).forEach(function (id) {
      const finding = lookUp(page.data.findings, id);
      found.push(finding.feature, finding.name, say(finding.layer), say(finding.message));
    });
  });
  return found;
}

function sitesToFind(item) {
  const search = lookUp(page.data.searches, item.projectId);
  const found = [say(search.blocked), search.nearest ? search.nearest.id : ""];
  sitesOf(item).forEach(function (site) { found.push.apply(found, [site.id].concat(site.parcels || [])); });
  return found;
}

function planToFind(item) {
  const state = planState(item);
  if (!state) { return []; }
  const row = planRow(item.projectId);
  const site = planSite(row);
  return [word(state), site ? site.id : ""].concat(state === "unplaced" ? reasonsOf(row) : []);
}

// How many are shown, and a chip for each thing that leaves some out: on paper they are words.
function renderShown(count) {
  const query = byId("search").value.trim();
  const chips = [];
  if (page.filter) { chips.push(chip(label("onlyChip") + word(page.filter), dropFilter)); }
  if (query) { chips.push(chip(word("searched", query), dropSearch)); }
  fill(byId("shown"), [make("span", "shown-count", word("shown", count, page.items.length))].concat(chips));
  fill(byId("none-found"), count ? [] : [make("p", "", word("noneFound")), chips.length ? button("small", word("clearAll"), dropAll) : null]);
  byId("none-found").hidden = count > 0;
}

function chip(text, drop) {
  const element = button("chip", [make("span", "", text), make("span", "cross", "✕")], drop);
  element.setAttribute("aria-label", word("dropChip", text));
  element.title = word("dropChip", text);
  return element;
}

function dropFilter() {
  setFilter(page.filter);
  byId("search").focus({ preventScroll: true });
}

function dropSearch() {
  byId("search").value = "";
  renderList();
  byId("search").focus({ preventScroll: true });
}

function dropAll() {
  byId("search").value = "";
  if (page.filter) { setFilter(page.filter); } else { renderList(); }
  byId("search").focus({ preventScroll: true });
}

// Brings the head of the list to the top of the column, below what sticks there.
function showList() {
  const column = byId("scroll");
  const first = byId(byId("none-found").hidden ? "list" : "none-found");
  const gap = first.getBoundingClientRect().top - column.getBoundingClientRect().top;
  column.scrollTop += gap - byId("finder").offsetHeight;
}
