// Tiles of a server that city.toml names; without one this page asks for nothing.
// `shift` says how far their datum moves things, in metres of the map's plane, on a grid of places.
const Tiles = L.TileLayer.extend({
  _shiftAt: function (latlng, zoom) {
    const shift = page.data.tiles.shift;
    if (!shift) { return L.point(0, 0); }
    const scale = scaleAt(zoom).scale / page.data.unit;
    const across = placeIn(latlng.lng, shift.box[0][1], shift.box[1][1], shift.side);
    const up = placeIn(latlng.lat, shift.box[0][0], shift.box[1][0], shift.side);
    return L.point(between(shift.east, shift.side, across, up) * scale, -between(shift.north, shift.side, across, up) * scale);
  },
  _getTilePos: function (coords) {
    const size = this.getTileSize();
    const middle = this._map.unproject(coords.scaleBy(size).add(size.divideBy(2)), coords.z);
    return L.TileLayer.prototype._getTilePos.call(this, coords).subtract(this._shiftAt(middle, coords.z).round());
  },
  _getTiledPixelBounds: function (center) {
    const bounds = L.TileLayer.prototype._getTiledPixelBounds.call(this, center);
    const shift = this._shiftAt(center, this._tileZoom);
    return L.bounds(bounds.min.add(shift), bounds.max.add(shift));
  },
});

// A place along one side of the grid: 0 to side - 1, never beyond.
function placeIn(value, low, high, side) {
  return Math.max(0, Math.min(side - 1, (value - low) / (high - low) * (side - 1)));
}

// A value between the four of a grid that lie around a place.
function between(values, side, across, up) {
  const column = Math.min(side - 2, Math.floor(across));
  const row = Math.min(side - 2, Math.floor(up));
  const x = across - column;
  const y = up - row;
  const at = row * side + column;
  return (values[at] * (1 - x) + values[at + 1] * x) * (1 - y) + (values[at + side] * (1 - x) + values[at + side + 1] * x) * y;
}

function startTiles(map) {
  const tiles = page.data.tiles;
  if (!tiles) { return; }
  const pane = map.createPane("tiles");
  pane.style.zIndex = "205";
  const layer = new Tiles(tiles.url, { pane: "tiles", maxNativeZoom: tiles.maxZoom, maxZoom: 20, keepBuffer: 1 });
  layer.once("tileerror", function () {
    page.tilesFailed = true;
    renderLegend();
  });
  toggle("tiles", layer, true);
  const credit = make("p", "", tiles.attribution);
  credit.id = "credit";
  byId("stage").appendChild(credit);
}

function tilesEntry() {
  const tiles = page.data.tiles;
  if (!tiles) { return []; }
  const parts = [tiles.attribution];
  if (tiles.shift) { parts.push(word("tilesMoved", fixed(tiles.shift.off, 1))); }
  if (page.tilesFailed) { parts.push(word("tilesFailed")); }
  return [checkEntry("tiles", swatch("#7a8794", ""), word("tiles"), parts.filter(Boolean).join(" · "))];
}
