// The payload: parsed once; shapes become [lat, lon] arrays on demand.
const UNITS_PER_DEGREE = 1e7;

function readData() {
  page.data = JSON.parse(byId("siting-data").textContent);
  openTables(page.data);
  page.language = page.data.language === "en" ? "en" : "zh";
  page.items = listItems();
  page.itemOf = {};
  page.itemOfProject = {};
  page.items.forEach(function (item) {
    page.itemOf[item.key] = item;
    const key = "p:" + item.projectId;
    page.itemOfProject[key] = page.itemOfProject[key] || item;
  });
  page.districtName = {};
  page.view = 0;
  page.data.byDistrict.concat(page.data.districtNames).forEach(function (row) {
    page.districtName[row[0]] = row[1];
  });
}

// One item per red line, then one per project that has none.
function listItems() {
  const items = page.data.redLines.map(function (line) {
    return {
      key: "r:" + line.id, id: line.id, line: line, projectId: line.project,
      outcome: line.outcome, isIncomplete: line.incomplete, district: line.district,
    };
  });
  [["none", page.data.unplaced], ["guest", page.data.guests]].forEach(function (group) {
    group[1].forEach(function (id) {
      items.push({
        key: "p:" + id, id: id, line: null, projectId: id, outcome: group[0], isIncomplete: false,
        district: lookUp(page.data.projects, id).district,
      });
    });
  });
  return items;
}

// Own properties only: an id may be called "constructor".
function lookUp(object, key) {
  return Object.prototype.hasOwnProperty.call(object, key) ? object[key] : {};
}

function projectOf(item) {
  return lookUp(page.data.projects, item.projectId);
}

function sitesOf(item) {
  return lookUp(page.data.searches, item.projectId).sites || [];
}

function districtText(code) {
  return Object.prototype.hasOwnProperty.call(page.districtName, code) ? page.districtName[code] : code;
}

function ruleTitle(code) {
  const rule = lookUp(page.data.rules, code);
  return rule.title ? say(rule.title) : code;
}

// A shape [kind, parts] as Leaflet wants it.
function coordinatesOf(shape) {
  if (shape[0] === "p") {
    return shape[1].map(function (rings) { return rings.map(unpack); });
  }
  return shape[1].map(unpack);
}
