// Elements and numbers. Data becomes text nodes here and nowhere markup.
function make(tag, className, children) {
  const element = document.createElement(tag);
  if (className) { element.className = className; }
  append(element, children);
  return element;
}

function append(element, children) {
  const list = Array.isArray(children) ? children : [children];
  list.forEach(function (child) {
    if (child === null || child === undefined || child === "") { return; }
    element.appendChild(typeof child === "object" ? child : document.createTextNode(String(child)));
  });
}

function fill(element, children) {
  while (element.firstChild) { element.removeChild(element.firstChild); }
  append(element, children);
}

function byId(id) {
  return document.getElementById(id);
}

function button(className, label, action) {
  const element = make("button", className, label);
  element.type = "button";
  element.addEventListener("click", action);
  return element;
}

// A drawing of paths [data, fill, stroke].
function drawingOf(box, paths) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", box);
  paths.forEach(function (row) {
    const path = document.createElementNS(space, "path");
    ["d", "fill", "stroke"].forEach(function (name, i) { path.setAttribute(name, row[i]); });
    drawing.appendChild(path);
  });
  return drawing;
}

// A table; `numeric` lists the columns that are set flush right.
function table(className, heads, rows, numeric) {
  const cell = function (tag, content, column) {
    const isNumber = (numeric || []).indexOf(column) >= 0;
    const element = make(tag, isNumber ? "number" : "", content);
    if (tag === "th") { element.setAttribute("scope", "col"); }
    return element;
  };
  const line = function (tag, cells) {
    return make("tr", "", cells.map(function (content, column) { return cell(tag, content, column); }));
  };
  const head = make("thead", "", line("th", heads));
  const body = make("tbody", "", rows.map(function (cells) { return line("td", cells); }));
  return make("table", className, [head, body]);
}

function grouped(text) {
  const parts = text.split(".");
  parts[0] = parts[0].replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return parts.join(".");
}

function fixed(value, digits) {
  return grouped(value.toFixed(digits));
}

// Hectares with two decimals, four where two would read as nothing.
function hectares(squareMetres) {
  const value = squareMetres / 10000;
  if (value > 0 && value < 0.00005) { return "<0.0001"; }
  return fixed(value, value > 0 && value < 0.01 ? 4 : 2);
}

function hectaresText(squareMetres) {
  return hectares(squareMetres) + " " + word("hectares");
}

// 1 mu is 10000/15 m² exactly.
function mu(squareMetres) {
  return fixed(squareMetres * 15 / 10000, 2);
}

function muText(squareMetres) {
  return hasMu() ? " · " + mu(squareMetres) + " " + word("mu") : "";
}

function units() {
  return ["m²", word("hectares")].concat(hasMu() ? [word("mu")] : []);
}

function inUnits(squareMetres) {
  return [fixed(squareMetres, 2), fixed(squareMetres / 10000, 4)].concat(hasMu() ? [mu(squareMetres)] : []);
}

// Rounded together before they came here, so that each column adds up to its last line.
function roundedUnits(area) {
  return [fixed(area[0], 2), fixed(area[1], 4)].concat(hasMu() ? [fixed(area[2], 2)] : []);
}

function metresText(metres) {
  if (metres >= 1000) { return fixed(metres / 1000, 2) + " km"; }
  return fixed(metres, metres < 10 ? 2 : 0) + " m";
}
