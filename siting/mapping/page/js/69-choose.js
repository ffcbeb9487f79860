// Choosing a project and letting it go: the reader comes back to where the choice was made.
// The left column moves only where the choice was made on the map.
const SECTION_GAP_PX = 8;

function select(key) {
  const item = page.itemOf[key];
  if (!item) { return; }
  if (!page.selected) { rememberPlace(); }
  page.selected = key;
  showSheet(true);
  renderDetails();
  page.map.invalidateSize({ animate: false });
  makeRoom();
  drawSelection(item);
  zoomToSelection();
  markEdges();
  markRow(key);
  if (!page.isInSide) { showRow(key); }
  listStop();
  byId("details").scrollTop = 0;
  if (page.isByKey) { byId("details").focus({ preventScroll: true }); }
}

function unselect() {
  const key = page.selected;
  page.selected = null;
  clearSelection();
  byId("details").hidden = true;
  document.body.classList.remove("has-details");
  showSheet(false);
  if (page.legendWasFolded) {
    byId("legend").open = true;
    page.legendWasFolded = false;
  }
  page.map.invalidateSize({ animate: false });
  markRow(null);
  returnTo(page.cameFrom, key);
}

// Where the map and the focus were before anything was chosen.
function rememberPlace() {
  page.cameFrom = { centre: page.map.getCenter(), zoom: page.map.getZoom(), focus: document.activeElement };
}

function returnTo(place, key) {
  page.map.setView(place.centre, place.zoom, { animate: false });
  const isThere = place.focus && place.focus !== document.body && document.body.contains(place.focus);
  const target = isThere ? place.focus : rowOf(key);
  if (target) { target.focus({ preventScroll: !page.isByKey }); }
}

// On a narrow stage an open legend would lie on what was chosen.
function makeRoom() {
  if (page.map.getSize().x < 900 && byId("legend").open) {
    byId("legend").open = false;
    page.legendWasFolded = true;
  }
}

function markRow(key) {
  Array.prototype.forEach.call(document.querySelectorAll("#list .row"), function (row) {
    if (row.dataset.key === key) { row.setAttribute("aria-current", "true"); } else { row.removeAttribute("aria-current"); }
  });
}

function rowOf(key) {
  return Array.prototype.filter.call(document.querySelectorAll("#list .row"), function (row) { return row.dataset.key === key; })[0];
}

function showRow(key) {
  const row = rowOf(key);
  if (row) { row.scrollIntoView({ block: "nearest" }); }
}

// What sticks at the panel's top: how to close it, and a way to each of its sections.
function dressPanel(panel) {
  const close = panel.querySelector(".close");
  close.title = word("closeByKey");
  panel.querySelector(".details-head").insertBefore(sheetSizer(), close.nextSibling);
  const heads = Array.prototype.slice.call(panel.querySelectorAll("section > h3"));
  if (heads.length < 2) { return; }
  const ways = heads.map(function (head) {
    const way = button("way", sectionName(head.textContent), function () { showSection(panel, head); });
    way.title = head.textContent;
    return way;
  });
  const list = make("nav", "ways", ways);
  list.setAttribute("aria-label", word("sections"));
  panel.querySelector(".details-head").appendChild(list);
}

// Short names, so that all sections stand in one or two lines.
function sectionName(title) {
  const short = ["plan", "path", "repairs", "sites", "offMap"].filter(function (key) { return title.indexOf(word(key)) === 0; })[0];
  return short ? word("short_" + short) : title;
}

function showSection(panel, head) {
  const gap = head.getBoundingClientRect().top - panel.getBoundingClientRect().top;
  panel.scrollTop += gap - panel.querySelector(".details-head").offsetHeight - SECTION_GAP_PX;
}
