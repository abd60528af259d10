// Offers skills while somebody types, also by their other names. Without it the box is sent as
// part of its form and the table answers.
const WAIT = 160;

export class Finder {
  constructor(box, chosen) {
    this.box = box;
    this.chosen = chosen;
    this.input = box.querySelector("input");
    this.at = -1;
    this.offered = [];
  }

  start() {
    const { input, box } = this;
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-offered`;
    this.list.className = "muster-skills-find__list";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", box.querySelector("label").textContent);
    this.list.hidden = true;
    this.said = document.createElement("p");
    this.said.className = "govuk-visually-hidden";
    this.said.setAttribute("role", "status");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", this.list.id);
    input.after(this.list);
    box.append(this.said);
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.ask().catch(() => this.close()), WAIT);
  }

  async ask() {
    const words = this.input.value.trim();
    if (words.length < 2) return this.close();
    const answer = await fetch(`${this.box.dataset.skillsFind}?q=${encodeURIComponent(words)}`, { credentials: "same-origin" });
    if (!answer.ok || words !== this.input.value.trim()) return undefined;
    this.offered = (await answer.json()).found;
    return this.open();
  }

  open() {
    const { box, input, list } = this;
    this.at = -1;
    list.replaceChildren(...this.offered.map((one, place) => this.option(one, place)));
    list.hidden = !this.offered.length;
    input.setAttribute("aria-expanded", String(this.offered.length > 0));
    input.removeAttribute("aria-activedescendant");
    this.said.textContent = this.offered.length ? `${this.offered.length} ${box.dataset.some}` : box.dataset.none;
  }

  option(one, place) {
    const made = document.createElement("li");
    made.id = `${this.list.id}-${place}`;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    made.textContent = one.name;
    if (one.other) {
      const note = document.createElement("span");
      note.textContent = ` ${this.box.dataset.also} ${one.other}`;
      made.append(note);
    }
    made.addEventListener("mousedown", (event) => {
      event.preventDefault();
      this.take(place);
    });
    return made;
  }

  close() {
    this.list.hidden = true;
    this.at = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  mark(place) {
    this.at = place;
    [...this.list.children].forEach((one, row) => one.setAttribute("aria-selected", String(row === place)));
    if (place >= 0) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${place}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  take(place) {
    const one = this.offered[place];
    this.input.value = one.name;
    this.close();
    this.chosen(one.place);
    this.input.form.requestSubmit();
  }

  key(event) {
    if (this.list.hidden) return;
    const last = this.offered.length - 1;
    if (event.key === "ArrowDown") this.mark(this.at >= last ? 0 : this.at + 1);
    else if (event.key === "ArrowUp") this.mark(this.at <= 0 ? last : this.at - 1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.at >= 0) this.take(this.at);
    else return;
    event.preventDefault();
  }
}
