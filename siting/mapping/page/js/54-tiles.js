// Tiles of a server that city.toml names; without one this page asks for nothing.
// `shift` is how far their datum moves everything east and north, in metres of the map's plane.
const Tiles = L.TileLayer.extend({
  _shiftAt: function (zoom) {
    const scale = scaleAt(zoom).scale / page.data.unit;
    return L.point(page.data.tiles.shift[0] * scale, -page.data.tiles.shift[1] * scale);
  },
  _getTilePos: function (coords) {
    return L.TileLayer.prototype._getTilePos.call(this, coords).subtract(this._shiftAt(coords.z).round());
  },
  _getTiledPixelBounds: function (center) {
    const bounds = L.TileLayer.prototype._getTiledPixelBounds.call(this, center);
    const shift = this._shiftAt(this._tileZoom);
    return L.bounds(bounds.min.add(shift), bounds.max.add(shift));
  },
});

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
  if (tiles.datum === "gcj02") { parts.push(word("tilesMoved", fixed(tiles.off, 1))); }
  if (page.tilesFailed) { parts.push(word("tilesFailed")); }
  return [checkEntry("tiles", swatch("#7a8794", ""), word("tiles"), parts.filter(Boolean).join(" · "))];
}
