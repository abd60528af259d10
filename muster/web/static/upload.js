// The upload page works without this: it shows how much of the files is sent, and says before
// sending which of them are too large.
import { initAll } from "./vendor/govuk-frontend.min.js";

const STEP = 10; // percent between two announcements, so that screen readers are not flooded

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (!form) return;
  event.preventDefault();
  if (!form.dataset.sending && fits(form)) send(form);
});

function fits(form) {
  const most = Number(form.dataset.mostBytes);
  const chosen = [...form.querySelectorAll("input[type=file]")].flatMap((box) => [...box.files]);
  const large = chosen.filter((file) => file.size > most).map((file) => file.name);
  const said = form.querySelector("[data-upload-large]");
  said.querySelector("span").textContent = large.join(", ");
  said.hidden = large.length === 0;
  return large.length === 0;
}

function send(form) {
  const request = new XMLHttpRequest();
  form.dataset.sending = "yes";
  form.querySelector("[data-upload-failed]").hidden = true;
  form.querySelector("[data-upload-progress]").hidden = false;
  show(form, 0);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) show(form, Math.floor((100 * event.loaded) / event.total));
  });
  request.addEventListener("load", () => arrive(form, request));
  request.addEventListener("error", () => fail(form));
  request.open("POST", window.location.href);
  request.send(new FormData(form));
}

function show(form, percent) {
  const words = form.querySelector("[data-upload-progress] p");
  form.querySelector("[data-upload-progress] progress").value = percent;
  const { sending, sent } = words.dataset;
  const said = percent < 100 ? `${sending}: ${percent - (percent % STEP)} %` : sent;
  if (words.textContent !== said) words.textContent = said;
}

// The server answers with the page of the intake, or with this page and what is wrong.
function arrive(form, request) {
  const html = (request.getResponseHeader("content-type") || "").startsWith("text/html");
  const moved = new URL(request.responseURL).pathname !== window.location.pathname;
  if (request.status < 400 && moved) window.location.assign(request.responseURL);
  else if (html) replace(new DOMParser().parseFromString(request.responseText, "text/html"));
  else fail(form);
}

function replace(page) {
  const main = document.querySelector("main");
  main.replaceWith(document.adoptNode(page.querySelector("main")));
  document.title = page.title;
  initAll({ scope: document.querySelector("main") });
}

function fail(form) {
  delete form.dataset.sending;
  form.querySelector("[data-upload-progress]").hidden = true;
  form.querySelector("[data-upload-failed]").hidden = false;
}
