"use strict";
(() => {
  const find = (id) => document.getElementById(id);
  const root = document.documentElement;
  find("theme").addEventListener("click", () => {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
  });
  const form = find("filter");
  if (!form) return;
  const findings = [...document.querySelectorAll(".finding")];
  const chosen = ["severity", "family", "state"].map((name) => [name, find(name)]);
  const apply = () => {
    const words = find("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const finding of findings) {
      const data = finding.dataset;
      const fits = chosen.every(([name, box]) => !box.value || data[name] === box.value) && words.every((word) => data.search.includes(word));
      finding.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    find("count").textContent = `${shown} of ${findings.length}`;
    find("nothing").hidden = shown > 0;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|SELECT)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      find("search").focus();
    }
  });
  const asked = decodeURIComponent(location.hash.slice(1));
  if (asked.startsWith("search=")) find("search").value = asked.slice(7);
  apply();
})();
