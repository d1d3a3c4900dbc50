// Dragging a meeting to another time opens its move form, filled in. Nothing moves until that form is sent.
const drawing = document.querySelector(".fp-drawing");
const QUARTER = 15;
let carried = null;
let grip = 0; // how far below the meeting's top it was taken hold of, in pixels

const wide = window.matchMedia("(min-width: 48rem)");

function quarters(grid) {
  return parseFloat(getComputedStyle(grid).gridAutoRows) || 12;
}

function twoDigits(number) {
  return String(number).padStart(2, "0");
}

for (const entry of drawing?.querySelectorAll("[data-move]") ?? []) {
  entry.draggable = wide.matches;
  entry.addEventListener("dragstart", (event) => {
    carried = entry;
    grip = event.clientY - entry.getBoundingClientRect().top;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", entry.dataset.move);
  });
  entry.addEventListener("dragend", () => { carried = null; });
}

for (const grid of drawing?.querySelectorAll("[data-day]") ?? []) {
  grid.addEventListener("dragover", (event) => { if (carried) event.preventDefault(); });
  grid.addEventListener("drop", (event) => {
    if (!carried) return;
    event.preventDefault();
    const top = event.clientY - grip - grid.getBoundingClientRect().top;
    const row = Math.max(0, Math.round(top / quarters(grid)));
    const minutes = Math.min(Number(drawing.dataset.firstHour) * 60 + row * QUARTER, 24 * 60 - QUARTER);
    const start = `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
    const asked = new URLSearchParams({ day: grid.dataset.day, start });
    window.location.assign(`${carried.dataset.move}?${asked}`);
  });
}
