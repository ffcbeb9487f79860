// What lies under a click on the map: constraints, parcels and zoning that are drawn there, by name.
const NAMED_HERE_AT_MOST = 8;
const REACH_PX = 5;

function tellWhatIsHere(event) {
  const found = namedAt(event.latlng);
  const lines = found.slice(0, NAMED_HERE_AT_MOST).map(function (each) {
    const row = each.entry.row;
    const title = say(row.title);
    return make("li", "", [swatch(row.colour, each.entry.group === "ground" ? "" : row.hatch),
      make("span", "", [title, each.name && each.name !== title ? make("small", "", make("bdi", "", each.name)) : null])]);
  });
  if (found.length > lines.length) { lines.push(make("li", "hint", word("andMore", found.length - lines.length))); }
  const content = lines.length ? make("ul", "here", lines) : make("span", "hint", word("nothingHere"));
  L.popup({ closeButton: false, maxWidth: 280, autoPan: false }).setLatLng(event.latlng).setContent(content).openOn(page.map);
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
