// The conversation: bubbles, buttons under them, the dots while an answer is prepared, and where we have scrolled to.

import { language, say } from "./strings.js";

const NEAR_END_PX = 96;
const SAME_GROUP_MS = 120_000;
const TYPING_MS = 30_000; // a colleague may have taken over: then no answer comes at once
const SHOWN_TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]); // as the server shows them
const LINK = /https?:\/\/[^\s<>"'，。；：！？、（）【】《》“”]+/g;

export class Log {
  #entries = [];
  #byClient = new Map();
  #cursors = new Set();
  #lastTop = 0;
  #typingTimer = null;

  /**
   * `onChoice(choice)` and `onRetry(entry)` are called when the person presses; `findSource(url)` gives the address under
   * which the browser may load a file that the person sent.
   */
  constructor({ onChoice, onRetry, onNew, findSource }) {
    this.root = document.getElementById("log");
    this.scroller = document.getElementById("scroll");
    this.typing = document.getElementById("typing");
    this.toEnd = document.getElementById("to-end");
    this.announce = document.getElementById("announce");
    this.isFollowing = true;
    this.repliesSeen = 0;
    Object.assign(this, { onChoice, onRetry, onNew, findSource });
    this.toEnd.addEventListener("click", () => this.scrollToEnd());
    this.scroller.addEventListener("scroll", () => this.#noteScroll(), { passive: true });
    // The phone's keyboard and late pictures change heights: who was at the end stays there.
    const resized = new ResizeObserver(() => { if (this.isFollowing) this.#jumpToEnd(); });
    resized.observe(this.scroller);
    resized.observe(this.root);
  }

  get isEmpty() { return this.#entries.length === 0; }

  /**
   * Show a conversation from its beginning, and after it what is not sent yet. Screen readers are not told: it is no
   * news.
   */
  reset(lines, { keepsUnsent }) {
    const known = new Set(lines.map((line) => line.client_id));
    const isWaiting = (entry) => keepsUnsent && entry.state !== "sent" && !known.has(entry.clientId);
    const waiting = this.#entries.filter(isWaiting);
    this.setTyping(false);
    this.#entries = [];
    this.#byClient.clear();
    this.#cursors.clear();
    for (const entry of [...lines.map(entryOf), ...waiting]) this.#note(entry);
    this.#markChosen();
    this.refresh();
    this.#jumpToEnd();
  }

  /** Draw everything again, in the language in force. */
  refresh() {
    this.root.setAttribute("aria-live", "off");
    this.root.replaceChildren();
    this.#entries.forEach((entry, place) => this.#append(entry, this.#entries[place - 1]));
    requestAnimationFrame(() => this.root.setAttribute("aria-live", "polite"));
  }

  /** Take a line of the server: news, or the confirmation of what we sent. */
  addLine(line) {
    if (this.#cursors.has(line.cursor)) return;
    const known = line.client_id && this.#byClient.get(line.client_id);
    if (known) {
      this.#cursors.add(line.cursor);
      Object.assign(known, { at: new Date(line.at), state: "sent" });
      this.#redraw(known);
      return;
    }
    this.#show(entryOf(line));
    if (line.author === "person") return;
    this.repliesSeen += 1;
    this.setTyping(false);
    this.onNew();
  }

  /** Show what the person just sent before the server has it. */
  addPending(entry) {
    const full = { author: "person", text: "", choices: [], media: [], attachments: [], at: new Date(), ...entry };
    this.#show({ ...full, state: "sending" }, true);
  }

  setState(clientId, state) {
    const entry = this.#byClient.get(clientId);
    if (!entry || (entry.state === "sent" && state !== "sent")) return;
    entry.state = state;
    this.#redraw(entry);
    if (state === "failed") this.announce.textContent = say("failed");
  }

  setTyping(isTyping) {
    clearTimeout(this.#typingTimer);
    this.typing.hidden = !isTyping;
    this.announce.textContent = isTyping ? say("typing") : "";
    if (!isTyping) return;
    this.#typingTimer = setTimeout(() => this.setTyping(false), TYPING_MS);
    if (this.isFollowing) this.scrollToEnd();
  }

  scrollToEnd() {
    this.toEnd.hidden = true;
    this.isFollowing = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: calm() ? "auto" : "smooth" });
  }

  #jumpToEnd() { this.scroller.scrollTop = this.scroller.scrollHeight; }

  // Only a move upwards is the person's wish to read on; our own moves go down.
  #noteScroll() {
    const top = this.scroller.scrollTop;
    if (this.#isNearEnd()) {
      this.isFollowing = true;
      this.toEnd.hidden = true;
    } else if (top < this.#lastTop) {
      this.isFollowing = false;
    }
    this.#lastTop = top;
  }

  #isNearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  #show(entry, isOwn = false) {
    const follows = isOwn || this.isFollowing;
    this.#append(entry, this.#entries.at(-1));
    this.#note(entry);
    if (follows) this.scrollToEnd();
    else this.toEnd.hidden = false;
  }

  #note(entry) {
    this.#entries.push(entry);
    if (entry.clientId) this.#byClient.set(entry.clientId, entry);
    if (entry.cursor) this.#cursors.add(entry.cursor);
  }

  // A button whose words the person said next was the one pressed.
  #markChosen() {
    this.#entries.forEach((entry, place) => {
      const answer = this.#entries[place + 1];
      if (answer?.author !== "person") return;
      entry.chosen = entry.choices.find((choice) => choice.label === answer.text)?.value;
    });
  }

  #append(entry, previous) {
    if (!previous || !isSameDay(previous.at, entry.at)) this.root.append(drawDay(entry.at));
    entry.follows = Boolean(previous) && previous.author === entry.author && entry.at - previous.at < SAME_GROUP_MS;
    this.root.append(this.#draw(entry));
  }

  #redraw(entry) {
    const old = entry.element;
    old.replaceWith(this.#draw(entry));
  }

  #draw(entry) {
    const message = element("div", `message ${entry.author} ${entry.state ?? "sent"}`);
    if (entry.follows) message.classList.add("follows");
    message.append(element("span", "hidden", `${say(authorKey(entry))}: `));
    if (entry.author === "staff" && !entry.follows) message.append(element("span", "from", say("staff")));
    for (const file of entry.attachments) message.append(drawAttachment(file, this.findSource));
    for (const media of entry.media) message.append(drawMedia(media));
    if (entry.text) message.append(drawWords(entry.text));
    if (entry.choices.length) message.append(this.#drawChoices(entry));
    message.append(this.#drawFoot(entry));
    entry.element = message;
    return message;
  }

  #drawChoices(entry) {
    const group = element("div", "choices");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", say("choicesOf"));
    for (const choice of entry.choices) {
      const button = element("button", "choice", choice.label);
      button.type = "button";
      if (entry.chosen === choice.value) markPressed(button);
      button.addEventListener("click", () => {
        entry.chosen = choice.value;
        for (const other of group.children) markReleased(other);
        markPressed(button);
        this.onChoice(choice);
      });
      group.append(button);
    }
    return group;
  }

  #drawFoot(entry) {
    const foot = element("div", "foot");
    if (entry.state === "failed") {
      const retry = element("button", "retry", say("retry"));
      retry.type = "button";
      retry.addEventListener("click", () => this.onRetry(entry));
      foot.append(element("span", "failure", say("failed")), retry);
    } else {
      const time = element("time", "", formatTime(entry.at));
      time.dateTime = entry.at.toISOString();
      foot.append(time);
      if (entry.state === "sending") foot.append(element("span", "", say("sending")));
    }
    return foot;
  }
}

