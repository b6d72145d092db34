// Makes the simulator's page live: asks the server for news every second, sends what is typed or pressed, moves the
// clock. It owns no words (they stand in simulator.html) and no state but what the page shows.

const words = JSON.parse(document.body.dataset.words);
const byId = (id) => document.getElementById(id);
const EVERY_MS = 1000;
const NEAR_BOTTOM_PX = 48;
const CAPTIONED = ["photo", "document"]; // what the channels themselves let her write a caption to
const HOUR_MS = 3_600_000;
const ZONE = "Asia/Jakarta";
const ZONE_OFFSET = "+07:00";

const dayKey = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });
const dayName = new Intl.DateTimeFormat("id-ID", { timeZone: ZONE, weekday: "long", day: "numeric", month: "long", year: "numeric" });
const clockDay = new Intl.DateTimeFormat("id-ID", { timeZone: ZONE, weekday: "long", day: "numeric", month: "short", year: "numeric" });
const clockTime = new Intl.DateTimeFormat("id-ID", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

const screens = new Map([...document.querySelectorAll(".screen")].map((root) => [root.dataset.phone, openScreen(root)]));
const shown = new Map(); // id of a message -> its element
let since = null; // id of the newest message we have
let started = false; // the server has answered once
let now = new Date(document.body.dataset.now);

function openScreen(root) {
  const part = (selector) => root.querySelector(selector);
  const tab = document.querySelector(`.tabs a[href="#${root.id}"]`);
  const elements = { root, part, tab, log: part(".log"), list: part(".messages"), field: part("textarea") };
  // waiting: bubbles of what was sent and has not come back from the server
  return { ...elements, phone: root.dataset.phone, waiting: [], sending: 0, unread: 0 };
}

// ---- the server -------------------------------------------------------------------------------------------------
// The answer, or null when there is none: not reached, too late, refused. The caller says so on the page.
async function ask(address, body, seconds = 10) {
  const post = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  try {
    const response = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(seconds * 1000), ...post });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

async function poll() {
  const query = new URLSearchParams({ phones: [...screens.keys()].join(",") });
  if (since !== null) query.set("since", since);
  const news = await ask(`/simulator/screens?${query}`);
  byId("offline").hidden = news !== null;
  if (news) take(news);
}

let polls = Promise.resolve();
function refresh() {
  polls = polls.then(poll).catch(console.error); // one after the other: an answer never overtakes another
  return polls;
}

function take(news) {
  const next = new Date(news.now);
  if (started && next < now) return location.reload(); // somebody has started the simulation again
  if (!started) clear();
  showClock(next, news.standing);
  for (const message of news.messages) receive(message);
  for (const [id, status] of Object.entries(news.statuses ?? {})) mark(shown.get(id), status);
  if (news.messages.length) since = news.messages.at(-1).id;
  started = true;
}

// What the server rendered gives way to what it tells now; what was typed meanwhile stays.
function clear() {
  for (const screen of screens.values()) screen.list.replaceChildren(...screen.waiting);
}

// ---- messages ---------------------------------------------------------------------------------------------------
function receive(message) {
  const screen = screens.get(message.phone);
  const id = String(message.id);
  if (!screen) return;
  if (shown.has(id)) return mark(shown.get(id), message.status);
  const pinned = atBottom(screen);
  if (message.direction === "in") screen.waiting.shift()?.remove();
  openDay(screen, message.at);
  const item = build(message, screen);
  shown.set(id, item);
  place(screen, item);
  screen.part(".empty").hidden = true;
  if (message.direction === "in" || !started) return;
  screen.part(".newer").hidden = pinned;
  if (!screen.seen) countUnread(screen, screen.unread + 1);
}

const place = (screen, item) => screen.list.insertBefore(item, screen.waiting[0] ?? null);

function build(message, screen) {
  const item = byId("message").content.firstElementChild.cloneNode(true);
  Object.assign(item.dataset, { id: message.id, direction: message.direction, kind: message.kind ?? "" });
  fillBadges(item, message);
  fillImage(item, message);
  fillMedia(item, message);
  const text = message.text || titleOf(message.button, screen);
  put(item, ".text", text, (element) => element.replaceChildren(...rich(text)));
  item.querySelector("time").dateTime = message.at;
  item.querySelector("time").textContent = clockTime.format(new Date(message.at));
  put(item, ".status", message.status, () => mark(item, message.status));
  fillChoices(item, message, screen);
  return item;
}

// A pressed button comes back as its payload; people read what stood on it.
function titleOf(payload, screen) {
  const pressed = payload && [...screen.list.querySelectorAll(".choice")].findLast((choice) => choice.value === payload);
  return pressed ? pressed.querySelector(".title").textContent : payload;
}

// A part of the template is filled when there is something to show, and taken out when there is not.
function put(item, selector, present, fill) {
  const element = item.querySelector(selector);
  if (present) fill(element);
  else element.remove();
}

function fillBadges(item, message) {
  const kind = message.direction === "out" && words.kind[message.kind];
  put(item, ".badge.kind", kind, (element) => (element.textContent = kind));
  put(item, ".badge.template", message.template, (element) => (element.textContent = `${words.template} ${message.template}`));
  if (!kind && !message.template) item.querySelector(".badges").remove();
}

function fillImage(item, message) {
  const safe = message.image && new URL(message.image, location.href).origin === location.origin;
  put(item, ".image", safe, (element) => (element.href = element.firstElementChild.src = message.image));
}

function fillMedia(item, { media, text }) {
  const kind = media && (media.kind in words.media ? media.kind : "other");
  put(item, ".media", kind, (element) => {
    element.querySelector("use").setAttribute("href", `#icon-${kind}`);
    element.querySelector(".media-name").textContent = words.media[kind];
  });
  put(item, ".caption", media?.caption && media.caption !== text, (element) => (element.textContent = media.caption));
}

function fillChoices(item, message, screen) {
  const form = item.querySelector("form");
  const buttons = message.buttons ?? [];
  const rows = message.rows ?? [];
  if (!buttons.length && !rows.length) return form.remove();
  form.elements.phone.value = screen.phone;
  const [button, row] = form.querySelectorAll("button");
  button.replaceWith(...buttons.map((choice) => fillChoice(button.cloneNode(true), choice)));
  row.replaceWith(...rows.map((choice) => fillChoice(row.cloneNode(true), choice)));
}

function fillChoice(button, { title, payload, description }) {
  button.value = payload;
  button.querySelector(".title").textContent = title;
  const line = button.querySelector(".description");
  if (description) line.textContent = description;
  else line?.remove();
  return button;
}

// WhatsApp's bold: *words* between spaces or punctuation. The same rule as the template's macro.
function rich(text) {
  const parts = text.split("*");
  return parts.map((part, index) => {
    if (index % 2 === 0) return part;
    const last = index === parts.length - 1;
    const inside = /[\p{L}\p{N}]$/u.test(parts[index - 1]) || /^[\p{L}\p{N}]/u.test(parts[index + 1] ?? "");
    if (last || inside || !part || part.trim() !== part || part.includes("\n")) return `*${part}${last ? "" : "*"}`;
    const strong = document.createElement("strong");
    strong.textContent = part;
    return strong;
  });
}

function mark(item, status) {
  const sign = item?.querySelector(".status");
  if (!sign || !status || sign.dataset.status === status) return;
  sign.dataset.status = status;
  sign.setAttribute("aria-label", words.status[status] ?? status);
}

// ---- days, scrolling, attention ---------------------------------------------------------------------------------
function openDay(screen, at) {
  const key = dayKey.format(new Date(at));
  if (screen.day === key) return;
  screen.day = key;
  const line = byId("day").content.firstElementChild.cloneNode(true);
  line.querySelector("time").dateTime = key;
  place(screen, line);
  nameDays(line);
}

function nameDays(root) {
  const yesterday = new Date(now.getTime() - 24 * HOUR_MS);
  const near = { [dayKey.format(now)]: words.today, [dayKey.format(yesterday)]: words.yesterday };
  for (const time of root.querySelectorAll(".day time")) {
    time.textContent = near[time.dateTime] ?? dayName.format(new Date(`${time.dateTime}T12:00${ZONE_OFFSET}`));
  }
}

// The log's flow is reversed: zero is the bottom, upwards is negative, and the browser itself stays at the bottom.
const atBottom = (screen) => screen.log.scrollTop > -NEAR_BOTTOM_PX;

const hideNewer = (screen) => (screen.part(".newer").hidden = true);

function toBottom(screen) {
  screen.log.scrollTop = 0;
  hideNewer(screen);
}

function countUnread(screen, number) {
  screen.unread = number;
  Object.assign(screen.tab.querySelector(".unread"), { textContent: number, hidden: number === 0 });
}

function watch(screen) {
  const look = ([{ isIntersecting: seen }]) => {
    screen.seen = seen;
    screen.tab.setAttribute("aria-current", String(seen));
    if (seen) countUnread(screen, 0);
  };
  new IntersectionObserver(look, { threshold: 0.6 }).observe(screen.root);
  screen.log.addEventListener("scroll", () => atBottom(screen) && hideNewer(screen), { passive: true });
}

// ---- sending ----------------------------------------------------------------------------------------------------
async function send(screen, content, label) {
  const channel = screen.part(".channels input:checked").value;
  const bubble = waitFor(screen, label, content.media);
  const answer = await ask("/simulator/messages", { from: screen.phone, channel, ...content }, 90);
  if (answer) showTrace(screen, answer.trace);
  else refuse(screen, content.text);
  await refresh();
  screen.waiting = screen.waiting.filter((one) => one !== bubble);
  bubble.remove(); // still there when the server refused it
  screen.sending -= 1;
  screen.part(".typing").hidden = screen.sending === 0;
}

function waitFor(screen, text, media) {
  const message = { id: "", direction: "in", at: now.toISOString(), text, media: media && { kind: media.type }, status: "queued" };
  const bubble = build(message, screen);
  bubble.classList.add("waiting");
  screen.list.append(bubble);
  screen.waiting.push(bubble);
  screen.sending += 1;
  screen.part(".typing").hidden = false;
  screen.part(".empty").hidden = true;
  screen.part(".screen > .problem").hidden = true;
  toBottom(screen);
  return bubble;
}

function refuse(screen, text) {
  Object.assign(screen.part(".screen > .problem"), { textContent: words.not_sent, hidden: false });
  if (text && !screen.field.value) screen.field.value = text;
}

// What the bot made of the message: for trainers and for whoever tends the intents.
function showTrace(screen, trace) {
  const line = screen.part(".trace");
  line.hidden = !trace?.intent && !trace?.danger?.length;
  if (line.hidden) return;
  line.querySelector(".intent").textContent = trace.intent ?? "";
  line.querySelector(".percent").textContent = trace.confidence ? `${Math.round(trace.confidence * 100)}%` : "";
  line.querySelector(".danger").hidden = !trace.danger?.length;
  line.querySelector(".signs").textContent = (trace.danger ?? []).join(", ");
}

function onSubmit(event) {
  const form = event.target;
  const screen = screens.get(form.closest(".screen")?.dataset.phone);
  if (!screen || form.getAttribute("method") !== "post") return;
  event.preventDefault();
  const pressed = event.submitter;
  if (pressed?.name === "button") return send(screen, { button: pressed.value }, pressed.querySelector(".title").textContent);
  const text = pressed?.name === "text" ? pressed.value : takeText(screen);
  if (text) send(screen, { text }, text);
}

function takeText({ field }) {
  const text = field.value.trim();
  field.value = "";
  return text;
}

function attach(button) {
  const screen = screens.get(button.closest(".screen").dataset.phone);
  const media = JSON.parse(button.dataset.media);
  const caption = CAPTIONED.includes(media.type) ? takeText(screen) : "";
  button.closest("details").open = false;
  screen.field.focus();
  send(screen, { media: caption ? { ...media, caption } : media }, caption);
}

function onKey(event) {
  if (event.key === "Escape") closeMenus(null, true);
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches(".composer textarea")) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}

