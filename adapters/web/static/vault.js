// Where the widget's frame keeps its visitor's token: in its own storage, which only we can read. Browsers that refuse
// storage to framed pages leave one place, the storage of the page around us; widget.js keeps it there. That page could
// show a chat of its own making anyway, so it learns nothing that it could not have asked for.

const KEY = "crmbot.visitor";
const ANSWER_MS = 1000; // a page that embeds the frame without widget.js never answers

export class Vault {
  async load() {
    return canStore() ? localStorage.getItem(KEY) : askParent();
  }

  save(token) {
    if (canStore()) localStorage.setItem(KEY, token);
    else parent.postMessage({ type: "crmbot:keep", token }, "*");
  }
}

function canStore() {
  try {
    localStorage.setItem("crmbot.probe", "1");
    localStorage.removeItem("crmbot.probe");
    return true;
  } catch {
    return false;
  }
}

function askParent() {
  return new Promise((resolve) => {
    const settle = (token) => {
      clearTimeout(timer);
      window.removeEventListener("message", hear);
      resolve(token);
    };
    const hear = (event) => {
      if (event.source === parent && event.data?.type === "crmbot:kept") settle(event.data.token ?? null);
    };
    const timer = setTimeout(() => settle(null), ANSWER_MS);
    window.addEventListener("message", hear);
    parent.postMessage({ type: "crmbot:recall" }, "*");
  });
}
