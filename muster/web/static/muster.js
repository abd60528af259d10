// Every page works without this: it only brings the GOV.UK components to life.
import { initAll } from "./vendor/govuk-frontend.min.js";

initAll();
document.addEventListener("htmx:afterSwap", (event) => initAll({ scope: event.target }));
