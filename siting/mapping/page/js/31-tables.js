// Rows that travelled as columns (siting/mapping/travelling.py), made rows again.
const LISTED = ["redLines", "findings"];
const KEYED = ["projects", "searches", "repairs"];

function openTables(data) {
  LISTED.forEach(function (name) { data[name] = rowsOf(data[name]); });
  KEYED.forEach(function (name) {
    const keys = data[name].keys;
    const rows = rowsOf(data[name]);
    data[name] = Object.create(null); // an id may be called "__proto__"
    keys.forEach(function (key, at) { data[name][key] = rows[at]; });
  });
}

function rowsOf(table) {
  const rows = [];
  for (let at = 0; at < table.rows; at += 1) { rows.push({}); }
  Object.keys(table.columns).forEach(function (name) { fillColumn(rows, name, table.columns[name]); });
  return rows;
}

function fillColumn(rows, name, column) {
  if (Array.isArray(column)) {
    rows.forEach(function (row, at) { row[name] = column[at]; });
    return;
  }
  const members = column.of || membersOf(column);
  const reader = new Reader(column.of ? column.at : column.counts);
  let from = 0;
  rows.forEach(function (row) {
    const number = reader.next();
    if (number === 0) { return; } // this row does not have it
    row[name] = column.of ? members[number - 1] : members.slice(from, from + number - 1);
    from += number - 1;
  });
}

// What the lists of a column hold, one list after the other.
function membersOf(column) {
  let members = rowsOf(column.table);
  if (column.tuple) {
    const places = Object.keys(column.table.columns);
    members = members.map(function (row) { return places.map(function (place) { return row[place]; }); });
  }
  if (column.at === undefined) { return members; }
  const reader = new Reader(column.at);
  const found = [];
  while (!reader.isOver()) { found.push(members[reader.next()]); }
  return found;
}
