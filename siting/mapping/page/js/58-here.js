// What lies under a click on the map, by name: sites and whose they are, constraints, parcels, zoning.
const NAMED_HERE_AT_MOST = 8;
const REACH_PX = 5;

function tellWhatIsHere(event) {
  const sites = sitesAt(event.latlng);
  const found = namedAt(event.latlng);
  const lines = sites.map(siteHere).concat(found.map(layerHere));
  const shown = lines.slice(0, NAMED_HERE_AT_MOST);
  if (lines.length > shown.length) { shown.push(make("li", "hint", word("andMore", lines.length - shown.length))); }
  const content = shown.length ? make("ul", "here", shown) : make("span", "hint", word("nothingHere"));
  L.popup({ closeButton: false, maxWidth: 280, autoPan: false }).setLatLng(event.latlng).setContent(content).openOn(page.map);
  openOnly(sites);
}

function layerHere(each) {
  const row = each.entry.row;
  const title = say(row.title);
  return make("li", "", [swatch(row.colour, each.entry.group === "ground" ? "" : row.hatch),
    make("span", "", [title, each.name && each.name !== title ? make("small", "", make("bdi", "", each.name)) : null])]);
}

// Whose site it is; the name opens the project.
function siteHere(each) {
  const sign = each.isPlanned ? make("span", "plan-chip", planNumber(each.projectId)) : make("span", "rank", String(each.site.rank));
  const item = itemOfProject(each.projectId);
  const text = [make("bdi", "", each.projectId), " ", make("bdi", "", item ? projectOf(item).name || "" : "")];
  return make("li", "", [sign, make("span", "", [item ? button("link", text, function () { select(item.key); }) : make("span", "", text),
    make("small", "", [word(each.isPlanned ? "planned" : "site"), " ", make("bdi", "", each.site.id)])])]);
}

// Where one project's site lies, and no other's, a click on it opens the project.
function openOnly(sites) {
  const item = sites.length === 1 ? itemOfProject(sites[0].projectId) : null;
  if (item && item.key !== page.selected) { select(item.key); }
}

// Sites that are drawn at a place, one per project: the planned one before the alternatives.
function sitesAt(latlng) {
  const seen = {};
  return plannedHere().concat(alternativesHere()).filter(function (each) {
    if (seen["p:" + each.projectId] || !isInShape(each.site, latlng)) { return false; }
    seen["p:" + each.projectId] = true;
    return true;
  });
}

function isChosen(projectId) {
  const item = page.itemOf[page.selected];
  return Boolean(item) && item.projectId === projectId;
}

function plannedHere() {
  if (!hasPlan()) { return []; }
  return plannedIds().filter(function (id) {
    return isChosen(id) || drawn.toggles.plan.isShown && drawn.planned[id].isShown;
  }).map(function (id) { return { projectId: id, site: planSite(planRow(id)), isPlanned: true }; })
    .filter(function (each) { return each.site && each.site.shape; });
}

function alternativesHere() {
  const found = [];
  Object.keys(page.data.searches).forEach(function (id) {
    if (!isChosen(id) && !drawn.toggles.sites.isShown) { return; }
    page.data.searches[id].sites.forEach(function (site) {
      if (site.shape) { found.push({ projectId: id, site: site, isPlanned: false }); }
    });
  });
  return found;
}

// True when a place lies within a site's polygons: rings of [lat, lon], holes among them.
function isInShape(site, latlng) {
  if (!site.rings) {
    site.rings = site.shape[0] === "p" ? [].concat.apply([], coordinatesOf(site.shape)) : [];
  }
  return site.rings.reduce(function (inside, ring) { return ring.reduce(crossing(ring, latlng), inside); }, false);
}

// Even and odd: each edge that a ray to the east crosses turns outside to inside.
function crossing(ring, latlng) {
  return function (inside, place, i) {
    const before = ring[(i || ring.length) - 1];
    if (place[0] > latlng.lat === before[0] > latlng.lat) { return inside; }
    const along = (latlng.lat - place[0]) / (before[0] - place[0]);
    return latlng.lng < place[1] + along * (before[1] - place[1]) ? !inside : inside;
  };
}

// Entry and name of what is drawn at a place: constraints in their order, then the ground from the top.
function namedAt(latlng) {
  const zoom = page.map.getZoom();
  const view = scaleAt(zoom);
  const pixel = page.map.project(latlng, zoom);
  const at = [(pixel.x - view.left) / view.scale, (view.top - pixel.y) / view.scale];
  const isAsked = function (group) {
    return function (entry) { return entry.group === group && entry.isShown && isReadable(entry, view.scale); };
  };
  const entries = ground.entries.filter(isAsked("controls")).concat(ground.entries.filter(isAsked("ground")).reverse());
  return entries.reduce(function (found, entry) {
    return found.concat(featuresAt(entry, at, REACH_PX / view.scale).map(function (feature) {
      return { entry: entry, name: nameOf(entry, feature) };
    }));
  }, []);
}
