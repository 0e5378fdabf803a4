// The sign-in dialog of staff, with the new password that a first sign-in asks for.

import { language, say } from "./strings.js";

export class SignIn {
  /** `onDone(who)` is called after a sign-in. */
  constructor(api, onDone) {
    Object.assign(this, { api, onDone });
    this.dialog = document.getElementById("sign-in");
    this.handle = document.getElementById("handle");
    this.password = document.getElementById("password");
    this.newPassword = document.getElementById("new-password");
    this.repeat = document.getElementById("repeat-password");
    this.error = document.getElementById("sign-in-error");
    this.submit = document.getElementById("sign-in-submit");
    document.getElementById("sign-in-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#try();
    });
    document.getElementById("sign-in-cancel").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", (event) => { if (event.target === this.dialog) this.dialog.close(); });
    this.dialog.addEventListener("close", () => this.#forget());
  }

  open() {
    this.#ask(false);
    this.dialog.showModal();
    this.handle.focus();
  }

  #ask(newPassword) {
    this.asksNew = newPassword;
    document.getElementById("sign-in-old").hidden = newPassword;
    document.getElementById("sign-in-new").hidden = !newPassword;
    this.newPassword.required = this.repeat.required = newPassword;
    document.getElementById("sign-in-title").textContent = say(newPassword ? "newPasswordTitle" : "signInTitle");
    document.getElementById("sign-in-lead").textContent = say(newPassword ? "newPasswordLead" : "signInLead");
    this.submit.textContent = say(newPassword ? "savePassword" : "signIn");
    this.#tell("");
  }

  async #try() {
    if (this.asksNew && this.newPassword.value !== this.repeat.value) {
      this.#tell(say("passwordsDiffer"));
      this.repeat.focus();
      return;
    }
    this.submit.disabled = true;
    this.#tell("");
    try {
      const fresh = this.asksNew ? this.newPassword.value : null;
      const who = await this.api.signIn(this.handle.value.trim(), this.password.value, fresh);
      this.dialog.close();
      this.onDone(who);
    } catch (refusal) {
      this.#refuse(refusal);
    } finally {
      this.submit.disabled = false;
    }
  }

  #refuse(refusal) {
    if (refusal.code === "password_change_required") {
      this.#ask(true);
      this.newPassword.focus();
      return;
    }
    this.#tell(refusal.words?.[language()] || say("unreachable"));
    (this.asksNew ? this.newPassword : this.password).select();
  }

  #tell(sentence) {
    this.error.textContent = sentence;
    this.error.hidden = !sentence;
  }

  #forget() {
    for (const input of [this.password, this.newPassword, this.repeat]) input.value = "";
  }
}
