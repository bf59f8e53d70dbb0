/** Times that run: how long an agent has been in a state, and how old the dialer's last picture is. */

const STALE_AFTER_S = 10;

/** Seconds as the server writes them: 1:05 or 1:02:03. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function runClocks(): void {
  const drawnAt = Date.parse(document.body.dataset.now ?? "");
  // This machine's clock may be wrong; the server's is the one that stamped the times.
  const ahead = Number.isNaN(drawnAt) ? 0 : Date.now() - drawnAt;
  const tick = () => {
    const now = Date.now() - ahead;
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-since]")) {
      time.textContent = duration((now - Date.parse(time.dateTime)) / 1000);
    }
    showAge(now);
  };
  tick();
  setInterval(tick, 1000);
  document.body.addEventListener("htmx:afterSwap", tick);
  document.body.addEventListener("htmx:sseMessage", tick);
}

function showAge(now: number): void {
  const notice = document.querySelector<HTMLElement>("[data-stale]");
  if (!notice) return;
  const running = document.querySelectorAll<HTMLElement>('[data-status="running"][data-at]');
  const pictures = [...running].map((element) => Date.parse(element.dataset.at ?? ""));
  const age = pictures.length ? (now - Math.max(...pictures)) / 1000 : 0;
  notice.hidden = age < STALE_AFTER_S;
  if (!notice.hidden) notice.textContent = (notice.dataset.stale ?? "").replace("{age}", duration(age));
}
