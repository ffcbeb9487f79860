// Alternatives and the planned site out of view: a sign at the map's edge where the thin line leaves it.
//: Left, top, right, bottom: clear of compass, mark, tools and scale bar.
const EDGE_INSETS_PX = [22, 74, 78, 60];

function markEdges() {
  if (drawn.edges) { drawn.edges.remove(); }
  drawn.edges = null;
  const chosen = drawn.selection;
  const item = page.itemOf[page.selected];
  if (!chosen || !item || !item.line || !item.line.at || document.body.classList.contains("printing")) { return; }
  const group = L.layerGroup();
  const taken = [];
  sitesOf(item).forEach(function (site) {
    if (!site.shape) { return; }
    const go = function () { zoomToSite(site.rank); };
    markEdge(group, [item.line.at, site.at], { text: String(site.rank), className: "", title: "toSite", go: go }, taken);
  });
  const planned = hasPlan() ? planSite(planRow(item.projectId)) : null;
  if (planned && planned.shape && planJoin(item, planned, "chosen")) {
    const go = function () { zoomTo(drawn.selection.planned, 18); };
    markEdge(group, [item.line.at, planned.at], { text: planNumber(item.projectId), className: " planned", title: "toPlanned", go: go }, taken);
  }
  drawn.edges = group.addTo(page.map);
}

function markEdge(group, ends, look, taken) {
  const size = page.map.getSize();
  const frame = L.bounds(EDGE_INSETS_PX.slice(0, 2), [size.x - EDGE_INSETS_PX[2], size.y - EDGE_INSETS_PX[3]]);
  const inner = page.map.latLngToContainerPoint(ends[0]);
  const outer = page.map.latLngToContainerPoint(ends[1]);
  if (!frame.contains(inner) || L.bounds([0, 0], size).contains(outer)) { return; }
  const cut = L.LineUtil.clipSegment(inner, outer, frame, false, true);
  if (!cut) { return; }
  const at = cut[1];
  const away = at.y < size.y / 2 ? 27 : -27;
  while (taken.some(function (other) { return other.distanceTo(at) < 26; })) { at.y += away; }
  taken.push(at);
  const sign = make("span", "edge-sign" + look.className, look.text);
  sign.title = word(look.title, look.text, metresText(Math.max(1, page.map.distance(ends[0], ends[1]))));
  const icon = L.divIcon({ className: "tag edge", html: sign, iconSize: [24, 24] });
  const marker = L.marker(page.map.containerPointToLatLng(at), { icon: icon, keyboard: false, pane: "markerPane" });
  marker.on("click", look.go);
  group.addLayer(marker);
}
