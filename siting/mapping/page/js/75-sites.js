// The alternatives: score bars whose parts add up, what each resolves, and the funnel if none.
// The twelfth criterion has the first one's colour again, with stripes; so on for each round.
const BAR_COLOURS = ["#0b4fb3", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#7a5c3a", "#d55e00", "#777777", "#0072b2", "#b0487f", "#2e8b3d"];

function siteSection(item) {
  const search = lookUp(page.data.searches, item.projectId);
  if (!search.sites) { return null; }
  const parts = [make("h3", "", word(search.chainage.length ? "chainage" : "sites"))];
  if (search.chainage.length) {
    parts.push(chainageTable(search));
  } else if (!search.sites.length) {
    parts.push(make("p", "bad", label("blocked") + say(search.blocked)));
  }
  if (search.note) { parts.push(make("p", "hint", say(search.note))); }
  search.sites.forEach(function (site, i) {
    if (site.mustAcquire && (i === 0 || !search.sites[i - 1].mustAcquire)) {
      parts.push(make("h4", "apart", word("mustAcquire")));
    }
    parts.push(siteCard(site, item, search.criteria));
  });
  if (search.spread) { parts.push(make("p", "hint", label("spread") + say(search.spread))); }
  if (search.nearest) { parts.push(nearestCard(search.nearest)); }
  if (search.funnel.length) { parts.push(funnelTable(search)); }
  return make("section", "", parts);
}

function chainageTable(search) {
  const rows = search.chainage.map(function (row) {
    return [districtText(row[0]), fixed(row[1], 0) + "–" + fixed(row[2], 0) + " m", fixed(row[3], 0) + " m",
      row[4] ? ruleTitle(row[4]) : word("corridor"), row[5] > 0 ? hectares(row[5]) : ""];
  });
  return table("sums", [word("district"), word("fromTo"), word("lengthColumn"), word("constraint"), word("hectares")], rows, [2, 4]);
}

function siteCard(site, item, titles) {
  if (site.elsewhere) {
    return make("article", "site", [make("h4", "", [make("span", "rank", String(site.rank)), " ",
      word("siteElsewhere"), make("b", "row-size", fixed(site.score, 1))]),
      make("p", "", districtText(site.district) + " · " + hectaresText(site.area))]);
  }
  const head = make("h4", "", [make("span", "rank", String(site.rank)), " ", make("bdi", "", site.id),
    make("b", "row-size", fixed(site.score, 1))]);
  if (site.shape) {
    head.appendChild(button("small", word("seeSites"), function () { zoomToSite(site.rank); }));
  }
  const facts = [districtText(site.district), hectaresText(site.area) + muText(site.area),
    distanceOf(site, item),
    site.width ? word("leastWidth", metresText(site.width)) : "",
    frontageText(site.frontage),
    site.shape ? "" : word("siteWithheld")].filter(Boolean);
  const owner = planOwner(item, site);
  return make("article", "site", [
    head, make("p", "", facts.join(" · ")), owner ? make("p", "", make("span", "badge review", word("plannedFor", owner))) : null,
    make("p", "message", say(site.why)),
    standingLines(site.standing), scoreBar(site, titles), codes("resolves", site.resolves), remainingCodes(site.remains), codes("notChecked", site.notChecked),
    attributeList(site.attributes),
  ]);
}

// Unknown without roads; none is said, for it counts.
function frontageText(metres) {
  if (metres === null || metres === undefined) { return ""; }
  return metres > 0 ? word("frontage", metresText(metres)) : word("noFrontage");
}

function distanceOf(site, item) {
  if (site.distance === null) { return ""; }
  if (!item.line) { return word("distanceFromPlace", metresText(site.distance)); }
  return site.distance < 0.05 ? word("adjoins") : word("distance", metresText(site.distance));
}

function zoomToSite(rank) {
  drawn.selection.sites.forEach(function (site) { if (site.rank === rank) { zoomTo(site.bounds, 18); } });
}

// What the project's own profile calls a criterion.
function criterionName(titles, name) {
  return say(Array.isArray(lookUp(titles, name)) ? lookUp(titles, name) : null) || name;
}

function shareText(share) {
  if (share > 0 && share < 0.01) { return "< 1 %"; }
  if (share > 0.99 && share < 1) { return "> 99 %"; }
  return fixed(100 * share, 0) + " %";
}

// How sure the place is, and why another stands before it; where sites elsewhere are not to be
// told, the shares alone.
function standingLines(standing) {
  if (!standing) { return null; }
  const shares = [standing.first > 0 ? word("firstUnder", shareText(standing.first))
    : word("keepsUnder", standing.rank, shareText(standing.keeps))];
  if (standing.top > 1 && standing.topShare > 0 && standing.topShare < 1) { shares.push(word("topUnder", standing.top, shareText(standing.topShare))); }
  const lines = [make("p", "", shares.map(function (text) { return make("span", "badge mark", text); }))];
  if (standing.behind) { lines.push(make("p", "", say(standing.behind))); }
  if (standing.says) { lines.push(make("p", "hint", say(standing.says))); }
  return make("div", "standing", lines);
}

// One bar out of 100 whose segments are the contributions, and the same as numbers with what
// each measure is worth.
function scoreBar(site, titles) {
  const bar = make("div", "bar", site.parts.map(function (part, i) {
    const segment = make("span", "", null);
    segment.style.width = Math.max(0, part[1]) + "%";
    colourPart(segment, i);
    segment.title = criterionName(titles, part[0]) + " " + fixed(part[1], 2);
    return segment;
  }));
  const rows = site.parts.map(function (part, i) {
    const dot = make("i", "", null);
    colourPart(dot, i);
    return [make("span", "", [dot, criterionName(titles, part[0])]), worthBar(part, i), fixed(part[1], 2)];
  });
  rows.push([word("sumLine"), "", fixed(site.score, 2)]);
  return make("div", "score", [bar, table("parts", [word("criterion"), word("worth"), word("points")], rows, [2])]);
}

function colourPart(element, i) {
  element.style.backgroundColor = BAR_COLOURS[i % BAR_COLOURS.length];
  if (i >= BAR_COLOURS.length) { element.classList.add("round-" + Math.floor(i / BAR_COLOURS.length) % 4); }
}

// What a measure is worth, 0 to 1: the length of the bar; of an unknown one nothing.
function worthBar(part, i) {
  if (part[2] === null) { return make("span", "unknown", word("unknown")); }
  if (part[3] === null) { return ""; }
  const filled = make("span", "", null);
  filled.style.width = 100 * part[3] + "%";
  colourPart(filled, i);
  return make("div", "worth", [make("div", "track", filled), make("span", "", fixed(part[3], 2))]);
}

function codes(key, list, tell) {
  if (!list || !list.length) { return null; }
  return make("p", "codes " + key, [make("b", "", word(key)), " "].concat(list.map(function (code) {
    return make("span", "badge mark", (tell || ruleTitle)(code));
  })));
}

// What a site still meets, apart from that a matter is to be asked about: nobody has found that it is met.
function remainingCodes(list, tell) {
  const isAsked = function (code) { return lookUp(page.data.rules, code).severity === "consult"; };
  const met = (list || []).filter(function (code) { return !isAsked(code); });
  return make("div", "", [codes("remains", met, tell), codes("stillAsk", (list || []).filter(isAsked), tell)]);
}

function attributeList(pairs) {
  if (!pairs.length) { return null; }
  return make("dl", "facts", pairs.reduce(function (all, pair) {
    const className = pair[1].length > 16 ? "wide" : "";
    return all.concat([make("dt", className, make("bdi", "", pair[0])), make("dd", className, make("bdi", "", pair[1]))]);
  }, []));
}

// The best infeasible site, with what stands in its way; of one elsewhere, the district alone.
function nearestCard(nearest) {
  if (nearest.elsewhere) {
    return make("article", "site", [make("h4", "", word("nearest")),
      make("p", "", word("siteElsewhere") + " · " + districtText(nearest.district))]);
  }
  return make("article", "site", [
    make("h4", "", [make("span", "", word("nearest")), " ", make("bdi", "", nearest.id)]),
    make("p", "", [districtText(nearest.district), hectaresText(nearest.area) + muText(nearest.area)].filter(Boolean).join(" · ")),
    make("p", "message", say(nearest.why)),
  ]);
}

function liftedText(step) {
  if (step[2] === null) { return "–"; }
  const count = grouped(String(step[2]));
  return step[3] ? word("atLeast", count) : count;
}

function funnelTable(search) {
  const rows = search.funnel.map(function (step) {
    return [say(step[0]), grouped(String(step[1])), liftedText(step)];
  });
  const fold = make("details", "quiet", make("summary", "", word("funnel")));
  fold.open = search.sites.length === 0;
  fold.appendChild(table("sums", [word("filter"), word("left"), word("ifLifted")], rows, [1, 2]));
  search.funnel.forEach(function (step) {
    step[4].forEach(function (eased) { fold.appendChild(make("p", "hint", say(step[0]) + " · " + say(eased))); });
  });
  return fold;
}
