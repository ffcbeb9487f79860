// Packed numbers (siting/mapping/packing.py): SIGNS come from there, five bits to a sign.
const DIGIT_OF = new Uint8Array(128);
for (let i = 0; i < SIGNS.length; i += 1) { DIGIT_OF[SIGNS.charCodeAt(i)] = i; }

// Reads the numbers of a text one by one.
function Reader(text) {
  this.text = text;
  this.at = 0;
}

Reader.prototype.next = function () {
  let value = 0;
  let shift = 0;
  let digit = 0;
  do {
    digit = DIGIT_OF[this.text.charCodeAt(this.at)];
    this.at += 1;
    value |= (digit & 31) << shift;
    shift += 5;
  } while (digit & 32);
  return value >>> 0;
};

// A step may be negative: 2n stands for n, 2n - 1 for -n.
Reader.prototype.step = function () {
  const value = this.next();
  return (value >>> 1) ^ -(value & 1);
};

Reader.prototype.isOver = function () {
  return this.at >= this.text.length;
};

function unpack(text) {
  const reader = new Reader(text);
  const points = [];
  let east = 0;
  let north = 0;
  while (!reader.isOver()) {
    east += reader.step();
    north += reader.step();
    points.push([north / UNITS_PER_DEGREE, east / UNITS_PER_DEGREE]);
  }
  return points;
}

// A background layer as typed arrays: kinds and boxes of features, places in units of the map.
function unpackLayer(row) {
  const reader = new Reader(row.packed);
  const features = row.size[0];
  const made = {
    count: features, kind: new Uint8Array(features), ringAt: new Uint32Array(features + 1),
    vertexAt: new Uint32Array(row.size[1] + 1), places: new Int32Array(2 * row.size[2]), boxes: new Int32Array(4 * features),
  };
  let first = [0, 0];
  let ring = 0;
  let vertex = 0;
  for (let feature = 0; feature < features; feature += 1) {
    const head = reader.next();
    made.kind[feature] = head & 3;
    for (let left = head >>> 2; left > 0; left -= 1) {
      const size = reader.next();
      const end = vertex + (size >>> 1);
      if (size & 1) { unpackShared(reader, made.places, vertex, end, first); } else { unpackSteps(reader, made.places, vertex, end, first); }
      first = [made.places[2 * vertex], made.places[2 * vertex + 1]];
      ring += 1;
      vertex = end;
      made.vertexAt[ring] = end;
    }
    made.ringAt[feature + 1] = ring;
    boxOf(made, feature);
  }
  made.grid = gridOf(made);
  return made;
}

function unpackSteps(reader, places, start, end, from) {
  let east = from[0];
  let north = from[1];
  for (let i = start; i < end; i += 1) {
    east += reader.step();
    north += reader.step();
    places[2 * i] = east;
    places[2 * i + 1] = north;
  }
}

// Steps, then vertices of earlier rings backwards, and so on in turn (siting/mapping/sharing.py).
function unpackShared(reader, places, start, end, from) {
  let last = from;
  for (let i = start; i < end;) {
    const told = i + reader.next();
    unpackSteps(reader, places, i, told, last);
    i = told;
    if (i < end) {
      let original = i - reader.next();
      for (let left = reader.next(); left > 0; left -= 1) {
        places[2 * i] = places[2 * original];
        places[2 * i + 1] = places[2 * original + 1];
        i += 1;
        original -= 1;
      }
      last = [places[2 * i - 2], places[2 * i - 1]];
    }
  }
}

function boxOf(made, feature) {
  const places = made.places;
  const end = made.vertexAt[made.ringAt[feature + 1]];
  let west = 2147483647, south = west, east = -west, north = -west;
  for (let i = made.vertexAt[made.ringAt[feature]]; i < end; i += 1) {
    const x = places[2 * i];
    const y = places[2 * i + 1];
    if (x < west) { west = x; }
    if (x > east) { east = x; }
    if (y < south) { south = y; }
    if (y > north) { north = y; }
  }
  made.boxes.set([west, south, east, north], 4 * feature);
}

