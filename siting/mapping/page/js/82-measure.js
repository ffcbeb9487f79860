// Measuring on the map: a line of points, its length, and the area that it encloses.
const measure = { isOn: false, points: [], group: null };
const MEASURE_COLOUR = "#111111";

function startMeasure() {
  if (measure.isOn) { endMeasure(); return; }
  measure.isOn = true;
  measure.points = [];
  document.body.classList.add("measuring");
  page.map.doubleClickZoom.disable();
  page.map.closePopup();
  renderMeasure();
  renderTools();
  page.map.getContainer().focus({ preventScroll: true });
}

function endMeasure() {
  measure.isOn = false;
  measure.points = [];
  document.body.classList.remove("measuring");
  page.map.doubleClickZoom.enable();
  renderMeasure();
  renderTools();
}

function addPoint(latlng) {
  measure.points.push(latlng);
  renderMeasure();
}

function undoPoint() {
  measure.points.pop();
  renderMeasure();
}

function drawMeasure() {
  if (measure.group) { measure.group.remove(); }
  measure.group = null;
  if (!measure.points.length) { return; }
  const style = { renderer: panes.chosen, pane: "chosen", interactive: false, color: MEASURE_COLOUR };
  const group = L.layerGroup();
  if (measure.points.length > 2) {
    group.addLayer(L.polygon(measure.points, Object.assign({}, style, { stroke: false, fillColor: "#ffd400", fillOpacity: 0.22 })));
    group.addLayer(L.polyline([measure.points[measure.points.length - 1], measure.points[0]],
      Object.assign({}, style, { weight: 1.2, dashArray: "2 5" })));
  }
  group.addLayer(L.polyline(measure.points, Object.assign({}, style, { color: "#ffffff", weight: 5 })));
  group.addLayer(L.polyline(measure.points, Object.assign({}, style, { weight: 2 })));
  measure.points.forEach(function (point) {
    group.addLayer(L.circleMarker(point, Object.assign({}, style, { radius: 4, weight: 2, fillColor: "#ffd400", fillOpacity: 1 })));
  });
  measure.group = group.addTo(page.map);
}

// Twice the area within a ring, about its first corner: coordinates of millions lose no digits.
function ringArea(places) {
  let twice = 0;
  places.forEach(function (place, i) {
    const next = places[(i + 1) % places.length];
    twice += (place[0] - places[0][0]) * (next[1] - places[0][1]) - (next[0] - places[0][0]) * (place[1] - places[0][1]);
  });
  return Math.abs(twice) / 2;
}

function turn(a, b, c) {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

function cross(a, b, c, d) {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

function crossesItself(places) {
  const count = places.length;
  for (let i = 0; i < count; i += 1) {
    for (let j = i + 2; j < count; j += 1) {
      const isNeighbour = i === 0 && j === count - 1;
      if (!isNeighbour && cross(places[i], places[i + 1], places[j], places[(j + 1) % count])) { return true; }
    }
  }
  return false;
}

function pathLength(places) {
  return places.slice(1).reduce(function (sum, place, i) { return sum + planeDistance(places[i], place); }, 0);
}

// What the points come to; a point beyond the polynomials gives no figures at all.
function measured() {
  const places = measure.points.map(planeOf);
  if (places.some(function (place) { return !place; })) { return { note: word("measureBeyond") }; }
  const length = pathLength(places);
  if (places.length < 3) { return { length: length }; }
  const around = length + planeDistance(places[places.length - 1], places[0]);
  if (crossesItself(places)) { return { length: length, around: around, note: word("measureCrossed") }; }
  return { length: length, around: around, area: ringArea(places) };
}

function exactMetres(metres) {
  return fixed(metres, metres < 100 ? 2 : 1) + " m" + (metres >= 1000 ? " (" + fixed(metres / 1000, 3) + " km)" : "");
}

function measureLines() {
  if (!measure.points.length) { return [make("p", "", word("measureStart"))]; }
  const found = measured();
  const lines = [];
  const add = function (key, text) { lines.push(make("p", "", [label(key), make("b", "", text)])); };
  if (found.length !== undefined) { add("measureLength", exactMetres(found.length)); }
  if (found.around !== undefined) { add("measurePerimeter", exactMetres(found.around)); }
  if (found.area !== undefined) {
    add("measureArea", fixed(found.area, 1) + " m² · " + fixed(found.area / 10000, 4) + " " + word("hectares") + muText(found.area));
  }
  if (found.note) { lines.push(make("p", "bad", found.note)); }
  return lines;
}

function renderMeasure() {
  const panel = byId("measure");
  panel.hidden = !measure.isOn;
  drawMeasure();
  if (!measure.isOn) { fill(byId("measured"), []); return; }
  panel.setAttribute("aria-label", word("measure"));
  fill(byId("measured"), measureLines());
  fill(byId("measure-note"), word("measureNote", page.data.plane ? page.data.plane.off_m : "–", metresText(metresAcross(100) / 100)));
  fill(byId("measure-buttons"), [["measureUndo", undoPoint], ["measureClear", function () { measure.points = []; renderMeasure(); }],
    ["measureEnd", endMeasure]].map(function (row) { return button("small", word(row[0]), row[1]); }));
}

// Clicks are taken before Leaflet hands them to what lies beneath; a drag is none.
function listenForMeasure() {
  const box = page.map.getContainer();
  let pressed = null;
  box.addEventListener("mousedown", function (event) { pressed = [event.clientX, event.clientY]; }, true);
  box.addEventListener("click", function (event) {
    if (!measure.isOn) { return; }
    event.stopPropagation();
    if (pressed && Math.abs(event.clientX - pressed[0]) + Math.abs(event.clientY - pressed[1]) > 6) { return; }
    addPoint(page.map.mouseEventToLatLng(event));
  }, true);
  box.addEventListener("keydown", function (event) {
    if (!measure.isOn) { return; }
    if (event.key === "Enter") { addPoint(page.map.getCenter()); event.preventDefault(); }
    if (event.key === "Backspace") { undoPoint(); event.preventDefault(); }
  });
  page.map.on("zoomend", function () { if (measure.isOn) { renderMeasure(); } });
}
