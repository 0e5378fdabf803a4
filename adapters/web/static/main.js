// The chat page and the widget's frame: puts the parts together and keeps them in step with the server.

import { Api, Refusal } from "./api.js";
import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { SignIn } from "./signin.js";
import { chooseLanguage, language, say, switchLanguage, translate } from "./strings.js";

const { mode, language: serverLanguage, companyZh, companyEn } = document.body.dataset;
const isFrame = mode === "frame";
const byId = (id) => document.getElementById(id);
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

const api = new Api(isFrame);
const unsent = new Map(); // client id -> how to send it again
const composer = new Composer({ onText: sendText, onFile: sendFile });
const log = new Log({
  onChoice: sendChoice,
  onRetry: (entry) => deliver(entry.clientId),
  onNew: countUnread,
  findSource: (url) => api.fileSource(url),
});
const signIn = isFrame ? null : new SignIn(api, async (who) => {
  await enter();
  byId("announce").textContent = say("signedInAs", { name: who.name });
  composer.focus();
});

let session = null;
let stream = null;
let isOnline = null;
let unread = 0;

/** Say everything in the language in force. */
function speak() {
  const company = language() === "zh" ? companyZh : companyEn;
  translate(document);
  byId("company").textContent = company;
  const other = byId("language");
  other.textContent = say("otherLanguage");
  other.setAttribute("aria-label", say("otherLanguageLabel"));
  other.lang = language() === "zh" ? "en" : "zh-CN";
  const who = session?.who;
  byId("hello-title").textContent = say("helloTitle", { name: who?.name });
  byId("hello-words").textContent = who?.kind === "staff" ? say("helloStaff") : say("helloVisitor", { company });
  if (!isFrame) speakAccount(who);
  drawStarters(who);
  showState();
  showUnread();
}

function speakAccount(who) {
  const words = who?.kind === "staff" ? say("signOutOf", { name: who.name }) : say("signInShort");
  byId("account-words").textContent = words;
  byId("account").setAttribute("aria-label", words);
  byId("account").title = words;
}

function drawStarters(who) {
  const starters = say("starters");
  const words = starters[who?.kind === "staff" ? who.role : "visitor"] ?? starters.others;
  byId("starters").replaceChildren(...words.map((sentence) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "choice";
    button.textContent = sentence;
    button.addEventListener("click", () => { sendText(sentence); focusUnlessTouch(); });
    return button;
  }));
  byId("hello").hidden = session === null || !log.isEmpty;
}

function showState() {
  const who = session?.who;
  const online = who?.kind === "staff" ? say("signedIn", { role: say("roles")[who.role] ?? who.role }) : say("online");
  byId("state-words").textContent = isOnline === null ? say("connecting") : isOnline ? online : say("offline");
  byId("state").className = isOnline ? "online" : "offline";
}

/** Open the session, show its history and follow it; tries until the server answers. */
async function enter() {
  stream?.abort();
  const mine = (stream = new AbortController());
  for (let wait = 500; ; wait = Math.min(wait * 2, 10_000)) {
    try {
      const opened = await api.openSession();
      const history = await api.history();
      if (mine.signal.aborted) return;
      // What one person wrote is never sent in the name of the next one on this page.
      const isAnother = session !== null && session.who.handle !== opened.who.handle;
      if (isAnother) unsent.clear();
      session = opened;
      log.reset(history.lines, { keepsUnsent: !isAnother });
      speak();
      api.follow(history.cursor, mine.signal, { onLine: showLine, onState: setOnline, onLost: enter });
      return;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setOnline(false);
      await pause(wait);
      if (mine.signal.aborted) return;
    }
  }
}

function setOnline(online) {
  if (isOnline === online) return;
  isOnline = online;
  showState();
  if (online) deliverAll();
}

function deliverAll() {
  for (const clientId of [...unsent.keys()]) deliver(clientId);
}

function showLine(line) {
  byId("hello").hidden = true;
  unsent.delete(line.client_id);
  log.addLine(line);
}

