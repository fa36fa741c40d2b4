// Day or night: as the device says, until this visitor says otherwise.
const KEY = "greenroom-lights";
const apply = (mode) => document.body.classList.toggle("dark", mode === "night");
const kept = localStorage.getItem(KEY);
if (kept) apply(kept);
element.querySelector("button").addEventListener("click", () => {
  const mode = document.body.classList.contains("dark") ? "day" : "night";
  localStorage.setItem(KEY, mode);
  apply(mode);
});