// The name of each feature, built when it is first asked for.
function namesOf(row) {
  const shared = new Reader(row.shared);
  let before = "";
  const names = row.names.map(function (end) {
    before = before.slice(0, shared.next()) + end;
    return before;
  });
  if (!row.of) { return names; }
  const steps = new Reader(row.of);
  const found = [];
  for (let at = 0; !steps.isOver();) {
    at += steps.step();
    found.push(names[at]);
  }
  return found;
}

const GRID_SIDE_MOST = 256;

// An index of boxes: which features meet each of the squares that the layer's box is cut into.
function gridOf(made) {
  const grid = { west: 0, south: 0, cell: 1, columns: 1, rows: 1, seen: new Uint32Array(made.count), turn: 0 };
  let east = 1, north = 1;
  for (let i = 0; i < made.count; i += 1) {
    const box = made.boxes.subarray(4 * i, 4 * i + 4);
    if (i === 0 || box[0] < grid.west) { grid.west = box[0]; }
    if (i === 0 || box[1] < grid.south) { grid.south = box[1]; }
    if (i === 0 || box[2] > east) { east = box[2]; }
    if (i === 0 || box[3] > north) { north = box[3]; }
  }
  const side = Math.max(1, Math.min(GRID_SIDE_MOST, Math.ceil(Math.sqrt(made.count / 2))));
  grid.cell = Math.max(1, Math.ceil((Math.max(east - grid.west, north - grid.south) + 1) / side));
  grid.columns = Math.floor((east - grid.west) / grid.cell) + 1;
  grid.rows = Math.floor((north - grid.south) / grid.cell) + 1;
  const counts = new Uint32Array(grid.columns * grid.rows + 1);
  eachCell(grid, made, function (cell) { counts[cell + 1] += 1; });
  for (let i = 1; i < counts.length; i += 1) { counts[i] += counts[i - 1]; }
  grid.from = counts.slice();
  grid.features = new Uint32Array(counts[counts.length - 1]);
  eachCell(grid, made, function (cell, feature) {
    grid.features[counts[cell]] = feature;
    counts[cell] += 1;
  });
  return grid;
}

function eachCell(grid, made, tell) {
  for (let i = 0; i < made.count; i += 1) {
    cellsIn(grid, made.boxes.subarray(4 * i, 4 * i + 4), function (cell) { tell(cell, i); });
  }
}

function cellsIn(grid, box, tell) {
  const left = Math.max(0, Math.floor((box[0] - grid.west) / grid.cell));
  const right = Math.min(grid.columns - 1, Math.floor((box[2] - grid.west) / grid.cell));
  const low = Math.max(0, Math.floor((box[1] - grid.south) / grid.cell));
  const high = Math.min(grid.rows - 1, Math.floor((box[3] - grid.south) / grid.cell));
  for (let row = low; row <= high; row += 1) {
    for (let column = left; column <= right; column += 1) { tell(row * grid.columns + column); }
  }
}

// Features whose box meets `box`, each once, in their order.
function featuresIn(made, box) {
  const grid = made.grid;
  const boxes = made.boxes;
  const found = [];
  grid.turn += 1;
  cellsIn(grid, box, function (cell) {
    for (let i = grid.from[cell]; i < grid.from[cell + 1]; i += 1) {
      const feature = grid.features[i];
      const at = 4 * feature;
      if (grid.seen[feature] === grid.turn) { continue; }
      grid.seen[feature] = grid.turn;
      if (boxes[at] <= box[2] && boxes[at + 2] >= box[0] && boxes[at + 1] <= box[3] && boxes[at + 3] >= box[1]) {
        found.push(feature);
      }
    }
  });
  return found.sort(function (one, other) { return one - other; });
}
