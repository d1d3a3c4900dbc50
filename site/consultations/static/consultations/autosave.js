// The writing page saves itself while its author types. The buttons save without it.
const form = document.querySelector("form[data-autosave]");
if (form) {
  const said = form.querySelector("[data-autosave-said]");
  const PAUSE = 4000; // after the last key
  const APART = 20000; // between two saves
  const lost = "Not saved. Check your connection, then press “Save the draft”.";
  let timer, last = 0, dirty = false, saving = null;

  const plan = () => {
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(PAUSE, last + APART - Date.now()));
  };

  async function send() {
    dirty = false;
    last = Date.now();
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: new FormData(form), redirect: "manual" });
      const told = answer.type === "opaqueredirect"
        ? { said: "Not saved: you were signed out. Sign in in another window, then press “Save the draft”." }
        : await answer.json();
      said.textContent = told.said;
      if (told.seen) form.elements.seen.value = told.seen;
      else dirty = true;
    } catch {
      said.textContent = lost;
      dirty = true;
    }
  }

  async function save() {
    if (saving) return plan();
    saving = send();
    await saving;
    saving = null;
  }

  form.addEventListener("input", () => { dirty = true; said.textContent = "Not saved yet"; plan(); });
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    dirty = false;
    if (!saving) return;
    event.preventDefault(); // its own save is under way: a button pressed now would look like a second window
    const button = event.submitter;
    await saving;
    dirty = false;
    form.requestSubmit(button);
  });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
}
