// Corrected red lines of the chosen one: in words, and laid over the present one on demand.
function repairSection(line) {
  const found = lookUp(page.data.repairs, line.id);
  if (!found.list) { return null; }
  const parts = [make("h3", "", word("repairs"))];
  found.list.forEach(function (repair) { parts.push(repairCard(repair)); });
  if (found.fewer) { parts.push(make("p", "hint", say(found.fewer))); }
  return make("section", "", parts);
}

function repairCard(repair) {
  const head = make("h4", "", [make("span", "rank mended", repairName(repair)), " ",
    make("b", "row-size", hectaresText(repair.area))]);
  if (repair.shape) {
    const before = button("small lay", word("seeRepair"), function () { toggleRepair(repair, before); });
    before.setAttribute("aria-pressed", "false");
    head.appendChild(before);
  }
  const facts = [word("lost") + " " + fixed(repair.lost, 0) + " m²", word("gained") + " " + fixed(repair.gained, 0) + " m²",
    word("leastWidth", metresText(repair.width)),
    frontageText(repair.front),
    repair.takes ? word("takesParcels", repair.takes) : "",
    repair.street ? word("takesStreets", fixed(repair.street, 0)) : "",
    repair.shape ? "" : word("siteWithheld")].filter(Boolean);
  return make("article", "site", [head, make("p", "message", say(repair.says)), make("p", "", facts.join(" · ")),
    remainingCodes(repair.remains), codes("introduces", repair.introduces), codes("notChecked", repair.notChecked)]);
}

// Before: the chosen red line as it is drawn. After: the repair over it, one at a time.
function toggleRepair(repair, before) {
  const isShown = before.getAttribute("aria-pressed") === "true";
  Array.prototype.forEach.call(document.querySelectorAll("#details .lay"), function (other) {
    other.setAttribute("aria-pressed", String(other === before && !isShown));
  });
  if (isShown) { clearRepair(); } else { drawRepair(repair); }
}

function clearRepair() {
  const selection = drawn.selection;
  if (selection.repair) { selection.group.removeLayer(selection.repair); }
  selection.repair = null;
}

function drawRepair(repair) {
  const selection = drawn.selection;
  clearRepair();
  selection.repair = shapeLayer(repair.shape, {
    pane: "chosen", color: REPAIR_COLOUR, weight: 2.6, dashArray: "8 3", fill: true, fillColor: REPAIR_COLOUR, fillOpacity: 0.16,
  });
  selection.group.addLayer(selection.repair);
  const bounds = selection.repair.getBounds();
  if (selection.line) { bounds.extend(selection.line); }
  zoomTo(bounds, 18);
}
