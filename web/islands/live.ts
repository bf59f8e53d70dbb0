/** Says in the page's bar whether the figures are live. */

export function watchStream(): void {
  const pulse = document.querySelector<HTMLElement>("[data-live]");
  if (!pulse) return;
  const show = (state: "on" | "off") => {
    pulse.dataset.live = state;
    pulse.textContent = (state === "on" ? pulse.dataset.on : pulse.dataset.off) ?? "";
  };
  document.body.addEventListener("htmx:sseOpen", () => show("on"));
  document.body.addEventListener("htmx:sseMessage", () => show("on"));
  document.body.addEventListener("htmx:sseError", () => show("off"));
  document.body.addEventListener("htmx:sseClose", () => show("off"));
}
