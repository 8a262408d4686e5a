// The slider of a lead's past: the date follows it while it is moved.
"use strict";

document.addEventListener("input", (event) => {
  const slider = event.target.closest("#then-day");
  if (!slider) return;
  const day = new Date(`${slider.dataset.first}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + Number(slider.value));
  const date = document.querySelector("#then-date");
  const text = day.toISOString().slice(0, 10);
  date.value = date.max && text > date.max ? date.max : text;
});
