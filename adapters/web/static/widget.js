// crmbot's chat for any web site:
//   <script src="https://HOST/widget.js" async data-language="auto"></script>
// data-language: auto (the browser's), zh or en; data-side: right or left. Everything lives in a shadow root and a
// frame, so the page's styles and ours never meet.
(() => {
  "use strict";

  const script = document.currentScript;
  if (!script || window.crmbotWidget) return;
  window.crmbotWidget = true;

  const origin = new URL(script.src).origin;
  const asked = script.dataset.language;
  const side = script.dataset.side === "left" ? "left" : "right";
  const preferred = (navigator.languages || []).map((tag) => tag.slice(0, 2)).find((name) => name === "zh" || name === "en");
  const language = asked === "zh" || asked === "en" ? asked : preferred || "en";
  const words = {
    zh: { open: "打开在线咨询", close: "关闭在线咨询", title: "在线咨询", unread: (count) => `，${count} 条新消息` },
    en: { open: "Open the chat", close: "Close the chat", title: "Chat", unread: (count) => `, ${count} new` },
  }[language];

  const STYLE = `
    :host { all: initial; }
    .panel, .launcher { position: fixed; ${side}: max(20px, env(safe-area-inset-${side})); z-index: 2147483000; }
    .launcher {
      bottom: max(20px, env(safe-area-inset-bottom)); width: 60px; height: 60px; padding: 0; border: 0;
      border-radius: 50%; background: #0b6e5a; color: #fff; cursor: pointer; display: grid; place-items: center;
      box-shadow: 0 6px 24px rgb(6 50 40 / .35); transition: transform .15s ease, background .15s ease;
    }
    .launcher:hover { background: #095a4a; transform: translateY(-2px); }
    .launcher:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #0b6e5a; }
    .launcher svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    .launcher .fold, .open .launcher .unfold { display: none; }
    .open .launcher .fold { display: block; }
    .badge {
      position: absolute; top: -2px; right: -2px; min-width: 22px; height: 22px; box-sizing: border-box; padding: 0 6px;
      border-radius: 11px; background: #c62828; color: #fff; font: 600 13px/22px system-ui, sans-serif; text-align: center;
    }
    [hidden] { display: none !important; }
    .panel {
      bottom: calc(max(20px, env(safe-area-inset-bottom)) + 76px); width: 400px; max-width: calc(100vw - 40px);
      height: min(660px, calc(100vh - 120px)); border-radius: 18px; overflow: hidden; background: #f6f8f5;
      box-shadow: 0 16px 56px rgb(6 30 25 / .3), 0 0 0 1px rgb(6 30 25 / .08); animation: rise .18s ease-out;
    }
    iframe { width: 100%; height: 100%; border: 0; display: block; color-scheme: light dark; }
    @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
    @media (prefers-color-scheme: dark) { .panel { background: #121917; } }
    @media (max-width: 520px), (max-height: 480px) {
      .panel { inset: 0; width: 100%; max-width: none; height: 100%; height: 100dvh; border-radius: 0; }
      .open .launcher { display: none; }
    }
    @media (prefers-reduced-motion: reduce) { .panel { animation: none; } .launcher { transition: none; } }
    @media print { :host { display: none; } }`;

  function build() {
    const host = document.createElement("div");
    host.id = "crmbot-widget";
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // not a <style>: a strict content policy of the page would forbid it
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const box = document.createElement("div");
    const panel = buildPanel();
    const launcher = buildLauncher();
    box.append(panel, launcher);
    root.append(box);
    document.body.append(host);
    connect(box, panel, launcher);
  }

  function buildPanel() {
    const panel = document.createElement("div");
    panel.className = "panel";
    panel.id = "panel";
    panel.hidden = true;
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", words.title);
    return panel;
  }

  function buildLauncher() {
    const launcher = document.createElement("button");
    launcher.type = "button";
    launcher.className = "launcher";
    launcher.setAttribute("aria-controls", "panel");
    launcher.append(
      draw("unfold", "M12 4c-5 0-9 3.300-9 7.400 0 2.300 1.300 4.400 3.400 5.800L6 21l3.700-1.800c.7.1 1.500.2 2.300.2 5 0 9-3.300 9-7.500S17 4 12 4z"),
      draw("fold", "M6 9l6 6 6-6"),
    );
    const badge = document.createElement("span");
    badge.className = "badge";
    badge.hidden = true;
    badge.setAttribute("aria-hidden", "true");
    launcher.append(badge);
    return launcher;
  }

  function draw(name, path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", name);
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  }

  function connect(box, panel, launcher) {
    const badge = launcher.querySelector(".badge");
    let frame = null;
    let unread = 0;
    const isOpen = () => !panel.hidden;
    const post = (type) => frame.contentWindow.postMessage({ type }, origin);

    function label() {
      launcher.setAttribute("aria-expanded", String(isOpen()));
      launcher.setAttribute("aria-label", (isOpen() ? words.close : words.open) + (unread ? words.unread(unread) : ""));
      badge.textContent = unread > 99 ? "99+" : String(unread);
      badge.hidden = unread === 0;
    }

    function open() {
      panel.hidden = false;
      box.className = "open";
      if (frame) post("crmbot:opened");
      else panel.append((frame = buildFrame(() => post("crmbot:opened"))));
      frame.focus();
      label();
    }

    function close() {
      if (!isOpen()) return;
      panel.hidden = true;
      box.className = "";
      post("crmbot:closed");
      label();
      launcher.focus();
    }

    launcher.addEventListener("click", () => (isOpen() ? close() : open()));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
    window.addEventListener("message", (event) => {
      if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
      if (event.data.type === "crmbot:close") close();
      if (event.data.type === "crmbot:keep") keep(event.data.token);
      if (event.data.type === "crmbot:recall") {
        frame.contentWindow.postMessage({ type: "crmbot:kept", token: recall() }, origin);
      }
      if (event.data.type === "crmbot:unread") { unread = Number(event.data.count) || 0; label(); }
    });
    label();
  }

  // Only for browsers that give the frame no storage of its own (static/vault.js).
  function keep(token) {
    try { localStorage.setItem(`crmbot.visitor@${origin}`, String(token)); } catch { /* lasts as long as the page */ }
  }

  function recall() {
    try { return localStorage.getItem(`crmbot.visitor@${origin}`); } catch { return null; }
  }

  // Loaded at the first opening, so that a page with the widget is as fast as one without.
  function buildFrame(onLoad) {
    const frame = document.createElement("iframe");
    frame.title = words.title;
    frame.src = `${origin}/widget/frame?language=${asked === "zh" || asked === "en" ? asked : "auto"}`;
    frame.addEventListener("load", onLoad, { once: true });
    return frame;
  }

  if (document.body) build();
  else document.addEventListener("DOMContentLoaded", build, { once: true });
})();
