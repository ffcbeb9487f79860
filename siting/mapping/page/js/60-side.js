// The left column above the list: header, counters, tables.
const COUNTERS = ["conflict", "review", "incomplete", "near", "clear", "suggested"];
const PLAN_COUNTERS = ["placed", "unplaced"];

function renderHead() {
  const head = page.data.head;
  const place = [say(head.city), head.district].filter(Boolean).join(" · ");
  const title = say(head.mapTitle) || word("title");
  document.title = place + " " + title;
  document.documentElement.lang = page.language === "en" ? "en" : "zh-CN";
  if (head.logo) { byId("logo").src = head.logo; }
  byId("logo").hidden = !head.logo;
  fill(byId("place"), make("bdi", "", place));
  fill(byId("title"), make("bdi", "", title));
  const hash = head.ruleBookHash ? " (" + head.ruleBookHash + ")" : "";
  fill(byId("facts"), [
    make("span", "", word("crs") + " " + head.crs),
    make("span", "", word("asOf") + " " + head.asOf),
    make("span", "", word("ruleBook") + " " + head.ruleBook + hash),
  ]);
  const plain = title === word("title") ? "" : word("title") + " · ";
  fill(byId("disclaimer"), plain + word("disclaimer"));
  [byId("secrecy"), byId("mark")].forEach(function (element) {
    fill(element, say(head.secrecy));
    element.hidden = !say(head.secrecy);
  });
  const button = byId("language");
  fill(button, word("otherLanguage"));
  button.setAttribute("aria-label", word("switchLanguage"));
}

function belongs(item, counter) {
  if (counter === "incomplete") { return item.isIncomplete; }
  if (counter === "placed" || counter === "unplaced") { return planState(item) === counter; }
  if (counter === "suggested") { return sitesOf(item).length > 0; }
  return item.outcome === counter;
}

function renderCounters() {
  const box = byId("counters");
  box.setAttribute("aria-label", word("counters"));
  box.classList.toggle("with-plan", hasPlan());
  fill(box, COUNTERS.concat(hasPlan() ? PLAN_COUNTERS : []).map(function (counter) {
    const count = PLAN_COUNTERS.indexOf(counter) >= 0 ? countPlanned(counter)
      : page.items.filter(function (item) { return belongs(item, counter); }).length;
    const element = button("counter " + counter, [make("b", "", String(count)), make("span", "", word(counter))],
      function () { setFilter(counter); });
    element.setAttribute("aria-pressed", String(page.filter === counter));
    element.dataset.counter = counter;
    return element;
  }));
}

function setFilter(counter) {
  page.filter = page.filter === counter ? null : counter;
  Array.prototype.forEach.call(document.querySelectorAll(".counter"), function (element) {
    element.setAttribute("aria-pressed", String(element.dataset.counter === page.filter));
  });
  renderList();
  if (page.filter) { showList(); }
}

function renderByConstraint() {
  const rows = page.data.byConstraint.map(function (row) {
    const rule = lookUp(page.data.rules, row[0]);
    const title = make("span", "", [ruleTitle(row[0]), " ", make("small", "severity " + rule.severity, word(rule.severity || ""))]);
    return [swatch(rule.colour || "#555", rule.hatch || "slash"), title, String(row[1]), row[2] > 0 ? hectares(row[2]) : "–"];
  });
  const content = rows.length
    ? [table("sums", [word("swatchColumn"), word("constraint"), word("projects"), word("hectares")], rows, [2, 3]),
      make("p", "hint", word("unionNote"))]
    : make("p", "hint", word("nothingFound"));
  renderFold("by-constraint", "byConstraint", content, String(rows.length));
}

function renderByDistrict() {
  const rows = page.data.byDistrict.map(function (row) {
    return [row[1], String(row[2]), String(row[3]), hectares(row[4])];
  });
  renderFold("by-district", "byDistrict", table("sums",
    [word("district"), word("redLines"), word("conflicts"), word("hectares")], rows, [1, 2, 3]), String(rows.length));
}

function renderInputs() {
  const rows = page.data.inputs.map(function (input) {
    const refused = input.refused ? " (" + word("refusedRows") + " " + input.refused + ")" : "";
    const isBad = input.status === "failed";
    const state = make("span", input.status === "passed" ? "" : "bad", word(input.status));
    const about = [input.authority, half(input.coverage || ""), word("release_" + input.release)].filter(Boolean).join(" · ");
    return [make("span", "", [say(input.title), make("small", "", about), make("small", "bad", input.problems.map(half).join("; "))]),
      isBad ? "–" : grouped(String(input.rows)) + refused, make("span", "date", input.dated || "–"), state];
  });
  const content = [table("sums", [word("layer"), word("rows"), word("dated"), word("state")], rows, [1])];
  content.push(make("p", "hint", page.data.head.versions.map(function (row) { return row.join(" "); }).join(" · ")));
  if (page.data.refused) {
    content.unshift(make("p", "hint bad", page.data.refused + " " + word("refusedRedLines")));
  }
  renderFold("inputs", "inputs", content, inputsFact());
}

// How many layers there are, and how many of them did not come or came short.
function inputsFact() {
  const bad = page.data.inputs.filter(function (input) { return input.status !== "passed"; }).length;
  const count = word("layersCount", page.data.inputs.length);
  return bad ? make("span", "", [count, " · ", make("span", "bad", word("layersBad", bad))]) : count;
}

// `fact` is what a folded line tells of its content, at the right.
function renderFold(id, key, content, fact) {
  const fold = byId(id);
  fill(fold.querySelector("summary"), [word(key), fact ? make("span", "summary-fact", fact) : null]);
  fill(fold.querySelector(".body"), content);
}
