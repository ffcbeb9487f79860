// What the thin lines lead to, out of view: a sign at the map's edge where a line leaves it.
//: Left, top, right, bottom: clear of compass, mark, tools and scale bar.
const EDGE_INSETS_PX = [22, 74, 78, 60];
const EDGE_STEP_PX = 27;

function markEdges() {
  if (drawn.edges) { drawn.edges.remove(); }
  drawn.edges = null;
  const chosen = drawn.selection;
  const item = page.itemOf[page.selected];
  if (!chosen || !item || !item.line || !item.line.at || document.body.classList.contains("printing")) { return; }
  const group = L.layerGroup();
  const taken = [];
  edgeTargets(item).forEach(function (target) { markEdge(group, item.line.at, target, taken); });
  drawn.edges = group.addTo(page.map);
}

// The alternatives by rank and the planned site by its number, as far as they may be drawn.
function edgeTargets(item) {
  const targets = sitesOf(item).filter(function (site) { return site.shape; }).map(function (site) {
    return { at: site.at, sign: String(site.rank), className: "edge-sign", title: "toSite",
      go: function () { zoomToSite(site.rank); } };
  });
  const planned = planSite(planRow(item.projectId));
  if (planned && planned.shape && drawn.selection.planned) {
    targets.push({ at: planned.at, sign: planNumber(item.projectId), className: "edge-sign planned", title: "toPlanned",
      go: function () { zoomTo(drawn.selection.planned, 18); } });
  }
  return targets;
}

function markEdge(group, from, target, taken) {
  const size = page.map.getSize();
  const frame = L.bounds(EDGE_INSETS_PX.slice(0, 2), [size.x - EDGE_INSETS_PX[2], size.y - EDGE_INSETS_PX[3]]);
  const inner = page.map.latLngToContainerPoint(from);
  const outer = page.map.latLngToContainerPoint(target.at);
  if (!frame.contains(inner) || L.bounds([0, 0], size).contains(outer)) { return; }
  const cut = L.LineUtil.clipSegment(inner, outer, frame, false, true);
  if (!cut) { return; }
  const at = cut[1];
  const away = at.y < size.y / 2 ? EDGE_STEP_PX : -EDGE_STEP_PX;
  while (taken.some(function (other) { return other.distanceTo(at) < EDGE_STEP_PX - 1; })) { at.y += away; }
  taken.push(at);
  const sign = make("span", target.className, target.sign);
  sign.title = word(target.title, target.sign, metresText(Math.max(1, page.map.distance(from, target.at))));
  const icon = L.divIcon({ className: "tag edge", html: sign, iconSize: [24, 24] });
  const marker = L.marker(page.map.containerPointToLatLng(at), { icon: icon, keyboard: false, pane: "markerPane" });
  marker.on("click", target.go);
  group.addLayer(marker);
}