// ---- clock ------------------------------------------------------------------------------------------------------
function showClock(next, standing) {
  const newDay = dayKey.format(next) !== dayKey.format(now);
  now = next;
  byId("now").dateTime = now.toISOString();
  byId("now").textContent = `${clockDay.format(now)} · ${clockTime.format(now)}`;
  byId("standing").hidden = !standing;
  byId("running").hidden = standing;
  if (newDay) nameDays(document);
}

const fieldValue = (moment) => `${dayKey.format(moment)}T${clockTime.format(moment).replace(".", ":")}`;
const moment = (value) => new Date(`${value}${ZONE_OFFSET}`);

// Runs what takes a while; says in `problem` when the server did not do it.
async function work(area, problem, sorry, address, body) {
  problem.hidden = true;
  area.disabled = true;
  const answer = await ask(address, body, 180);
  problem.textContent = sorry;
  problem.hidden = answer !== null;
  area.disabled = false;
  return answer;
}

async function advance(to, origin) {
  const body = { advance_to: to.toISOString() };
  const answer = await work(byId("controls"), byId("clock-problem"), words.clock_failed, "/simulator/clock", body);
  await refresh();
  if (answer) byId("news").textContent = `${words.clock_moved} ${byId("now").textContent}`;
  origin.focus();
}

