/* Small comforts; every page works without. Times count on, live parts are fetched anew, wide tables keep their place. */
(() => {
  "use strict";
  document.documentElement.classList.add("live");
  const units = (seconds) => {
    if (seconds < 3600) return `${Math.max(0, Math.floor(seconds / 60))} menit`;
    return seconds < 172800 ? `${Math.floor(seconds / 3600)} jam` : `${Math.floor(seconds / 86400)} hari`;
  };

  /* ---- clocks: the server says its own moment, which the simulator may stop ---- */
  const loaded = Date.now();
  const tick = () => {
    for (const clock of document.querySelectorAll("time[data-since]")) {
      const board = clock.closest("[data-now]");
      if (!board) continue;
      const passed = board.dataset.standing ? 0 : Date.now() - Number(board.dataset.drawn || loaded);
      clock.textContent = units((Date.parse(board.dataset.now) + passed - Date.parse(clock.dataset.since)) / 1000);
    }
  };
  setInterval(tick, 10000);

  /* ---- live parts: an event says that something has changed; the page is fetched and its part put in ---- */
  const part = document.querySelector("[data-live]");
  if (part && "EventSource" in window) {
    const state = document.querySelector("[data-live-state]");
    const say = (word) => { if (state) { state.dataset.liveState = word; state.textContent = state.dataset[word]; } };
    let events = null;
    const renew = async () => {
      const answer = await fetch(location.href, { headers: { "x-live": "1" } }).catch(() => null);
      if (!answer || !answer.ok) return;
      if (answer.redirected) { location.reload(); return; }
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
      const old = document.querySelector("[data-live]");
      if (!fresh || !old || old.contains(document.activeElement) && document.activeElement.matches("textarea, input, select")) return;
      fresh.dataset.drawn = String(Date.now());
      for (const open of old.querySelectorAll("li[id] details[open]")) {
        const same = fresh.querySelector(`#${CSS.escape(open.closest("li").id)} details`);
        if (same) same.open = true;
      }
      old.replaceWith(fresh);
      fresh.scrollTo?.(0, fresh.scrollHeight);
    };
    const open = () => {
      events = new EventSource(part.dataset.live);
      events.addEventListener("changed", renew);
      events.addEventListener("hello", () => say("on"));
      events.addEventListener("error", () => say("off"));
    };
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) { events?.close(); events = null; } else if (!events) { renew(); open(); }
    });
    open();
  }

  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
  for (const talk of document.querySelectorAll(".talk-log")) talk.scrollTop = talk.scrollHeight;
  for (const menu of document.querySelectorAll("details.me")) {
    document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") menu.open = false; });
  }
  for (const field of document.querySelectorAll("[data-send-on-change]")) {
    field.addEventListener("change", () => field.form.requestSubmit());
  }
})();
