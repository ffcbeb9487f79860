// Alternatives out of view: a sign at the map's edge where the thin line leaves it.
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
    if (site.shape) { markEdge(group, item.line.at, site, taken); }
  });
  drawn.edges = group.addTo(page.map);
}

function markEdge(group, from, site, taken) {
  const size = page.map.getSize();
  const frame = L.bounds(EDGE_INSETS_PX.slice(0, 2), [size.x - EDGE_INSETS_PX[2], size.y - EDGE_INSETS_PX[3]]);
  const inner = page.map.latLngToContainerPoint(from);
  const outer = page.map.latLngToContainerPoint(site.at);
  if (!frame.contains(inner) || L.bounds([0, 0], size).contains(outer)) { return; }
  const cut = L.LineUtil.clipSegment(inner, outer, frame, false, true);
  if (!cut) { return; }
  const at = cut[1];
  const away = at.y < size.y / 2 ? 27 : -27;
  while (taken.some(function (other) { return other.distanceTo(at) < 26; })) { at.y += away; }
  taken.push(at);
  const sign = make("span", "edge-sign", String(site.rank));
  sign.title = word("toSite", site.rank, metresText(Math.max(1, page.map.distance(from, site.at))));
  const icon = L.divIcon({ className: "tag edge", html: sign, iconSize: [24, 24] });
  const marker = L.marker(page.map.containerPointToLatLng(at), { icon: icon, keyboard: false, pane: "markerPane" });
  marker.on("click", function () { zoomToSite(site.rank); });
  group.addLayer(marker);
}
