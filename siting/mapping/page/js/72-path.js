// What stands beside the verdicts: the nearest feature, bands, what blocks alone, the way out.
function nearLine(verdict) {
  if (!verdict.near || (verdict.findings || []).length) { return null; }
  const distance = verdict.status === "near" ? "" : word("near") + " " + distanceText(verdict.distance) + " ";
  return make("p", "near", [distance, say(verdict.near[0]), " ", make("bdi", "", verdict.near[1]), " ",
    make("small", "", make("bdi", "", verdict.near[2]))]);
}

function bandLine(band) {
  if (!band) { return null; }
  return make("small", "band", [word("band", metresText(band[0]), fixed(band[1], 2), fixed(band[2], 2)), " ",
    make("span", "badge mark", word(band[3] ? "certain" : "possible"))]);
}

function pathSection(line) {
  const parts = [];
  if (line.path.length) {
    parts.push(make("h3", "", word("path")), make("ol", "path", line.path.map(stepLine)));
    if (line.incomplete) { parts.push(make("p", "hint", word("checkAgain"))); }
  }
  if (line.lifts.length) {
    parts.push(make("p", "hint", word("lifts")), make("ul", "lifts", line.lifts.map(liftLine)));
  }
  return parts.length ? make("section", "", parts) : null;
}

// One thing to do, with the offices and papers of all rules that it settles.
function stepLine(step) {
  const routes = step.codes.map(function (code) { return lookUp(page.data.rules, code).route; }).filter(Boolean);
  const texts = once(routes.map(function (route) { return say(route.text); }));
  const offices = once(routes.map(function (route) { return say(route.office); }));
  const papers = once([].concat.apply([], routes.map(function (route) { return route.papers; })));
  const said = [texts.join("；"), offices.length ? label("office") + offices.join("、") : "",
    papers.length ? label("papers") + papers.join("、") : "",
    step.settles.length ? label("settles") + step.settles.map(ruleTitle).join("、") : ""].filter(Boolean);
  return make("li", "", [make("b", "", word(step.way)), " ", step.codes.map(ruleTitle).join("、"),
    step.area > 0 ? " · " + hectaresText(step.area) : "",
    step.area > 0 && step.leaves !== null ? "，" + word("leaves", hectaresText(step.leaves)) : "",
    make("p", "route", said.join("；"))]);
}

function liftLine(lift) {
  const name = lift.code ? ruleTitle(lift.code) : label("layer") + say(lift.layer);
  return make("li", "", [name, " ", hectaresText(lift.freed), " ",
    lift.sole ? make("span", "badge mark", word("sole")) : null]);
}

function once(texts) {
  return texts.filter(function (text, place) { return text && texts.indexOf(text) === place; });
}
