// Tips beside the pointer stay within the map: at its edge Leaflet lets them be cut.
const TIP_MARGIN_PX = 3;
const placeTip = L.Tooltip.prototype._setPosition;

L.Tooltip.include({
  _setPosition: function (position) {
    placeTip.call(this, position);
    const tip = this._container.getBoundingClientRect();
    const frame = this._map.getContainer().getBoundingClientRect();
    const shift = L.point(inwards(tip.left, tip.right, frame.left, frame.right), inwards(tip.top, tip.bottom, frame.top, frame.bottom));
    if (shift.x || shift.y) { L.DomUtil.setPosition(this._container, L.DomUtil.getPosition(this._container).add(shift)); }
  },
});

// How far a stretch must move to lie within another; its beginning matters more than its end.
function inwards(low, high, from, to) {
  const back = Math.min(0, to - TIP_MARGIN_PX - high);
  return Math.round(Math.max(back, from + TIP_MARGIN_PX - low));
}