function onAdvance(event) {
  event.preventDefault();
  event.target.closest("details").open = false;
  advance(moment(byId("advance-to").value), event.target.closest("details").querySelector("summary"));
}

function askReset() {
  byId("reset-now").value = fieldValue(now);
  byId("reset").showModal();
}

async function reset(event) {
  if (event.submitter?.value !== "sure") return;
  event.preventDefault();
  const fields = event.target.elements;
  const body = { now: `${byId("reset-now").value}:00${ZONE_OFFSET}`, channel: fields["reset-channel"].value };
  const problem = event.target.querySelector(".problem");
  if (await work(byId("reset-fields"), problem, words.reset_failed, "/simulator/reset", body)) location.assign("/simulator/");
}

// ---- page -------------------------------------------------------------------------------------------------------
function closeMenus(except, focus = false) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu === except) continue;
    menu.open = false;
    if (focus) menu.querySelector("summary").focus();
  }
}

function onClick(event) {
  const button = event.target.closest("button");
  closeMenus(event.target.closest("details.menu"));
  if (button?.dataset.media) attach(button);
  else if (button?.dataset.hours) advance(new Date(now.getTime() + button.dataset.hours * HOUR_MS), button);
  else if (button?.matches(".newer")) toBottom(screens.get(button.closest(".screen").dataset.phone));
}

function onChange({ target }) {
  if (target.matches(".screen [name=channel]")) target.closest(".screen").dataset.channel = target.value;
}

async function run() {
  for (;;) {
    if (!document.hidden) await refresh();
    await new Promise((resume) => setTimeout(resume, EVERY_MS));
  }
}

document.documentElement.classList.add("live");
document.addEventListener("submit", onSubmit);
document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
document.addEventListener("change", onChange);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
byId("advance").addEventListener("submit", onAdvance);
byId("ask-reset").closest("details").addEventListener("toggle", () => (byId("advance-to").value = fieldValue(now)));
byId("ask-reset").addEventListener("click", askReset);
byId("reset").querySelector("form").addEventListener("submit", reset);
screens.forEach(watch);
run();