function sendText(text) {
  send({ text }, (clientId) => api.sendText(clientId, text, language()));
}

function sendChoice({ label, value }) {
  send({ text: label }, (clientId) => api.sendChoice(clientId, value, label, language()));
  focusUnlessTouch();
}

function sendFile(file) {
  const limit = session?.max_attachment_bytes ?? Infinity;
  if (file.size > limit) {
    composer.tell(say("tooLarge", { name: file.name, megabytes: Math.floor(limit / 1_000_000) }));
    return;
  }
  const preview = /^image\/(png|jpeg|gif|webp)$/.test(file.type) ? URL.createObjectURL(file) : null;
  const attachment = { kind: "file", filename: file.name, size_bytes: file.size, media_type: file.type, preview };
  send({ attachments: [attachment] }, (clientId) => api.sendFile(clientId, file, language()));
}

function send(entry, post) {
  const clientId = makeId();
  byId("hello").hidden = true;
  log.addPending({ ...entry, clientId });
  unsent.set(clientId, post);
  deliver(clientId);
}

/** Send what waits under this id; sending it twice is harmless, the server knows the id. */
async function deliver(clientId) {
  const post = unsent.get(clientId);
  if (!post) return;
  log.setState(clientId, "sending");
  const before = log.repliesSeen;
  try {
    await withSession(() => post(clientId));
    unsent.delete(clientId);
    log.setState(clientId, "sent");
    composer.tell("");
    if (log.repliesSeen === before) log.setTyping(true); // a quick bot may have answered already
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    log.setState(clientId, "failed");
    composer.tell(refusal.words[language()] || say("unreachable"));
    // What the server has understood and refused would be refused again.
    if (refusal.status >= 400 && refusal.status < 500 && refusal.status !== 429) unsent.delete(clientId);
  }
}

async function withSession(post) {
  try {
    return await post();
  } catch (refusal) {
    if (refusal.status !== 401) throw refusal;
    await api.openSession();
    return post();
  }
}

function countUnread() {
  if (document.hasFocus() && !(isFrame && isFolded)) return;
  unread += 1;
  showUnread();
}

function showUnread() {
  const company = language() === "zh" ? companyZh : companyEn;
  document.title = (unread ? say("unread", { count: unread }) : "") + company;
  if (isFrame) parent.postMessage({ type: "crmbot:unread", count: unread }, "*");
}

function markRead() {
  unread = 0;
  showUnread();
}

// On a phone the keyboard would jump up over the answer; with a keyboard the focus must not be lost.
function focusUnlessTouch() {
  if (!matchMedia("(pointer: coarse)").matches) composer.focus();
}

function makeId() {
  if (crypto.randomUUID) return crypto.randomUUID(); // only on https and localhost
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// The widget's frame and the page around it tell each other only: open, close, how many unread.
let isFolded = false;

function linkFrame() {
  const close = () => parent.postMessage({ type: "crmbot:close" }, "*");
  byId("close").addEventListener("click", close);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) close(); });
  window.addEventListener("message", (event) => {
    if (event.source !== parent) return;
    if (event.data?.type === "crmbot:closed") isFolded = true;
    if (event.data?.type !== "crmbot:opened") return;
    isFolded = false;
    markRead();
    composer.focus();
  });
}

function linkAccount() {
  byId("account").addEventListener("click", async () => {
    if (session?.who.kind !== "staff") { signIn.open(); return; }
    try {
      await api.signOut();
      await enter();
      byId("announce").textContent = say("signedOut");
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      composer.tell(refusal.words[language()] || say("unreachable"));
    }
  });
}

chooseLanguage(new URLSearchParams(location.search).get("language"), serverLanguage);
if (isFrame) linkFrame();
else linkAccount();
byId("language").addEventListener("click", () => { switchLanguage(); speak(); log.refresh(); });
window.addEventListener("focus", markRead);
window.addEventListener("online", deliverAll);
speak();
if (!isFrame && !matchMedia("(pointer: coarse)").matches) composer.focus();
enter();