function entryOf(line) {
  return { ...line, clientId: line.client_id, at: new Date(line.at), state: "sent" };
}

function authorKey(entry) { return { person: "you", bot: "bot", staff: "staff" }[entry.author]; }

/** Words as they are, their web addresses as links. Never markup: what a message says stays words. */
function drawWords(text) {
  const bubble = element("p", "bubble");
  bubble.dir = "auto";
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(/[.,;:!?)\]]+$/, "");
    bubble.append(text.slice(from, match.index), drawLink(address, address));
    from = match.index + address.length;
  }
  bubble.append(text.slice(from));
  return bubble;
}

function drawLink(address, words) {
  const link = element("a", "", words);
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

/** A file that the person sent: at once from his own disk, after a reload from the server. */
function drawAttachment(file, findSource) {
  if (file.preview) return drawPicture(file, file.preview);
  if (!file.url) return drawChip(file, "span");
  if (SHOWN_TYPES.has(file.media_type)) {
    const image = drawPicture(file, "");
    const showName = () => image.replaceWith(drawChip(file, "span"));
    image.addEventListener("error", showName);
    findSource(file.url).then((source) => { image.src = source; }, showName);
    return image;
  }
  const link = drawChip(file, "a");
  link.href = file.url;
  link.download = file.filename;
  link.setAttribute("aria-label", `${say("download")}: ${file.filename}`);
  link.addEventListener("click", async (event) => {
    if (link.href.startsWith("blob:")) return;
    event.preventDefault();
    try { link.href = await findSource(file.url); } catch { return; } // the connection is gone: pressing again tries again
    save(link.href, file.filename);
  });
  return link;
}

function drawPicture(file, source) {
  const image = element("img", "picture");
  image.alt = `${say("image")}: ${file.filename}`;
  if (source) image.src = source;
  return image;
}

function drawChip(file, tag) {
  const chip = element(tag, "file");
  const words = element("span", "file-words");
  words.append(element("span", "file-name", file.filename), element("span", "file-size", formatSize(file.size_bytes)));
  chip.append(element("span", "file-kind", extensionOf(file)), words);
  return chip;
}

function save(source, filename) {
  const link = element("a");
  link.href = source;
  link.download = filename;
  link.click();
}

function drawMedia(media) {
  const link = drawLink(media.url, "");
  link.className = "media";
  if (media.type === "image") {
    const image = element("img", "picture");
    image.src = media.url;
    image.alt = say("picture");
    image.loading = "lazy";
    link.append(image);
  } else {
    link.classList.add("file");
    link.append(element("span", "file-kind", "↓"), element("span", "file-name", say("download")));
  }
  return link;
}

function drawDay(at) {
  const day = element("div", "day");
  day.append(element("span", "", formatDay(at)));
  return day;
}

function extensionOf(file) {
  const ending = /\.([A-Za-z0-9]{1,4})$/.exec(file.filename)?.[1] ?? file.media_type.split("/")[1]?.slice(0, 4) ?? "?";
  return ending.toUpperCase();
}

function markPressed(button) {
  button.setAttribute("aria-pressed", "true");
  button.disabled = true;
}

function markReleased(button) {
  button.removeAttribute("aria-pressed");
  button.disabled = false;
}

function element(tag, className = "", words = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (words) made.textContent = words;
  return made;
}

const locale = () => (language() === "zh" ? "zh-CN" : "en-GB");
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const isSameDay = (one, other) => one.toDateString() === other.toDateString();

function formatTime(at) {
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", hour12: false }).format(at);
}

function formatDay(at) {
  const now = new Date();
  if (isSameDay(at, now)) return say("today");
  if (isSameDay(at, new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))) return say("yesterday");
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return new Intl.DateTimeFormat(locale(), { ...year, month: "long", day: "numeric", weekday: "short" }).format(at);
}

function formatSize(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
