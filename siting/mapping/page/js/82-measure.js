// Measuring on the map: click by click a line, and from the third point the land that it encloses.
const measured = { points: [], group: null };

function isMeasuring() {
  return measured.group !== null;
}

function toggleMeasure() {
  if (isMeasuring()) { stopMeasure(); } else { startMeasure(); }
}

function startMeasure() {
  measured.points = [];
  measured.group = L.layerGroup().addTo(page.map);
  page.map.closePopup();
  renderMeasure();
}

function stopMeasure() {
  if (measured.group) { measured.group.remove(); }
  measured.group = null;
  renderMeasure();
}

function measureAt(at) {
  measured.points.push([at.lat, at.lng]);
  renderMeasure();
}

function renderMeasure() {
  const box = byId("measure");
  box.hidden = !isMeasuring();
  byId("stage").classList.toggle("measuring", isMeasuring());
  const tool = document.querySelector(".tool.measure");
  if (tool) { tool.setAttribute("aria-pressed", String(isMeasuring())); }
  if (!isMeasuring()) { return; }
  drawMeasured();
  const count = measured.points.length;
  const plane = inPlane(measured.points);
  const found = [count < 2 ? word("measureStart") : word("measureLength", metresText(lengthOf(plane))),
    count < 3 ? "" : word("measureArea", hectaresText(areaOf(plane)) + muText(areaOf(plane)))].filter(Boolean);
  const again = button("small", word("measureAgain"), startAgain);
  fill(box, [make("span", "", found.join(" · ")), count ? again : null]);
}

function startAgain() {
  measured.points = [];
  renderMeasure();
}

function drawMeasured() {
  const line = { renderer: panes.chosen, pane: "chosen", interactive: false, color: "#111111", weight: 2 };
  measured.group.clearLayers();
  if (measured.points.length > 2) {
    measured.group.addLayer(L.polygon(measured.points, Object.assign({}, line, { stroke: false, fillColor: "#111111", fillOpacity: 0.12 })));
  }
  measured.group.addLayer(L.polyline(measured.points, Object.assign({ dashArray: "5 4" }, line)));
  measured.points.forEach(function (at) {
    measured.group.addLayer(L.circleMarker(at, Object.assign({}, line, { radius: 3.5, fillColor: "#ffffff", fillOpacity: 1 })));
  });
}

// Metres east and north of the first point, by the ellipsoid's own degrees at the middle: within
// 1e-5 over ten kilometres. A degree of latitude and of longitude as series (WGS 84, CGCS2000).
function inPlane(points) {
  if (!points.length) { return []; }
  const middle = points.reduce(function (sum, at) { return sum + at[0]; }, 0) / points.length * Math.PI / 180;
  const north = 111132.954 - 559.822 * Math.cos(2 * middle) + 1.175 * Math.cos(4 * middle);
  const east = 111412.84 * Math.cos(middle) - 93.5 * Math.cos(3 * middle) + 0.118 * Math.cos(5 * middle);
  return points.map(function (at) { return [(at[1] - points[0][1]) * east, (at[0] - points[0][0]) * north]; });
}

function lengthOf(plane) {
  return plane.reduce(function (sum, at, i) {
    return i ? sum + Math.sqrt(Math.pow(at[0] - plane[i - 1][0], 2) + Math.pow(at[1] - plane[i - 1][1], 2)) : 0;
  }, 0);
}

// Of a line that crosses itself nobody knows which land is meant: then the loops offset each other.
function areaOf(plane) {
  return Math.abs(plane.reduce(function (sum, at, i) {
    const next = plane[(i + 1) % plane.length];
    return sum + at[0] * next[1] - next[0] * at[1];
  }, 0)) / 2;
}
