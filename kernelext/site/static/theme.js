// Before anything is drawn: the reader's own choice of light or dark, if there is one.
try {
  const chosen = localStorage.getItem("downhill-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch { /* no storage: the system's choice holds */ }
