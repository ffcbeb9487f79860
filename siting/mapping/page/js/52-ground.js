// Background layers of any size: unpacked when first seen, drawn on the canvas of each map tile
// from typed arrays. Tiles have the map's own zoom, also between whole numbers, and no pictures.
const GROUND_LOOKS = {
  land_use: { weight: 0.7, opacity: 0.7, dashArray: "3 2", fill: true, fillOpacity: 0.05 },
  zoning: { weight: 1.1, opacity: 0.75, fill: true, fillOpacity: 0.05 },
  parcel: { weight: 0.6, opacity: 0.6, fill: false },
};
//: Side of a tile; a multiple of a hatch's, so that hatches run on from tile to tile.
const TILE_PX = 32 * TILE;
//: Features of the ground are drawn from the zoom on at which a typical one is this large.
const READABLE_PX = 10;
//: Vertices nearer to the last one than this, and outlines smaller, cannot be told apart.
const FINEST_PX = 0.6;
//: Beyond a tile's edge, for lines and points that reach over it.
const BLEED_PX = 8;
//: Features painted as one path (fewer are slower, and so are more), and time for it within a frame.
const BATCH = 40;
const FRAME_MS = 12;
const POINT_PX = 3.5;
const ground = { entries: [], layer: null, queue: [], frame: null };

function startGround(map) {
  const pane = map.createPane("ground");
  pane.style.zIndex = "215";
  pane.style.pointerEvents = "none";
  ["base", "ground", "controls"].forEach(function (group) {
    page.data[group].forEach(function (row, index) { addEntry(group, row, index); });
  });
  ground.layer = new GroundTiles({ pane: "ground", tileSize: TILE_PX, noWrap: true, keepBuffer: 1, updateInterval: 60 });
  ground.layer.addTo(map);
}

function addEntry(group, row, index) {
  if (row.hidden) { return; }
  const name = group + ":" + index;
  const entry = { name: name, group: group, row: row, isShown: false, look: lookOf(group, row), made: null, names: null };
  ground.entries.push(entry);
  const show = function (isShown) {
    entry.isShown = isShown;
    if (ground.layer) { ground.layer.redraw(); }
  };
  toggle(name, { addTo: function () { show(true); }, remove: function () { show(false); } }, group !== "ground" || row.role === "parcel");
}

function lookOf(group, row) {
  if (group === "base") { return { area: BASE_LOOKS[row.role], line: BASE_LOOKS[row.role] }; }
  if (group === "ground") {
    const own = Object.assign({ color: row.colour }, GROUND_LOOKS[row.role]);
    return { area: own, line: own };
  }
  const isOutline = row.hatch === "outline";
  const area = {
    color: row.colour, weight: isOutline ? 2 : 1, opacity: 0.85, dashArray: isOutline ? "12 4 3 4" : null,
    fill: !isOutline, fillOpacity: 0.07, hatch: isOutline ? null : row.hatch, hatchOpacity: 0.5,
  };
  return { area: area, line: Object.assign({ color: row.colour, opacity: 0.85 }, LINE_LOOKS[row.role] || { weight: 2 }) };
}

// The arrays of a layer, unpacked once.
function madeOf(entry) {
  if (!entry.made) {
    entry.made = unpackLayer(entry.row);
    if (entry.row.cells) { entry.counts = countsOf(entry.row); }
  }
  return entry.made;
}

function countsOf(row) {
  const reader = new Reader(row.cells.counts);
  const counts = new Uint32Array(row.size[0]);
  for (let i = 0; i < counts.length; i += 1) { counts[i] = reader.next(); }
  return counts;
}

// Only the ground waits for a closer look; squares, points and everything else are always drawn.
function isReadable(entry, scale) {
  const typical = entry.row.typical_m;
  if (entry.group !== "ground" || !typical) { return true; }
  return typical / page.data.unit / groundCosine() * scale >= READABLE_PX;
}

// Metres on the ground to a metre of the map's plane, at the origin.
function groundCosine() {
  return 1 / Math.cosh(page.data.origin[1] * page.data.unit / 6378137);
}

// Pixels to a unit, and where the origin lies in the pixels of the whole map at a zoom.
function scaleAt(zoom) {
  const world = 256 * Math.pow(2, zoom);
  const scale = world * page.data.unit / (2 * Math.PI * 6378137);
  return { scale: scale, left: world / 2 + page.data.origin[0] * scale, top: world / 2 - page.data.origin[1] * scale };
}

