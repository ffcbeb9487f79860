// The map: districts, what lies under everything (52-ground.js), red lines. All on canvas.
// OUTCOME_LOOKS and the colours of sites and repairs come from siting/mapping/styles.py.
const BASE_LOOKS = {
  way: { color: "#d9c9ad", weight: 0.9, fillOpacity: 0 },
  water_body: { color: "#8fbfdc", weight: 0.8, fillColor: "#bcdcef", fillOpacity: 1 },
  road: { color: "#d2b48a", weight: 1.4, fillColor: "#ead9bd", fillOpacity: 1 },
  railway: { color: "#5a5a5a", weight: 1.6, dashArray: "6 4", fillColor: "#bbb", fillOpacity: 0.6 },
  metro_line: { color: "#8a5a9e", weight: 2.2, fillOpacity: 0.3 },
  metro_station: { color: "#8a5a9e", weight: 1.5, fillColor: "#fff", fillOpacity: 1 },
};
// Constraints that come as lines: a dash of their own, as a hatch needs a surface.
const LINE_LOOKS = {
  power_line: { weight: 1.6, dashArray: "10 3 2 3 2 3" },
  railway: { weight: 2.4, dashArray: "6 4" },
  metro_structure: { weight: 2.6, dashArray: "1 5" },
  highway: { weight: 2.6 },
  oil_gas_pipe: { weight: 1.8, dashArray: "3 3" },
};
const BORDER_COLOUR = "#5d3f85";
//: Below this many pixels a red line is shown as a symbol.
const SYMBOL_BELOW_PX = 16;
//: Leaflet keeps the centre of a map that changes its size to a pixel or two.
const HOME_WITHIN_PX = 4;
const panes = {};
const drawn = { toggles: {}, lines: {}, selection: null, planned: {}, planGroup: null, isPlanSmall: false };

function startMap() {
  const map = window.map_siting;
  page.map = map;
  if (map.attributionControl) { map.removeControl(map.attributionControl); }
  map.options.zoomSnap = 0.25;
  map.options.maxZoom = 20;
  holdStill(map);
  [["base", 210], ["borders", 230], ["sites", 405], ["lines", 410], ["chosen", 420]].forEach(function (row) {
    const pane = map.createPane(row[0]);
    pane.style.zIndex = String(row[1]);
    // A canvas takes the pointer for its whole pane: only the red lines' may.
    if (row[0] !== "lines") { pane.style.pointerEvents = "none"; }
    panes[row[0]] = new HatchCanvas({ pane: row[0], padding: 0.3 });
  });
  new PlaneScale({ imperial: false, maxWidth: 120, position: "bottomleft" }).addTo(map);
  startTiles(map);
  drawDistricts();
  startGround(map);
  drawAllSites();
  page.items.forEach(drawLine);
  drawPlan();
  map.on("zoomend", function () {
    chooseSymbols();
    declutter();
  });
  map.on("moveend", sizePlan);
  map.on("click", tellWhatIsHere);
  map.on("moveend", markEdges);
  map.on("moveend", markCodes);
  goHome();
  map.on("resize", function () { if (!drawn.selection && isHome()) { goHome(); } });
}

// Who asked the system for less motion gets none.
function holdStill(map) {
  if (!window.matchMedia("(prefers-reduced-motion: reduce)").matches) { return; }
  map._zoomAnimated = false;
  Object.assign(map.options, { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false });
}

function goHome() {
  const box = page.data.box || [[-60, -170], [70, 170]];
  page.map.fitBounds(box, framing(18));
  page.home = { centre: page.map.getCenter(), zoom: page.map.getZoom() };
  chooseSymbols();
  declutter();
}

// True while nobody has moved the map: then a new size shows the whole again.
function isHome() {
  const map = page.map;
  if (map.getZoom() !== page.home.zoom) { return false; }
  return map.project(map.getCenter()).distanceTo(map.project(page.home.centre)) < HOME_WITHIN_PX;
}

// Hides a district's name where it would lie on one that is shown already.
function declutter() {
  const taken = [];
  Array.prototype.forEach.call(document.querySelectorAll(".district-name"), function (tag) {
    const box = tag.getBoundingClientRect();
    const isFree = taken.every(function (other) {
      return box.right < other.left || box.left > other.right || box.bottom < other.top || box.top > other.bottom;
    });
    tag.style.visibility = isFree ? "visible" : "hidden";
    if (isFree) { taken.push(box); }
  });
}

// Padding that keeps what is shown out from under an open legend.
function framing(padding, maxZoom) {
  const legend = byId("legend");
  const width = page.map.getSize().x;
  const covered = legend.open && width > 760 ? legend.offsetWidth : 0;
  const options = { paddingTopLeft: [padding, padding], paddingBottomRight: [padding + covered, padding], animate: false };
  return maxZoom ? Object.assign(options, { maxZoom: maxZoom }) : options;
}

function toggle(name, layer, isShown) {
  drawn.toggles[name] = { layer: layer, isShown: isShown };
  if (isShown) { layer.addTo(page.map); }
}

function setShown(name, isShown) {
  const entry = drawn.toggles[name];
  entry.isShown = isShown;
  if (isShown) { entry.layer.addTo(page.map); } else { entry.layer.remove(); }
}

