// What lies under a click on the map: the constraints that are drawn there, by name.
const NAMED_HERE_AT_MOST = 8;

function tellWhatIsHere(event) {
  const found = drawn.named.filter(function (entry) { return isUnder(entry.shape, event); });
  const lines = found.slice(0, NAMED_HERE_AT_MOST).map(function (entry) {
    const title = say(entry.layer.title);
    return make("li", "", [swatch(entry.layer.colour, entry.layer.hatch),
      make("span", "", [title, entry.name && entry.name !== title ? make("small", "", make("bdi", "", entry.name)) : null])]);
  });
  const content = lines.length ? make("ul", "here", lines) : make("span", "hint", word("nothingHere"));
  L.popup({ closeButton: false, maxWidth: 280, autoPan: false }).setLatLng(event.latlng).setContent(content).openOn(page.map);
}

function isUnder(shape, event) {
  if (!page.map.hasLayer(shape)) { return false; }
  if (!shape._containsPoint) { return false; }
  if (shape._pxBounds && !shape._pxBounds.contains(event.layerPoint)) { return false; }
  return shape._containsPoint(event.layerPoint);
}