const GroundTiles = L.GridLayer.extend({
  createTile: function (coords, done) {
    const tile = document.createElement("canvas");
    const sharp = window.devicePixelRatio || 1;
    tile.width = tile.height = Math.round(TILE_PX * sharp);
    ground.queue.push({ tile: tile, coords: coords, done: done, sharp: sharp });
    document.body.dataset.ground = "waiting";
    if (!ground.frame) { ground.frame = L.Util.requestAnimFrame(paintSome); }
    return tile;
  },
  // As Leaflet's own, but a tile has the zoom of the map and not the nearest whole one.
  _setView: function (center, zoom, noPrune, noUpdate) {
    if (!noUpdate) {
      this._tileZoom = zoom;
      this._updateLevels();
      this._resetGrid();
      this._update(center);
      if (!noPrune) { this._pruneTiles(); }
      this._noPrune = Boolean(noPrune);
    }
    this._setZoomTransforms(center, zoom);
  },
});

// Paints what waits for as long as a frame allows; `isUrgent` paints it all.
function paintSome(isUrgent) {
  const end = window.performance.now() + FRAME_MS;
  ground.frame = null;
  while (ground.queue.length && (isUrgent === true || window.performance.now() < end)) {
    const waiting = ground.queue.shift();
    if (waiting.tile.parentNode) { paintTileOf(waiting); }
  }
  if (ground.queue.length) {
    ground.frame = L.Util.requestAnimFrame(paintSome);
  } else {
    document.body.dataset.ground = "drawn";
  }
}

function flushGround() {
  while (ground.queue.length) { paintSome(true); }
}

function paintTileOf(waiting) {
  const context = waiting.tile.getContext("2d");
  const view = scaleAt(waiting.coords.z);
  view.left -= waiting.coords.x * TILE_PX;
  view.top -= waiting.coords.y * TILE_PX;
  context.scale(waiting.sharp, waiting.sharp);
  context.lineJoin = "bevel"; // a third faster than round, and no different at these widths
  ground.entries.forEach(function (entry) {
    if (entry.isShown) { paintEntry(context, entry, view); }
  });
  waiting.done(null, waiting.tile);
}

// What of the map a tile shows, in units.
function boxIn(view, bleed) {
  return [
    (-bleed - view.left) / view.scale, (view.top - TILE_PX - bleed) / view.scale,
    (TILE_PX + bleed - view.left) / view.scale, (view.top + bleed) / view.scale,
  ];
}

function paintEntry(context, entry, view) {
  if (!isReadable(entry, view.scale)) { return; }
  const made = madeOf(entry);
  const found = featuresIn(made, boxIn(view, BLEED_PX));
  if (entry.counts) {
    paintCells(context, entry, found, view);
    return;
  }
  for (let from = 0; from < found.length; from += BATCH) {
    const batch = found.slice(from, from + BATCH);
    [2, 1, 0].forEach(function (kind) {
      paintBatch(context, made, batch.filter(function (feature) { return made.kind[feature] === kind; }), kind, entry.look, view);
    });
  }
}

function paintBatch(context, made, batch, kind, look, view) {
  if (!batch.length) { return; }
  const style = kind === 1 ? look.line : look.area;
  context.beginPath();
  batch.forEach(function (feature) {
    if (kind === 0) { tracePoints(context, made, feature, view); } else { traceFeature(context, made, feature, view); }
  });
  if (kind !== 1 && style.fill) { wash(context, style); }
  if (kind === 2 && style.hatch) {
    context.globalAlpha = style.hatchOpacity;
    context.fillStyle = patternOf(context, style.hatch, style.color, 1);
    context.fill();
  }
  context.globalAlpha = style.opacity || 1;
  context.strokeStyle = style.color;
  context.lineWidth = style.weight;
  context.setLineDash(style.dashArray ? style.dashArray.split(" ").map(Number) : []);
  context.stroke();
}

function wash(context, style) {
  context.globalAlpha = style.fillOpacity;
  context.fillStyle = style.fillColor || style.color;
  context.fill();
}

function tracePoints(context, made, feature, view) {
  for (let i = made.vertexAt[made.ringAt[feature]]; i < made.vertexAt[made.ringAt[feature + 1]]; i += 1) {
    const x = view.left + made.places[2 * i] * view.scale;
    const y = view.top - made.places[2 * i + 1] * view.scale;
    context.moveTo(x + POINT_PX, y);
    context.arc(x, y, POINT_PX, 0, Math.PI * 2);
  }
}

