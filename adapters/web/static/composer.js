// Where the person writes: the field that grows, files by button, paste or drop, and one line for what went wrong.

const TALLEST_PX = 168;
const NOTICE_MS = 8000;

export class Composer {
  #noticeTimer = null;

  /** `onText(text)` and `onFile(file)` are called with what the person sends. */
  constructor({ onText, onFile }) {
    this.form = document.getElementById("composer");
    this.words = document.getElementById("words");
    this.send = document.getElementById("send");
    this.notice = document.getElementById("notice");
    this.file = document.getElementById("file");
    Object.assign(this, { onText, onFile });
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#submit(); });
    this.words.addEventListener("input", () => this.#fit());
    this.words.addEventListener("keydown", (event) => this.#onKey(event));
    this.words.addEventListener("paste", (event) => this.#onPaste(event));
    document.getElementById("attach").addEventListener("click", () => this.file.click());
    this.file.addEventListener("change", () => { this.#takeFiles(this.file.files); this.file.value = ""; });
    this.#acceptDrops();
    this.#fit();
  }

  focus() { this.words.focus({ preventScroll: true }); }

  /** Say what went wrong; an empty sentence takes it back. */
  tell(sentence) {
    clearTimeout(this.#noticeTimer);
    this.notice.textContent = sentence;
    this.notice.hidden = !sentence;
    if (sentence) this.#noticeTimer = setTimeout(() => this.tell(""), NOTICE_MS);
  }

  #submit() {
    const text = this.words.value.trim();
    if (!text) { this.focus(); return; }
    this.words.value = "";
    this.#fit();
    this.tell("");
    this.onText(text);
    this.focus();
  }

  #onKey(event) {
    // While an input method composes (pinyin), Enter chooses its words and sends nothing; 229 is Safari's way to say so.
    const isComposing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #onPaste(event) {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    this.#takeFiles(event.clipboardData.files);
  }

  #acceptDrops() {
    const curtain = document.getElementById("drop");
    const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    document.addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      curtain.hidden = false;
    });
    document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) curtain.hidden = true; });
    document.addEventListener("drop", (event) => {
      curtain.hidden = true;
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.#takeFiles(event.dataTransfer.files);
    });
  }

  #takeFiles(files) {
    for (const file of files) this.onFile(file);
    this.focus();
  }

  #fit() {
    this.send.classList.toggle("ready", this.words.value.trim() !== "");
    this.words.style.height = "auto";
    this.words.style.height = `${Math.min(this.words.scrollHeight, TALLEST_PX)}px`;
    this.words.style.overflowY = this.words.scrollHeight > TALLEST_PX ? "auto" : "hidden";
  }
}
