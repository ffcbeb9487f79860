// Five questions that whoever opens the page asks first, each answered in a line; unfolded, in full.
const BRIEF_NAMED = 3;

function briefItems(test) {
  return page.items.filter(test);
}

function isBlocked(item) {
  return item.outcome === "conflict" || item.outcome === "review";
}

function verdictsOf(item, statuses) {
  return (item.line ? item.line.verdicts : []).filter(function (verdict) { return statuses.indexOf(verdict.status) >= 0; });
}

// Names with how many items each has, most first: "A 3, B 1 and 2 more".
function tally(groups) {
  const names = Object.keys(groups).sort(function (one, other) {
    return groups[other].length - groups[one].length || (one < other ? -1 : 1);
  });
  const named = names.slice(0, BRIEF_NAMED).map(function (name) { return name.slice(2) + " " + groups[name].length; });
  const more = names.length > BRIEF_NAMED ? [word("andMore", names.length - BRIEF_NAMED)] : [];
  return punctuated(named.concat(more).join("、"));
}

// Keys are prefixed: a rule may be called "constructor".
function grouping() {
  const groups = {};
  return {
    groups: groups,
    add: function (name, item) {
      const key = "g:" + name;
      if (!groups[key]) { groups[key] = []; }
      if (groups[key].indexOf(item) < 0) { groups[key].push(item); }
    },
  };
}

function itemLink(item) {
  return button("link", [make("bdi", "", item.id), " ", make("bdi", "", projectOf(item).name || "")], function () { select(item.key); });
}

function itemLinks(items) {
  return make("span", "links", items.map(itemLink));
}

// What a red line breaks, with the names of what it meets or, where no land is met, what is wrong.
function brokenText(verdict) {
  const findings = (verdict.findings || []).map(function (id) { return lookUp(page.data.findings, id); });
  const met = once(findings.map(function (finding) { return finding.isRival ? finding.feature : finding.name; }));
  const wrong = verdict.area > 0 ? met : once(findings.map(function (finding) { return say(finding.message); }));
  const more = wrong.length > BRIEF_NAMED ? " " + word("andMore", wrong.length - BRIEF_NAMED) : "";
  return ruleTitle(verdict.code) + (verdict.area > 0 ? " " + hectaresText(verdict.area) : "")
    + (wrong.length ? word("inBrackets", wrong.slice(0, BRIEF_NAMED).join("、") + more) : "");
}

function whatTexts(item) {
  const broken = verdictsOf(item, ["conflict", "exception_may_apply"]).map(brokenText);
  const gaps = verdictsOf(item, ["not_checked"]).length;
  return broken.concat(gaps ? [word("uncheckedCount", gaps)] : []);
}

function lines(texts) {
  return make("span", "lines", texts.map(function (text) { return make("span", "line", punctuated(text)); }));
}

function briefBlocked() {
  const items = briefItems(isBlocked);
  const rules = grouping();
  items.forEach(function (item) {
    verdictsOf(item, ["conflict", "exception_may_apply"]).forEach(function (verdict) { rules.add(ruleTitle(verdict.code), item); });
  });
  const count = function (outcome) { return items.filter(function (item) { return item.outcome === outcome; }).length; };
  return {
    key: "briefBlocked", count: items.length,
    says: items.length ? word("briefBlockedSays", count("conflict"), count("review"), tally(rules.groups)) : word("briefNoneBlocked"),
    rows: function () {
      return [[word("project"), word("what")], items.map(function (item) {
        return [make("span", "", [make("span", "badge " + item.outcome, word(item.outcome)), " ", itemLink(item)]), lines(whatTexts(item))];
      })];
    },
  };
}

// One item per project: red lines of one project share their sites.
function oncePerProject(items) {
  const seen = {};
  return items.filter(function (item) {
    const isNew = !seen["p:" + item.projectId];
    seen["p:" + item.projectId] = true;
    return isNew;
  });
}

function repairsOf(item) {
  return item.line ? lookUp(page.data.repairs, item.id) : null;
}

function hasRepair(item) {
  const found = repairsOf(item);
  return Boolean(found && found.list && found.list.length);
}

function isSearched(item) {
  const search = lookUp(page.data.searches, item.projectId);
  return Boolean(search.sites) && !search.chainage.length;
}

function briefOffered() {
  const own = page.items.filter(function (item) { return item.outcome !== "guest"; });
  const searched = oncePerProject(own.filter(isSearched));
  const sited = searched.filter(function (item) { return sitesOf(item).length > 0; });
  const mended = own.filter(hasRepair);
  const parts = [word("briefOfferedSays", sited.length)];
  if (mended.length) { parts.push(word("briefRepairsSay", mended.length)); }
  if (hasPlan()) { parts.push(word("briefPlanned", countPlanned("placed"), countPlanned("unplaced"))); }
  if (searched.length > sited.length) { parts.push(word("briefNoOffer", searched.length - sited.length)); }
  const asked = own.filter(function (item) { return isBlocked(item) || isSearched(item) || hasRepair(item) || planState(item); });
  return {
    key: "briefOffered", count: sited.length, says: punctuated(parts.join("；")),
    rows: function () {
      return [[word("project"), word("advice")], asked.map(function (item) {
        const offers = otherOffers(item);
        return [itemLink(item), make("span", "", [punctuated(advice(item).text),
          offers ? make("small", "", punctuated(label("offersBelow") + offers)) : null])];
      })];
    },
  };
}

