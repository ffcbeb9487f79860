// A narrow screen: a slim bar above, a map that is made smaller or larger, the panel as a sheet.
const MAP_SIZES = ["small", "middle", "large"];
const NARROW = "(max-width: 760px)";

function isNarrow() {
  return window.matchMedia(NARROW).matches;
}

function renderMapSize() {
  const box = byId("map-size");
  box.setAttribute("aria-label", word("mapSize"));
  fill(box, [sizer("mapSmaller", "⌃", -1), make("span", "handle", null), sizer("mapLarger", "⌄", 1)]);
  setMapSize(page.mapSize || "middle");
}

function sizer(key, sign, step) {
  const element = button("sizer", [word("map"), " ", make("span", "", sign)], function () {
    setMapSize(MAP_SIZES[MAP_SIZES.indexOf(page.mapSize) + step]);
  });
  element.title = word(key);
  element.setAttribute("aria-label", word(key));
  element.dataset.step = String(step);
  return element;
}

function setMapSize(size) {
  page.mapSize = size;
  MAP_SIZES.forEach(function (name) { document.body.classList.toggle("map-" + name, name === size); });
  Array.prototype.forEach.call(document.querySelectorAll(".sizer"), function (element) {
    element.disabled = !MAP_SIZES[MAP_SIZES.indexOf(size) + Number(element.dataset.step)];
  });
  page.map.invalidateSize({ animate: false });
}

// The panel covers everything below the bar; whoever asks it for the map gets both.
function showSheet(isFull) {
  document.body.classList.toggle("sheet-full", isFull);
  const sizer = document.querySelector("#details .sheet-size");
  if (sizer) { nameSheetSizer(sizer); }
}

function sheetSizer() {
  const element = button("small sheet-size", "", function () {
    showSheet(!document.body.classList.contains("sheet-full"));
    page.map.invalidateSize({ animate: false });
  });
  nameSheetSizer(element);
  return element;
}

function nameSheetSizer(element) {
  fill(element, document.body.classList.contains("sheet-full") ? word("map") + " ⌄" : word("backToSheet") + " ⌃");
}

// Half the sheet for the map, where a button of the panel is about to move it.
function uncoverMap() {
  if (!isNarrow() || !page.selected || !document.body.classList.contains("sheet-full")) { return; }
  showSheet(false);
  page.map.invalidateSize({ animate: false });
}

// Where the sheet begins: the bar is as high as its words need.
function measureBar() {
  document.documentElement.style.setProperty("--bar", byId("head").offsetHeight + "px");
}

function renderAbout() {
  const element = byId("about");
  fill(element, "ⓘ");
  element.title = word("about");
  element.setAttribute("aria-label", word("about"));
  element.setAttribute("aria-expanded", String(byId("head").classList.contains("open")));
}

function listenForNarrow() {
  byId("about").addEventListener("click", function () {
    byId("head").classList.toggle("open");
    renderAbout();
    measureBar();
    page.map.invalidateSize({ animate: false });
  });
  window.addEventListener("resize", measureBar);
}
