// Hatches: painted on a small tile, repeated by the canvas. Colour never stands alone.
// TILE, DOTS and STROKES come from siting/mapping/hatches.py (see frame.py).
const tiles = {};

function paintTile(context, hatch, colour, width) {
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = width;
  if (hatch === "dots") {
    DOTS.forEach(function (at) {
      context.beginPath();
      context.arc(at[0], at[1], width, 0, Math.PI * 2);
      context.fill();
    });
    return;
  }
  context.beginPath();
  (STROKES[hatch] || []).forEach(function (stroke) {
    context.moveTo(stroke[0], stroke[1]);
    context.lineTo(stroke[2], stroke[3]);
  });
  context.stroke();
}

// The pattern of a hatch; tiles are painted at twice the size for sharp screens.
function patternOf(context, hatch, colour, width) {
  const name = hatch + colour + width;
  if (!tiles[name]) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = TILE * 2;
    const painter = tile.getContext("2d");
    painter.scale(2, 2);
    paintTile(painter, hatch, colour, width);
    tiles[name] = tile;
  }
  const pattern = context.createPattern(tiles[name], "repeat");
  if (pattern.setTransform && window.DOMMatrix) {
    pattern.setTransform(new window.DOMMatrix([0.5, 0, 0, 0.5, 0, 0]));
  }
  return pattern;
}

// Leaflet's canvas with three things more: hatched fills, symbols other than circles, and it is
// drawn anew only when the view leaves what is drawn: its pane moves along with the map.
const HatchCanvas = L.Canvas.extend({
  _initContainer: function () {
    this._drawn = null;
    L.Canvas.prototype._initContainer.call(this);
  },
  _update: function () {
    if (this._map._animatingZoom && this._bounds || this._holdsTheView()) { return; }
    L.Canvas.prototype._update.call(this);
    this._drawn = { origin: this._map.getPixelOrigin(), size: this._map.getSize() };
  },
  // Any zoom, and any jump, counts pixels from another origin.
  _holdsTheView: function () {
    const size = this._map.getSize();
    const corner = this._map.containerPointToLayerPoint([0, 0]);
    return Boolean(this._drawn) && this._drawn.origin.equals(this._map.getPixelOrigin())
      && this._drawn.size.equals(size) && this._bounds.contains(L.bounds(corner, corner.add(size)));
  },
  _fillStroke: function (context, layer) {
    const options = layer.options;
    if (options.hatch && STROKES[options.hatch] || options.hatch === "dots") {
      this._wash(context, options);
      context.globalAlpha = options.hatchOpacity || 1;
      context.fillStyle = patternOf(context, options.hatch, options.color, options.hatchWidth || 1);
      context.fill("evenodd");
      this._line(context, options);
      return;
    }
    L.Canvas.prototype._fillStroke.call(this, context, layer);
  },
  _wash: function (context, options) {
    if (!options.fill || !options.fillOpacity) { return; }
    context.globalAlpha = options.fillOpacity;
    context.fillStyle = options.fillColor || options.color;
    context.fill("evenodd");
  },
  _line: function (context, options) {
    if (!options.stroke || !options.weight) { return; }
    if (context.setLineDash) { context.setLineDash(options._dashArray || []); }
    context.globalAlpha = options.opacity;
    context.lineWidth = options.weight;
    context.strokeStyle = options.color;
    context.lineCap = options.lineCap;
    context.lineJoin = options.lineJoin;
    context.stroke();
  },
  _updateCircle: function (layer) {
    const symbol = layer.options.symbol;
    if (!this._drawing || layer._empty()) { return; }
    if (!symbol || symbol === "circle") {
      L.Canvas.prototype._updateCircle.call(this, layer);
    } else {
      symbolPath(this._ctx, symbol, layer._point.x, layer._point.y, Math.max(layer._radius, 1));
      this._fillStroke(this._ctx, layer);
    }
    if (layer.options.label) { this._label(this._ctx, layer); }
  },
  // A number in its symbol.
  _label: function (context, layer) {
    const text = layer.options.label;
    const size = layer._radius * (text.length > 2 ? 1.0 : 1.25);
    context.globalAlpha = 1;
    context.fillStyle = layer.options.color;
    context.font = "bold " + size + "px sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, layer._point.x, layer._point.y + 0.5);
  },
});

const CORNERS = {
  diamond: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
  square: [[-0.95, -0.95], [0.95, -0.95], [0.95, 0.95], [-0.95, 0.95]],
  triangle: [[0, -1.25], [1.15, 0.85], [-1.15, 0.85]],
  hexagon: [[-1.15, 0], [-0.58, -1], [0.58, -1], [1.15, 0], [0.58, 1], [-0.58, 1]],
  cross: [[-1, -0.6], [-0.6, -1], [0, -0.4], [0.6, -1], [1, -0.6], [0.4, 0], [1, 0.6], [0.6, 1], [0, 0.4], [-0.6, 1],
    [-1, 0.6], [-0.4, 0]],
};

function symbolPath(context, symbol, x, y, radius) {
  context.beginPath();
  if (!CORNERS[symbol]) {
    context.arc(x, y, radius, 0, Math.PI * 2);
    return;
  }
  CORNERS[symbol].forEach(function (corner, i) {
    const px = x + corner[0] * radius;
    const py = y + corner[1] * radius;
    if (i === 0) { context.moveTo(px, py); } else { context.lineTo(px, py); }
  });
  context.closePath();
}

function picture(width, height) {
  const canvas = make("canvas", "swatch", null);
  canvas.width = width * 2;
  canvas.height = height * 2;
  canvas.setAttribute("aria-hidden", "true");
  canvas.style.width = width + "px";
  canvas.style.height = height + "px";
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  return { canvas: canvas, context: context };
}

// The swatch of a constraint, as the map hatches it.
function swatch(colour, hatch, options) {
  const dash = hatch === "outline" ? [6, 2, 2, 2] : options && options.dash;
  const made = picture(26, 15);
  const context = made.context;
  context.globalAlpha = 0.14;
  context.fillStyle = colour;
  context.fillRect(0, 0, 26, 15);
  context.globalAlpha = 1;
  if (STROKES[hatch] || hatch === "dots") {
    context.fillStyle = patternOf(context, hatch, colour, 1.3);
    context.fillRect(0, 0, 26, 15);
  }
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  if (dash) { context.setLineDash(dash); }
  context.strokeRect(0.75, 0.75, 24.5, 13.5);
  return made.canvas;
}

function lineSwatch(colour, width, dash) {
  const made = picture(26, 15);
  made.context.strokeStyle = colour;
  made.context.lineWidth = width;
  if (dash) { made.context.setLineDash(dash); }
  made.context.beginPath();
  made.context.moveTo(1, 7.5);
  made.context.lineTo(25, 7.5);
  made.context.stroke();
  return made.canvas;
}

function symbolSwatch(look) {
  const made = picture(18, 15);
  symbolPath(made.context, look.symbol, 9, 7.5, 5);
  made.context.fillStyle = look.fill;
  made.context.fill();
  made.context.strokeStyle = look.colour;
  made.context.lineWidth = 1.5;
  made.context.stroke();
  return made.canvas;
}
