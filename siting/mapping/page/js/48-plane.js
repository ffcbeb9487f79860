// Degrees to metres of the working CRS: polynomials that came with the data (plane.py).
function planePowers(value, degree) {
  const powers = [1];
  for (let i = 1; i <= degree; i += 1) { powers.push(powers[i - 1] * value); }
  return powers;
}

// [easting, northing] in metres; null beyond where the polynomials hold.
function planeOf(latlng) {
  const plane = page.data.plane;
  if (!plane) { return null; }
  const u = (latlng.lng - plane.centre[0]) / plane.reach[0];
  const v = (latlng.lat - plane.centre[1]) / plane.reach[1];
  if (Math.abs(u) > 1 || Math.abs(v) > 1) { return null; }
  const us = planePowers(u, plane.degree);
  const vs = planePowers(v, plane.degree);
  let east = 0;
  let north = 0;
  let term = 0;
  us.forEach(function (power, i) {
    for (let j = 0; j <= plane.degree - i; j += 1) {
      east += plane.east[term] * power * vs[j];
      north += plane.north[term] * power * vs[j];
      term += 1;
    }
  });
  return [east, north];
}

function planeDistance(from, to) {
  return Math.sqrt(Math.pow(to[0] - from[0], 2) + Math.pow(to[1] - from[1], 2));
}

// Metres of ground beneath a stretch of pixels through the centre of the map.
function metresAcross(pixels) {
  const map = page.map;
  const centre = map.getSize().divideBy(2);
  const ends = [-pixels / 2, pixels / 2].map(function (shift) {
    return map.containerPointToLatLng(centre.add([shift, 0]));
  });
  const places = ends.map(planeOf);
  return places[0] && places[1] ? planeDistance(places[0], places[1]) : map.distance(ends[0], ends[1]);
}

// Leaflet's scale bar measures on a sphere, 0.1 to 0.3 % off; this one in the working CRS.
const PlaneScale = L.Control.Scale.extend({
  _update: function () {
    this._updateScales(metresAcross(this.options.maxWidth));
    const note = label("scale") + (this._mScale.textContent || "") + " (" + word("trueScale") + ")";
    this._mScale.title = note;
  },
});

//: A pixel of a printed page is 1/96 inch.
const PIXEL_M = 0.0254 / 96;

// "1 : 25,000": of the printed page, to two digits, for the paper may be scaled by the printer.
function scaleRatio() {
  const ratio = metresAcross(100) / (100 * PIXEL_M);
  const step = Math.pow(10, Math.floor(Math.log(ratio) / Math.LN10) - 1);
  return "1 : " + fixed(Math.round(ratio / step) * step, 0);
}