// What was not checked and why, once for all rules and red lines of one cause.
function gapRows(items) {
  const causes = grouping();
  const rules = {};
  items.forEach(function (item) {
    item.line.verdicts.forEach(function (verdict) {
      (verdict.gaps || (verdict.status === "not_checked" ? [["", ""]] : [])).forEach(function (gap) {
        const cause = half(say(gap));
        causes.add(cause, item);
        rules["c:" + cause] = (rules["c:" + cause] || []).concat(ruleTitle(verdict.code));
      });
    });
  });
  return Object.keys(causes.groups).map(function (key) {
    const titles = once(rules["c:" + key.slice(2)]);
    const named = titles.slice(0, BRIEF_NAMED).join("、") + (titles.length > BRIEF_NAMED ? " " + word("andMore", titles.length - BRIEF_NAMED) : "");
    return [make("span", "", [punctuated(named), make("small", "", key.slice(2))]), itemLinks(causes.groups[key])];
  });
}

function linesOrAll(items) {
  return items.length > 1 && items.length === page.data.redLines.length ? word("everyLine", items.length) : itemLinks(items);
}

function unreadRow(input) {
  const about = [input.authority, input.problems.map(half).join("; ")].filter(Boolean).join(" · ");
  return [make("span", "", [say(input.title), " ", make("span", "bad", word(input.status)), make("small", "", about)]), word("asBelow")];
}

function unverifiedRow() {
  const rules = Object.keys(page.data.rules).filter(function (code) { return ["M", "L"].indexOf(page.data.rules[code].certainty) >= 0; });
  if (!rules.length) { return []; }
  return [[make("span", "", [word("unverified", rules.length), make("small", "", punctuated(rules.map(ruleTitle).join("、")))]), word("everyProject")]];
}

function briefUnchecked() {
  const layers = page.data.inputs.filter(function (input) { return input.status !== "passed"; });
  const incomplete = briefItems(function (item) { return item.isIncomplete; });
  const consults = grouping();
  page.items.forEach(function (item) {
    verdictsOf(item, ["consult"]).forEach(function (verdict) { consults.add(ruleTitle(verdict.code), item); });
  });
  const matters = Object.keys(consults.groups).length + page.data.offMap.length;
  const lineless = briefItems(function (item) { return item.outcome === "none"; });
  const parts = [
    layers.length ? word("briefLayers", layers.length) : "",
    incomplete.length ? word("briefIncomplete", incomplete.length) : "",
    lineless.length ? word("briefNoLine", lineless.length) : "",
    page.data.refused ? word("briefRefused", page.data.refused) : "",
    matters ? word("briefOffMap", matters) : "",
  ].filter(Boolean);
  const allChecked = page.data.redLines.length ? word("briefAllChecked") : word("briefNoLines");
  return {
    key: "briefUnchecked", count: incomplete.length + lineless.length + (page.data.refused || 0),
    says: parts.length ? punctuated(parts.join("；")) : allChecked,
    rows: function () {
      return [[word("what"), word("project")], layers.map(unreadRow).concat(
        page.data.refused ? [[make("span", "bad", word("briefRefused", page.data.refused)), ""]] : [],
        gapRows(incomplete),
        lineless.length ? [[word("noLineAtAll"), itemLinks(lineless)]] : [],
        Object.keys(consults.groups).sort().map(function (name) {
          return [make("span", "", [name.slice(2), make("small", "", word("neverDrawn"))]), linesOrAll(consults.groups[name])];
        }),
        page.data.offMap.map(function (matter) { return [say(matter.title), word("everyProject")]; }), unverifiedRow())];
    },
  };
}

