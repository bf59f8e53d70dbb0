/** A recording and its transcript move together: a time plays from there, and what is heard is marked. */

const PLAYING = "playing";

export function followCalls(): void {
  for (const call of document.querySelectorAll<HTMLElement>("[data-call]")) follow(call);
}

function follow(call: HTMLElement): void {
  const audio = call.querySelector("audio");
  if (!audio) return;
  const segments = [...call.querySelectorAll<HTMLElement>(".said")];
  const start = (segment: HTMLElement) => Number(segment.dataset.start);
  const end = (segment: HTMLElement) => Number(segment.dataset.end);

  for (const segment of segments) {
    segment.querySelector(".seek")?.addEventListener("click", (event) => {
      event.preventDefault();
      seek(audio, start(segment));
    });
  }
  const mark = () => {
    for (const segment of segments) {
      const heard = !audio.paused && audio.currentTime >= start(segment) && audio.currentTime < end(segment);
      segment.classList.toggle(PLAYING, heard);
    }
  };
  for (const event of ["timeupdate", "play", "pause", "seeked", "ended"]) audio.addEventListener(event, mark);
  audio.addEventListener("play", () => silenceOthers(audio));
}

/** Play from `seconds`; a file that is not loaded yet first has to say how long it is. */
function seek(audio: HTMLAudioElement, seconds: number): void {
  const go = () => {
    audio.currentTime = seconds;
    void audio.play();
  };
  if (audio.readyState >= HTMLMediaElement.HAVE_METADATA) {
    go();
  } else {
    audio.addEventListener("loadedmetadata", go, { once: true });
    audio.preload = "auto";
    audio.load();
  }
}

function silenceOthers(playing: HTMLAudioElement): void {
  for (const audio of document.querySelectorAll("audio")) if (audio !== playing) audio.pause();
}