// Rings and lines onto the path, without vertices that change nothing within the tile.
function traceFeature(context, made, feature, view) {
  const isClosed = made.kind[feature] === 2;
  for (let ring = made.ringAt[feature]; ring < made.ringAt[feature + 1]; ring += 1) {
    traceRing(context, made.places, made.vertexAt[ring], made.vertexAt[ring + 1], view);
    if (isClosed) { context.closePath(); }
  }
}

// On which sides of the tile a place lies: one bit each.
function sideOf(x, y) {
  return (x < -BLEED_PX ? 1 : x > TILE_PX + BLEED_PX ? 2 : 0) | (y < -BLEED_PX ? 4 : y > TILE_PX + BLEED_PX ? 8 : 0);
}

// A vertex is left out where it and both its neighbours lie beyond the same side, or where it
// is next to the last one drawn.
function traceRing(context, places, start, end, view) {
  let x = view.left + places[2 * start] * view.scale;
  let y = view.top - places[2 * start + 1] * view.scale;
  let side = sideOf(x, y);
  let lastX = x, lastY = y, lastSide = side;
  context.moveTo(x, y);
  for (let i = start + 1; i < end; i += 1) {
    x = view.left + places[2 * i] * view.scale;
    y = view.top - places[2 * i + 1] * view.scale;
    side = sideOf(x, y);
    if (i + 1 < end) {
      if (Math.abs(x - lastX) + Math.abs(y - lastY) < FINEST_PX) { continue; }
      if (side & lastSide) {
        const nextSide = sideOf(view.left + places[2 * i + 2] * view.scale, view.top - places[2 * i + 3] * view.scale);
        if (side & lastSide & nextSide) { continue; }
      }
    }
    context.lineTo(x, y);
    lastX = x;
    lastY = y;
    lastSide = side;
  }
}

//: Shades of squares, by the share of the fullest square's count.
const SHADES = [[0.5, 0.42], [0.25, 0.3], [0.1, 0.2], [0, 0.11]];

function paintCells(context, entry, found, view) {
  const fullest = entry.counts.reduce(function (most, count) { return Math.max(most, count); }, 1);
  context.fillStyle = context.strokeStyle = entry.look.area.color;
  context.lineWidth = 0.5;
  context.setLineDash([]);
  found.forEach(function (feature) {
    const share = entry.counts[feature] / fullest;
    context.beginPath();
    traceFeature(context, entry.made, feature, view);
    context.globalAlpha = SHADES.filter(function (shade) { return share >= shade[0]; })[0][1];
    context.fill();
    context.stroke();
  });
}

// Features of an entry at a place (units), within `reach` of its lines and points.
function featuresAt(entry, at, reach) {
  const made = madeOf(entry);
  const near = featuresIn(made, [at[0] - reach, at[1] - reach, at[0] + reach, at[1] + reach]);
  return near.filter(function (feature) {
    return made.kind[feature] === 2 ? isInside(made, feature, at) : isNear(made, feature, at, reach);
  });
}

function isInside(made, feature, at) {
  let inside = false;
  for (let ring = made.ringAt[feature]; ring < made.ringAt[feature + 1]; ring += 1) {
    const start = made.vertexAt[ring];
    const end = made.vertexAt[ring + 1];
    for (let i = start, j = end - 1; i < end; j = i, i += 1) {
      const y = made.places[2 * i + 1];
      const beforeY = made.places[2 * j + 1];
      if (y > at[1] === beforeY > at[1]) { continue; }
      const x = made.places[2 * i];
      if (at[0] < x + (at[1] - y) / (beforeY - y) * (made.places[2 * j] - x)) { inside = !inside; }
    }
  }
  return inside;
}

function isNear(made, feature, at, reach) {
  const point = L.point(at[0], at[1]);
  for (let ring = made.ringAt[feature]; ring < made.ringAt[feature + 1]; ring += 1) {
    let before = null;
    for (let i = made.vertexAt[ring]; i < made.vertexAt[ring + 1]; i += 1) {
      const place = L.point(made.places[2 * i], made.places[2 * i + 1]);
      const from = made.kind[feature] === 1 && before ? before : place;
      if (L.LineUtil.pointToSegmentDistance(point, from, place) <= reach) { return true; }
      before = place;
    }
  }
  return false;
}

function nameOf(entry, feature) {
  if (entry.counts) { return word("cellHolds", fixed(entry.counts[feature], 0)); }
  if (!entry.names) { entry.names = namesOf(entry.row); }
  return entry.names[feature];
}