function briefAsk() {
  const offices = grouping();
  const needed = grouping();
  const matters = grouping();
  page.items.forEach(function (item) {
    verdictsOf(item, ["conflict", "exception_may_apply", "consult"]).forEach(function (verdict) {
      routesOf(verdict).forEach(function (route) {
        const office = say(route.office) || (route.way === "ask_authority" ? word("unknownOffice") : "");
        if (!office) { return; }
        offices.add(office, item);
        if (verdict.status === "consult" || !leavesLine(item)) { needed.add(office, item); }
        matters.add(office, ruleTitle(verdict.code));
      });
    });
    if (item.line && item.line.path.some(function (step) { return step.way === "fix_data"; })) {
      [offices, needed].forEach(function (group) { group.add(word("dataOwner"), item); });
      matters.add(word("dataOwner"), word("fix_data"));
    }
  });
  page.data.inputs.forEach(function (input) {
    if (input.status !== "passed" && input.authority) { matters.add(input.authority, word("layerToMend", say(input.title))); }
  });
  page.data.offMap.forEach(function (matter) { matters.add(say(matter.office) || word("unknownOffice"), say(matter.title)); });
  const count = function (name) { return (offices.groups[name] || []).length; };
  const names = Object.keys(matters.groups).sort(function (one, other) { return count(other) - count(one) || (one < other ? -1 : 1); });
  const named = names.slice(0, BRIEF_NAMED).map(function (name) { return name.slice(2) + (count(name) ? " " + count(name) : ""); });
  const more = names.length > BRIEF_NAMED ? [word("andMore", names.length - BRIEF_NAMED)] : [];
  return {
    key: "briefAsk", count: names.length,
    says: names.length ? punctuated(named.concat(more).join("、")) : word("briefNobody"),
    rows: function () {
      return [[word("office"), word("matter"), word("project")], names.map(function (name) {
        const items = offices.groups[name];
        return [name.slice(2), punctuated(matters.groups[name].join("、")), items ? askedLines(items, needed.groups[name] || []) : word("everyProject")];
      })];
    },
  };
}

// Those that the plan moves ask only where their red line stays after all.
function askedLines(items, needed) {
  const rest = items.filter(function (item) { return needed.indexOf(item) < 0; });
  return make("span", "", [needed.length ? linesOrAll(needed) : null,
    rest.length ? make("span", "", [make("small", "", label("ifKept")), itemLinks(rest)]) : null]);
}

// The routes of a verdict's findings where they bear their own, else the rule's.
function routesOf(verdict) {
  const own = (verdict.findings || []).map(function (id) { return lookUp(page.data.findings, id).route; }).filter(Boolean);
  const route = lookUp(page.data.rules, verdict.code).route;
  return own.length ? own : route ? [route] : [];
}

function nextCell(item) {
  const other = otherWay(item);
  return make("span", "", [punctuated(advice(item).text), other ? make("small", "", punctuated(label("otherWay") + other)) : null,
    item.isIncomplete && (planState(item) || item.line.path.length) ? make("small", "", punctuated(fillText(item))) : null]);
}

// Offices that every red line asks stand once.
function officesOfAll() {
  const every = briefItems(function (item) { return item.line; }).map(officesOf);
  if (every.length < 2) { return []; }
  return every[0].filter(function (office) { return every.every(function (offices) { return offices.indexOf(office) >= 0; }); });
}

// Guests share one line: there is nothing for the district to do about them but know.
function briefNext() {
  const steps = grouping();
  const own = briefItems(function (item) { return item.outcome !== "guest"; });
  const guests = briefItems(function (item) { return item.outcome === "guest"; });
  own.forEach(function (item) { steps.add(advice(item).step, item); });
  return {
    key: "briefNext", count: own.length, says: tally(steps.groups),
    rows: function () {
      const all = officesOfAll();
      const first = all.length ? [[word("everyLine", page.data.redLines.length), word("askOffMap"), punctuated(all.join("、"))]] : [];
      const rows = own.map(function (item) {
        const offices = item.line ? officesOf(item).filter(function (office) { return all.indexOf(office) < 0; }) : [];
        return [itemLink(item), nextCell(item), punctuated(offices.join("、"))];
      });
      const layers = page.data.inputs.filter(function (input) { return input.status !== "passed"; }).map(function (input) {
        return [word("layer") + " " + say(input.title), word("supplyLayer"), input.authority || ""];
      });
      return [[word("project"), word("step"), word("askFirst")], first.concat(layers, rows, guests.length ? [[word("guestCount", guests.length), nextCell(guests[0]), ""]] : [])];
    },
  };
}

function renderBrief() {
  const fold = byId("brief");
  const open = {};
  Array.prototype.forEach.call(fold.querySelectorAll(".ask"), function (ask) { open[ask.dataset.ask] = ask.open; });
  renderFold("brief", "brief", [briefBlocked(), briefOffered(), briefUnchecked(), briefAsk(), briefNext()].map(function (ask) {
    return askFold(ask, open[ask.key]);
  }));
}

// The full answer is made when it is first asked for: a city has thousands of rows.
function askFold(ask, isOpen) {
  const element = make("details", "ask", make("summary", "", [make("b", "", word(ask.key)), make("span", "", ask.says)]));
  element.dataset.ask = ask.key;
  const fillIn = function () {
    if (!element.open || element.querySelector("table")) { return; }
    const rows = ask.rows();
    element.appendChild(table("sums", rows[0], rows[1]));
  };
  element.addEventListener("toggle", fillIn);
  if (isOpen) { element.open = true; fillIn(); }
  return element;
}
