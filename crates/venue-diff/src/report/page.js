const filter = document.getElementById("filter");
filter.addEventListener("input", () => {
  const wanted = filter.value.toLowerCase();
  // The template of an entry is about all changes.
  for (const draft of document.querySelectorAll(".draft")) {
    draft.hidden = wanted !== "";
  }
  for (const section of document.querySelectorAll("main > section")) {
    let shown = 0;
    for (const part of section.querySelectorAll("article, .problems li, .unexplained > .items > li")) {
      part.hidden = !part.textContent.toLowerCase().includes(wanted);
      shown += part.hidden ? 0 : 1;
    }
    section.hidden = shown === 0;
  }
});
