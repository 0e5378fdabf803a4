// Every word that the page says by itself, in both languages, and the choice between them.

const WORDS = {
  zh: {
    skip: "跳到输入框",
    conversation: "对话",
    messages: "消息",
    otherLanguage: "English",
    otherLanguageLabel: "Switch to English",
    close: "关闭对话",
    attach: "添加文件",
    send: "发送",
    wordsLabel: "输入消息",
    wordsHint: "输入您的问题…",
    keys: "Enter 发送，Shift + Enter 换行",
    drop: "松开即可发送文件",
    toEnd: "新消息",
    online: "智能助手在线",
    connecting: "正在连接…",
    offline: "连接中断，正在重新连接…",
    signedIn: ({ role }) => `员工模式 · ${role}`,
    you: "我",
    bot: "助手",
    staff: "客服同事",
    typing: "助手正在输入…",
    sending: "发送中",
    failed: "未发送",
    retry: "重试",
    choicesOf: "可选回复",
    chosen: "已选",
    file: "文件",
    image: "图片",
    picture: "助手发来的图片",
    download: "下载文件",
    today: "今天",
    yesterday: "昨天",
    helloTitle: ({ name }) => (name ? `${name}，您好` : "您好，很高兴为您服务"),
    helloVisitor: ({ company }) => `我是${company}的智能助手。有问题请直接说，我会马上回答；答不了的，会请同事跟进。`,
    helloStaff: "直接用一句话记录客户、查资料、管任务，或问我要汇总数据。",
    signInShort: "员工登录",
    signOut: "退出登录",
    signOutOf: ({ name }) => `${name} · 退出`,
    signInTitle: "员工登录",
    signInLead: "登录后，在同一个窗口里处理客户、工单和汇总。",
    newPasswordTitle: "设置新密码",
    newPasswordLead: "首次登录，请先换成您自己的密码。",
    handle: "账号",
    password: "密码",
    newPassword: "新密码",
    repeatPassword: "再次输入新密码",
    passwordRules: "至少 8 位，须含字母、数字和特殊字符。",
    passwordsDiffer: "两次输入的新密码不一致。",
    fillIn: "请填写账号和密码。",
    signIn: "登录",
    savePassword: "保存并登录",
    cancel: "取消",
    signedInAs: ({ name }) => `已登录：${name}`,
    signedOut: "已退出登录",
    tooLarge: ({ name, megabytes }) => `“${name}”超过 ${megabytes} MB，请压缩后再发。`,
    unreachable: "暂时连不上服务器，请稍后重试。",
    unread: ({ count }) => `（${count} 条新消息）`,
    roles: { rep: "销售", supervisor: "主管", manager: "经理", support: "客服", analyst: "分析", admin: "管理员" },
    starters: {
      visitor: ["你能做什么？", "我的工单进展如何？", "转人工"],
      rep: ["我的任务", "帮助"],
      support: ["待处理工单", "帮助"],
      others: ["本周汇总", "帮助"],
    },
  },
  en: {
    skip: "Skip to the message field",
    conversation: "Conversation",
    messages: "Messages",
    otherLanguage: "中文",
    otherLanguageLabel: "切换到中文",
    close: "Close the chat",
    attach: "Attach a file",
    send: "Send",
    wordsLabel: "Your message",
    wordsHint: "Ask anything…",
    keys: "Enter to send, Shift + Enter for a new line",
    drop: "Drop to send the file",
    toEnd: "New messages",
    online: "Assistant online",
    connecting: "Connecting…",
    offline: "Connection lost, reconnecting…",
    signedIn: ({ role }) => `Staff · ${role}`,
    you: "You",
    bot: "Assistant",
    staff: "Colleague",
    typing: "The assistant is typing…",
    sending: "Sending",
    failed: "Not sent",
    retry: "Try again",
    choicesOf: "Possible replies",
    chosen: "chosen",
    file: "File",
    image: "Image",
    picture: "Picture from the assistant",
    download: "Download the file",
    today: "Today",
    yesterday: "Yesterday",
    helloTitle: ({ name }) => (name ? `Hello ${name}` : "Hello, how can we help?"),
    helloVisitor: ({ company }) =>
      `I am the assistant of ${company}. Ask in your own words and I answer right away; what I cannot answer, a colleague follows up.`,
    helloStaff: "Log a customer in one sentence, look things up, manage tasks, or ask for your numbers.",
    signInShort: "Staff sign in",
    signOut: "Sign out",
    signOutOf: ({ name }) => `${name} · Sign out`,
    signInTitle: "Staff sign in",
    signInLead: "Work on customers, tickets and summaries in this same window.",
    newPasswordTitle: "Set a new password",
    newPasswordLead: "At your first sign-in, please choose a password of your own.",
    handle: "Account",
    password: "Password",
    newPassword: "New password",
    repeatPassword: "New password again",
    passwordRules: "At least 8 characters with letters, digits and a special character.",
    passwordsDiffer: "The two new passwords differ.",
    fillIn: "Please fill in account and password.",
    signIn: "Sign in",
    savePassword: "Save and sign in",
    cancel: "Cancel",
    signedInAs: ({ name }) => `Signed in as ${name}`,
    signedOut: "Signed out",
    tooLarge: ({ name, megabytes }) => `"${name}" is larger than ${megabytes} MB. Please send a smaller file.`,
    unreachable: "The server cannot be reached. Please try again in a moment.",
    unread: ({ count }) => `(${count} new) `,
    roles: {
      rep: "Sales", supervisor: "Supervisor", manager: "Manager", support: "Support", analyst: "Analyst", admin: "Admin",
    },
    starters: {
      visitor: ["What can you do?", "How is my ticket going?", "Talk to a person"],
      rep: ["My tasks", "Help"],
      support: ["Open tickets", "Help"],
      others: ["Summary of this week", "Help"],
    },
  },
};

const STORED = "crmbot.language";

let current = "en";

/** The language in force: "zh" or "en". */
export const language = () => current;

/** The words for a key, completed with values where they need some. */
export function say(key, values = {}) {
  const words = WORDS[current][key];
  return typeof words === "function" ? words(values) : words;
}

/** Choose as the person did before, else as the embedding page asks, else as the browser prefers. */
export function chooseLanguage(asked, fallback) {
  const known = (name) => (name === "zh" || name === "en" ? name : null);
  const preferred = (navigator.languages || [])
    .map((tag) => known(tag.slice(0, 2).toLowerCase()))
    .find(Boolean);
  setLanguage(known(remembered()) || known(asked) || preferred || fallback);
}

/** Change the language for now and for the next visit. */
export function switchLanguage() {
  setLanguage(current === "zh" ? "en" : "zh");
  remember(current);
}

/** Put the words of the language in force into everything below `root` that names a key. */
export function translate(root) {
  for (const element of root.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  for (const element of root.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", say(element.dataset.label));
    if (element.tagName === "BUTTON") element.title = say(element.dataset.label);
  }
  for (const element of root.querySelectorAll("[data-hint]")) element.placeholder = say(element.dataset.hint);
}

function setLanguage(name) {
  current = name;
  document.documentElement.lang = name === "zh" ? "zh-CN" : "en";
}

// Storage may be forbidden (private windows, strict widgets): then the choice lasts as long as the page.
function remembered() {
  try { return localStorage.getItem(STORED); } catch { return null; }
}

function remember(name) {
  try { localStorage.setItem(STORED, name); } catch { /* lasts as long as the page */ }
}
