// The order of the list. "Worst" is the data's own: outcome, severity, hectares, id.
const SORTS = ["worst", "conflict", "area", "name", "id"];

function renderSort() {
  const choice = byId("sort");
  choice.setAttribute("aria-label", word("sort"));
  fill(choice, SORTS.map(function (name) {
    const option = make("option", "", word("sort_" + name));
    option.value = name;
    option.selected = page.sort === name;
    return option;
  }));
}

function areaOf(item) {
  if (item.line) { return item.line.area; }
  return projectOf(item).areaMax || projectOf(item).areaMin || 0;
}

function compareTexts(first, second) {
  return first.localeCompare(second, page.language === "en" ? "en" : "zh-CN", { numeric: true });
}

const COMPARE = {
  conflict: function (one, other) { return (other.line ? other.line.conflict : 0) - (one.line ? one.line.conflict : 0); },
  area: function (one, other) { return areaOf(other) - areaOf(one); },
  name: function (one, other) {
    return compareTexts(projectOf(one).name || one.projectId, projectOf(other).name || other.projectId);
  },
  id: function (one, other) { return compareTexts(one.id, other.id); },
};

// A new list; what compares equal keeps the order of "worst".
function sorted(items) {
  const compare = COMPARE[page.sort];
  if (!compare) { return items; }
  return items.map(function (item, place) { return [item, place]; }).sort(function (one, other) {
    return compare(one[0], other[0]) || one[1] - other[1];
  }).map(function (row) { return row[0]; });
}

// One row takes the tabulator's stop; arrows, Home and End move it.
function oneStop(rows, chosen) {
  rows.forEach(function (row) { row.tabIndex = row === chosen ? 0 : -1; });
}

function listStop() {
  const rows = Array.prototype.slice.call(document.querySelectorAll("#list .row"));
  const chosen = rows.filter(function (row) { return row.getAttribute("aria-current"); })[0];
  oneStop(rows, chosen || rows[0]);
}

function moveInList(event) {
  const rows = Array.prototype.slice.call(document.querySelectorAll("#list .row"));
  const at = rows.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (at < 0 || to === undefined || !rows[to]) { return; }
  oneStop(rows, rows[to]);
  rows[to].focus();
  event.preventDefault();
}
