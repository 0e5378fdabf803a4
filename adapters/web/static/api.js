// Talks to the server: who we are, what we send, and the stream of what is new.

import { Vault } from "./vault.js";

const SILENCE_MS = 40_000; // the server sends a comment every 15 s; longer silence is a dead connection
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

const UNREACHABLE = { code: "unreachable", message_zh: "", message_en: "" };

/** A refusal of the server, in its own words, or a server that does not answer (status 0, no words). */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.code);
    this.status = status;
    this.code = problem.code;
    this.words = { zh: problem.message_zh, en: problem.message_en };
  }
}

export class Api {
  /** `isFrame`: in the widget, cookies are not ours to use; a token of our own says who the visitor is. */
  constructor(isFrame) {
    this.isFrame = isFrame;
    this.vault = isFrame ? new Vault() : null;
    this.token = null;
  }

  async openSession() {
    let session;
    if (this.vault && !this.token) this.token = await this.vault.load();
    try {
      session = await this.#post("/chat/session", { frame: this.isFrame });
    } catch (refusal) {
      if (!(this.token && refusal.code === "session_invalid")) throw refusal;
      this.token = null;
      session = await this.#post("/chat/session", { frame: this.isFrame });
    }
    if (this.vault) this.vault.save((this.token = session.visitor_token));
    return session;
  }

  history() { return this.#request("/chat/history"); }
  sendText(clientId, text, language) { return this.#post("/chat/messages", { client_id: clientId, text, language }); }
  sendChoice(clientId, choice, label, language) {
    return this.#post("/chat/messages", { client_id: clientId, choice, label, language });
  }
  sendFile(clientId, file, language) {
    const form = new FormData();
    form.set("client_id", clientId);
    form.set("language", language);
    form.set("file", file, file.name || "file");
    return this.#request("/chat/attachments", { method: "POST", body: form });
  }
  /** An address under which the browser can show or save a file that the person sent; to be revoked if it is a blob. */
  async fileSource(url) {
    if (!this.isFrame) return url; // the cookie goes along by itself
    const response = await this.#fetch(url, {});
    return URL.createObjectURL(await response.blob());
  }
  signIn(handle, password, newPassword) {
    return this.#post("/chat/sign-in", { handle, password, new_password: newPassword });
  }
  signOut() { return this.#post("/chat/sign-out", null); }

  /** Call `onLine` for every line after the cursor until `signal` aborts; reconnects by itself. */
  async follow(cursor, signal, { onLine, onState, onLost }) {
    let pause = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        for await (const event of this.#stream(cursor, signal, () => { pause = FIRST_PAUSE_MS; onState(true); })) {
          if (event.id) cursor = event.id;
          if (event.type === "line") onLine(JSON.parse(event.data));
        }
      } catch (error) {
        if (signal.aborted) return;
        // Not known any more, or a place that is none (a restored database): begin again with the history.
        if (error instanceof Refusal && [401, 422].includes(error.status)) { onLost(); return; }
        onState(false);
        await sleepUntilOnline(pause * (0.75 + Math.random() / 2), signal);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  async *#stream(cursor, signal, onOpen) {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    signal.addEventListener("abort", stop);
    let watch = setTimeout(stop, SILENCE_MS);
    try {
      const headers = cursor ? { "Last-Event-ID": cursor } : {};
      const response = await this.#fetch("/chat/events", { headers, signal: attempt.signal });
      onOpen();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new EventParser();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return;
        clearTimeout(watch);
        watch = setTimeout(stop, SILENCE_MS);
        yield* parser.feed(value);
      }
    } finally {
      clearTimeout(watch);
      signal.removeEventListener("abort", stop);
      attempt.abort();
    }
  }

  #post(path, body) {
    return this.#request(path, {
      method: "POST",
      body: body === null ? null : JSON.stringify(body),
      headers: body === null ? {} : { "Content-Type": "application/json" },
    });
  }

  async #request(path, options = {}) {
    const response = await this.#fetch(path, options);
    return response.status === 204 ? null : response.json();
  }

  async #fetch(path, options) {
    const headers = { "X-Crmbot-Request": "1", ...options.headers };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    const credentials = this.isFrame ? "omit" : "same-origin";
    let response;
    try {
      response = await fetch(path, { ...options, headers, credentials, cache: "no-store" });
    } catch {
      throw new Refusal(0, UNREACHABLE);
    }
    if (!response.ok) {
      const problem = await response.json().catch(() => UNREACHABLE); // a proxy's page
      throw new Refusal(response.status, problem);
    }
    return response;
  }
}

/** Cuts a text/event-stream into events (HTML standard, 9.2.6), however the network cut it into pieces. */
export class EventParser {
  #rest = "";
  #event = {};

  *feed(piece) {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (this.#event.data !== undefined) yield { type: "message", ...this.#event };
        this.#event = {};
      } else {
        this.#take(line);
      }
    }
  }

  #take(line) {
    const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line);
    if (field === "data") this.#event.data = this.#event.data === undefined ? value : `${this.#event.data}\n${value}`;
    else if (field === "event") this.#event.type = value;
    else if (field === "id") this.#event.id = value;
  }
}

function sleepUntilOnline(milliseconds, signal) {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      window.removeEventListener("online", wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    window.addEventListener("online", wake);
    signal.addEventListener("abort", wake);
  });
}
