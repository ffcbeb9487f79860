// One chosen project on the map: red line, hatched pieces, numbered alternatives, thin joins.
const RED_LINE_LEAST_PX = 16;

function clearSelection() {
  if (drawn.selection) { drawn.selection.group.remove(); }
  drawn.selection = null;
  markEdges();
}

function drawSelection(item) {
  clearSelection();
  const group = L.layerGroup();
  drawn.selection = { group: group, line: null, sites: [], planned: null };
  if (hasPlan()) { drawChosenPlan(group, item); }
  if (item.line && item.line.shape) { drawChosenLine(group, item.line); }
  sitesOf(item).forEach(function (site) {
    if (site.shape) { drawChosenSite(group, item, site); }
  });
  group.addTo(page.map);
}

function drawChosenLine(group, line) {
  const findings = findingsOf(line);
  const outline = shapeLayer(line.shape, {
    pane: "chosen", color: OUTCOME_LOOKS[line.outcome].colour, weight: 3.2, fill: true, fillColor: "#ffffff", fillOpacity: 0.35,
    hatch: isWithheld(line) ? "withheld" : null, hatchOpacity: 0.45,
  });
  group.addLayer(outline);
  drawn.selection.line = outline.getBounds();
  findings.slice().reverse().forEach(function (finding) {
    if (!finding.shape) { return; }
    group.addLayer(shapeLayer(finding.shape, {
      pane: "chosen", color: finding.colour, weight: 1.4, fill: true, fillOpacity: 0.2,
      hatch: finding.hatch === "outline" ? "slash" : finding.hatch, hatchWidth: 1.6,
    }));
  });
}

function drawChosenSite(group, item, site) {
  const outline = shapeLayer(site.shape, {
    pane: "chosen", color: SITE_COLOUR, weight: 2.4, dashArray: "7 4", fillColor: SITE_FILL, fillOpacity: 0.28,
  });
  group.addLayer(outline);
  drawn.selection.sites.push({ rank: site.rank, bounds: outline.getBounds() });
  if (item.line && item.line.shape) {
    group.addLayer(L.polyline([item.line.at, site.at], {
      renderer: panes.chosen, pane: "chosen", interactive: false, color: SITE_COLOUR, weight: 1.3, dashArray: "2 4",
    }));
  }
  group.addLayer(nameTag(site.at, String(site.rank), "rank"));
}

// True when a finding's geometry may not be drawn, or was too much: the red line's own hatch stands for it.
function isWithheld(line) {
  return findingsOf(line).some(function (finding) { return finding.withheld || finding.notDrawn; });
}

function findingsOf(line) {
  const findings = [];
  line.verdicts.forEach(function (verdict) {
    (verdict.findings || []).forEach(function (id) {
      const finding = lookUp(page.data.findings, id);
      if (finding.code) { findings.push(finding); }
    });
  });
  return findings;
}

// What a button asks to see; on a narrow screen the panel makes room for it.
function zoomTo(bounds, maxZoom) {
  uncoverMap();
  frameBounds(bounds, maxZoom);
}

function frameBounds(bounds, maxZoom) {
  if (!bounds || !bounds.isValid()) { return; }
  page.map.fitBounds(bounds, framing(55, maxZoom || 18));
}

function siteBounds() {
  const bounds = L.latLngBounds([]);
  drawn.selection.sites.forEach(function (site) { bounds.extend(site.bounds); });
  return bounds;
}

// Everything in view if the red line stays readable there, else the red line alone.
function zoomToSelection() {
  const chosen = drawn.selection;
  const bounds = siteBounds();
  if (chosen.line) { bounds.extend(chosen.line); }
  if (chosen.planned) { bounds.extend(chosen.planned); }
  frameBounds(bounds, 17);
  if (chosen.line && pixelSize(chosen.line) < RED_LINE_LEAST_PX) { frameBounds(chosen.line, 17); }
}
