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
      return [[word("project"), word("what")], items.map(function (item) { return [itemLink(item), whyText(item)]; })];
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

function briefOffered() {
  const searched = oncePerProject(page.items).filter(function (item) {
    const search = lookUp(page.data.searches, item.projectId);
    return search.sites && !search.chainage.length;
  });
  const sited = searched.filter(function (item) { return sitesOf(item).length > 0; });
  const mended = briefItems(hasRepair);
  const parts = [word("briefOfferedSays", sited.length)];
  if (mended.length) { parts.push(word("briefRepairsSay", mended.length)); }
  if (hasPlan()) { parts.push(word("briefPlanned", countPlanned("placed"), countPlanned("unplaced"))); }
  if (searched.length > sited.length) { parts.push(word("briefNoOffer", searched.length - sited.length)); }
  return {
    key: "briefOffered", count: sited.length, says: punctuated(parts.join("；")),
    rows: function () {
      return [[word("project"), word("firstSite")], searched.map(function (item) {
        return [itemLink(item), make("span", "", [firstSite(item), hasRepair(item) ? make("small", "", word("repairs")) : null,
          planState(item) ? make("small", "", label("plan") + plannedText(item)) : null])];
      })];
    },
  };
}

function plannedText(item) {
  const row = planRow(item.projectId);
  const site = planSite(row);
  if (planState(item) === "unplaced") { return word("unplaced"); }
  return site ? planKind(site) + " " + site.id : word("siteElsewhere");
}

function firstSite(item) {
  const search = lookUp(page.data.searches, item.projectId);
  const best = search.sites[0];
  if (!best) { return make("span", "bad", say(search.blocked) || say(search.note) || word("noSite")); }
  return (best.elsewhere ? "" : best.id + " · ") + districtText(best.district) + " · " + fixed(best.score, 1);
}

function briefUnchecked() {
  const layers = page.data.inputs.filter(function (input) { return input.status !== "passed"; });
  const rules = grouping();
  const incomplete = briefItems(function (item) { return item.isIncomplete; });
  incomplete.forEach(function (item) {
    verdictsOf(item, ["not_checked"]).forEach(function (verdict) { rules.add(ruleTitle(verdict.code), item); });
  });
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
      return [[word("what"), word("project")],
        layers.map(function (input) {
          return [make("span", "", [say(input.title), make("small", "bad", word(input.status))]), make("small", "", input.problems.join("; "))];
        }).concat(groupRows(rules.groups),
          lineless.length ? [[word("none"), itemLinks(lineless)]] : [],
          page.data.refused ? [[make("span", "bad", word("briefRefused", page.data.refused)), ""]] : [],
          groupRows(consults.groups), page.data.offMap.map(function (matter) { return [say(matter.title), word("everyProject")]; }))];
    },
  };
}

function groupRows(groups) {
  return Object.keys(groups).sort().map(function (name) { return [name.slice(2), itemLinks(groups[name])]; });
}

function briefAsk() {
  const offices = grouping();
  const broken = grouping();
  const matters = grouping();
  page.items.forEach(function (item) {
    verdictsOf(item, ["conflict", "exception_may_apply", "consult"]).forEach(function (verdict) {
      routesOf(verdict).forEach(function (route) {
        const office = say(route.office) || (route.way === "ask_authority" ? word("unknownOffice") : "");
        if (!office) { return; }
        offices.add(office, item);
        if (verdict.status !== "consult") { broken.add(office, item); }
        matters.add(office, ruleTitle(verdict.code));
      });
    });
  });
  page.data.offMap.forEach(function (matter) { matters.add(say(matter.office) || word("unknownOffice"), say(matter.title)); });
  const names = Object.keys(matters.groups).sort(function (one, other) {
    return (broken.groups[other] || []).length - (broken.groups[one] || []).length || (one < other ? -1 : 1);
  });
  const named = names.slice(0, BRIEF_NAMED).map(function (name) {
    return name.slice(2) + (broken.groups[name] ? " " + broken.groups[name].length : "");
  });
  const more = names.length > BRIEF_NAMED ? [word("andMore", names.length - BRIEF_NAMED)] : [];
  return {
    key: "briefAsk", count: names.length,
    says: names.length ? punctuated(named.concat(more).join("、")) : word("briefNobody"),
    rows: function () {
      return [[word("office"), word("matter"), word("project")], names.map(function (name) {
        const items = offices.groups[name];
        return [name.slice(2), punctuated(matters.groups[name].join("、")), items ? itemLinks(items) : word("everyProject")];
      })];
    },
  };
}

// The routes of a verdict's findings where they bear their own, else the rule's.
function routesOf(verdict) {
  const own = (verdict.findings || []).map(function (id) { return lookUp(page.data.findings, id).route; }).filter(Boolean);
  const route = lookUp(page.data.rules, verdict.code).route;
  return own.length ? own : route ? [route] : [];
}

function nextStep(item) {
  if (item.outcome === "guest") { return word("briefGuest"); }
  if (!item.line) { return word(sitesOf(item).length ? "briefChoose" : "briefWiden"); }
  if (item.line.path.length) { return word(item.line.path[0].way); }
  if (item.isIncomplete) { return word("briefFill"); }
  return word({ near: "briefWatch", clear: "briefAdvance" }[item.outcome] || "briefSee");
}

function nextText(item) {
  const step = nextStep(item);
  const path = item.line ? item.line.path : [];
  if (!path.length) { return step; }
  const rest = path.length > 1 ? " " + word("andMore", path.length - 1) : "";
  const mend = item.isIncomplete ? "；" + word("briefFill") : "";
  return punctuated(step + "：" + path[0].codes.map(ruleTitle).join("、") + rest + mend);
}

function briefNext() {
  const steps = grouping();
  page.items.forEach(function (item) {
    if (item.outcome === "guest") { return; }
    steps.add(nextStep(item), item);
    if (item.isIncomplete) { steps.add(word("briefFill"), item); }
  });
  return {
    key: "briefNext", count: page.items.length, says: tally(steps.groups),
    rows: function () {
      return [[word("project"), word("step")], page.items.map(function (item) { return [itemLink(item), nextText(item)]; })];
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
