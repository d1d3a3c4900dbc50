// NHS.UK frontend's behaviours on our pages. Everything works without them.
const frontend = document.currentScript.dataset.frontend;
document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
import(frontend).then(({ initAll }) => initAll());
