// A range beside each number: dragging it sets the number, writing the number moves it.
"use strict";

(() => {
  document.querySelectorAll("input[type=range][data-for]").forEach((range) => {
    const number = document.getElementById(range.dataset.for);
    range.hidden = false;
    range.addEventListener("input", () => { number.value = range.value; });
    number.addEventListener("input", () => { if (number.value) range.value = number.value; });
  });
})();
