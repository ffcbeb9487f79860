// The codes of red lines beside their outlines, where they have room; elsewhere the pointer asks.
const CODE_LEAST_PX = 18;
const CODE_HEIGHT_PX = 15;
const CODE_LETTER_PX = 6.8;
const CODES_AT_MOST = 60;

function markCodes() {
  const taken = takenBoxes();
  const places = {};
  codedItems().forEach(function (item) {
    const at = Object.keys(places).length < CODES_AT_MOST ? freePlace(item, taken) : null;
    if (at) { places[item.key] = { at: page.map.containerPointToLatLng(at), text: item.id }; }
  });
  showCodes(places);
}

// A step of the map leaves most codes where they are: only the others are made anew.
function showCodes(places) {
  drawn.codes = drawn.codes || {};
  Object.keys(drawn.codes).forEach(function (key) {
    if (places[key] && places[key].at.equals(drawn.codes[key].getLatLng())) { return; }
    drawn.codes[key].remove();
    delete drawn.codes[key];
  });
  Object.keys(places).forEach(function (key) {
    if (!drawn.codes[key]) { drawn.codes[key] = nameTag(places[key].at, places[key].text, "code").addTo(page.map); }
  });
}

// Those whose outline is drawn and large enough; the chosen one first, then the worst.
function codedItems() {
  const view = page.map.getBounds();
  const items = page.items.filter(function (item) {
    const entry = drawn.lines[item.key];
    return entry && page.map.hasLayer(entry.outline) && view.intersects(entry.bounds) && pixelSize(entry.bounds) >= CODE_LEAST_PX;
  });
  return items.filter(function (item) { return item.key === page.selected; })
    .concat(items.filter(function (item) { return item.key !== page.selected; }));
}

// Below its outline, else above; null where something else stands already, or beyond the map.
function freePlace(item, taken) {
  const bounds = drawn.lines[item.key].bounds;
  const low = page.map.latLngToContainerPoint(bounds.getSouthWest());
  const high = page.map.latLngToContainerPoint(bounds.getNorthEast());
  const half = L.point(item.id.length * CODE_LETTER_PX / 2 + 2, CODE_HEIGHT_PX / 2);
  const across = (low.x + high.x) / 2;
  const frame = L.bounds([0, 0], page.map.getSize());
  const free = [low.y + half.y + 2, high.y - half.y - 2].map(function (along) { return L.point(across, along); })
    .filter(function (at) {
      const box = L.bounds(at.subtract(half), at.add(half));
      return frame.contains(box) && !taken.some(function (other) { return other.overlaps(box); });
    })[0];
  if (free) { taken.push(L.bounds(free.subtract(half), free.add(half))); }
  return free || null;
}

// What is not to be written over: names of districts, numbers of sites, small outlines' symbols.
function takenBoxes() {
  const frame = page.map.getContainer().getBoundingClientRect();
  const boxes = Array.prototype.filter.call(page.map.getContainer().querySelectorAll(".district-name, .rank, .plan-chip"), function (tag) {
    return tag.style.visibility !== "hidden";
  }).map(function (tag) {
    const box = tag.getBoundingClientRect();
    return L.bounds([box.left - frame.left, box.top - frame.top], [box.right - frame.left, box.bottom - frame.top]);
  });
  return hasPlan() && drawn.planGroup ? boxes.concat(planSymbols().map(symbolBox)) : boxes;
}

function symbolBox(layer) {
  const at = page.map.latLngToContainerPoint(layer.getLatLng());
  const radius = layer.getRadius();
  return L.bounds(at.subtract([radius, radius]), at.add([radius, radius]));
}