// A Leaflet layer for a shape; `style` bears its pane.
function shapeLayer(shape, style) {
  const coordinates = coordinatesOf(shape);
  const options = Object.assign({ renderer: panes[style.pane], interactive: false }, style);
  if (shape[0] === "p") { return L.polygon(coordinates, options); }
  if (shape[0] === "l") {
    return L.polyline(coordinates, Object.assign({}, options, { fill: false, hatch: null }));
  }
  return L.layerGroup(coordinates.map(function (points) {
    return L.circleMarker(points[0], Object.assign({ radius: 3.5 }, options));
  }));
}

function nameTag(at, text, className) {
  const tag = make("span", className, text);
  const icon = L.divIcon({ className: "tag", html: tag, iconSize: [0, 0] });
  return L.marker(at, { icon: icon, interactive: false, keyboard: false, pane: "markerPane" });
}

function drawDistricts() {
  const group = L.layerGroup();
  page.data.districts.forEach(function (district) {
    if (!district.shape) { return; }
    group.addLayer(shapeLayer(district.shape, { pane: "base", stroke: false, fillColor: "#f7f5ee", fillOpacity: page.data.tiles ? 0 : 1 }));
    group.addLayer(nameTag(district.at, district.name, "district-name"));
  });
  if (page.data.borders) {
    group.addLayer(shapeLayer(page.data.borders, { pane: "borders", color: BORDER_COLOUR, weight: 6, opacity: 0.2 }));
    group.addLayer(shapeLayer(page.data.borders, {
      pane: "borders", color: BORDER_COLOUR, weight: 1.4, dashArray: "9 3 2 3",
    }));
  }
  toggle("districts", group, true);
}

function drawAllSites() {
  const group = L.layerGroup();
  Object.keys(page.data.searches).forEach(function (id) {
    page.data.searches[id].sites.forEach(function (site) {
      if (!site.shape) { return; }
      group.addLayer(shapeLayer(site.shape, {
        pane: "sites", color: SITE_COLOUR, weight: 1.2, dashArray: "4 3", fillColor: SITE_FILL, fillOpacity: 0.18,
      }));
    });
  });
  page.hasSites = group.getLayers().length > 0;
  toggle("sites", group, true);
}

// A red line as outline and as symbol; `chooseSymbols` shows one of them.
function drawLine(item) {
  if (!item.line || !item.line.shape) { return; }
  const look = OUTCOME_LOOKS[item.outcome];
  const choose = function () { select(item.key); };
  const outline = shapeLayer(item.line.shape, {
    pane: "lines", color: look.colour, weight: 2.2, dashArray: look.dash, fill: true,
    fillColor: look.fill, fillOpacity: 0.16, interactive: true,
    bubblingMouseEvents: false,
    hatch: isWithheld(item.line) ? "withheld" : null, hatchOpacity: 0.6,
  });
  const symbol = L.circleMarker(item.line.at, {
    renderer: panes.lines, pane: "lines", bubblingMouseEvents: false, symbol: look.symbol, radius: symbolRadius(item.line),
    color: item.line.incomplete ? "#333333" : "#ffffff", weight: item.line.incomplete ? 1.8 : 1.2,
    dashArray: item.line.incomplete ? "2 2" : null, fillColor: look.fill, fillOpacity: 0.92,
  });
  [outline, symbol].forEach(function (layer) {
    layer.on("click", choose);
    layer.bindTooltip(function () { return lineTip(item); }, { sticky: true, direction: "top", className: "tip" });
  });
  drawn.lines[item.key] = { outline: outline, symbol: symbol, bounds: outline.getBounds(), isShown: true };
}

// An element, never a text: Leaflet would take a text for markup.
function lineTip(item) {
  return make("span", "", [make("b", "", item.id), " ", projectOf(item).name || "", make("br"),
    word(item.outcome), item.line.conflict > 0 ? " " + hectaresText(item.line.conflict) : ""]);
}

function symbolRadius(line) {
  const scale = window.innerWidth < 760 ? 0.7 : 1;
  return scale * (4.5 + Math.min(9, Math.sqrt(line.conflict / 10000) * 2));
}

function pixelSize(bounds) {
  const map = page.map;
  const zoom = map.getZoom();
  const low = map.project(bounds.getSouthWest(), zoom);
  const high = map.project(bounds.getNorthEast(), zoom);
  return Math.max(Math.abs(high.x - low.x), Math.abs(high.y - low.y));
}

function chooseSymbols() {
  Object.keys(drawn.lines).forEach(function (key) {
    const entry = drawn.lines[key];
    const isSmall = pixelSize(entry.bounds) < SYMBOL_BELOW_PX;
    setOnMap(entry.outline, entry.isShown && !isSmall);
    setOnMap(entry.symbol, entry.isShown && isSmall);
  });
  raisePlan();
}

function setOnMap(layer, isShown) {
  if (isShown === page.map.hasLayer(layer)) { return; }
  if (isShown) { layer.addTo(page.map); } else { layer.remove(); }
}

// Only what the list shows stays on the map.
function showLines(items) {
  const keys = {};
  page.listed = {};
  items.forEach(function (item) {
    keys[item.key] = true;
    page.listed[item.projectId] = true;
  });
  Object.keys(drawn.lines).forEach(function (key) { drawn.lines[key].isShown = keys[key] === true; });
  showPlanned();
  chooseSymbols();
  markCodes();
}
