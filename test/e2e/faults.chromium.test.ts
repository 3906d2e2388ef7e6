import { browserKilled } from "./faults/browser-killed.ts";
import { interrupted } from "./faults/interrupted.ts";
import { messageGone } from "./faults/message-gone.ts";
import { sideBySide } from "./faults/side-by-side.ts";
import { faultSuite } from "./faults/suite.ts";

// Pages, the background and the browser go, or several of them send; what the server answers wrongly is in `faults.answers.test.ts`.
faultSuite("chromium", (faults) => {
  interrupted(faults);
  browserKilled(faults);
  messageGone(faults);
  sideBySide(faults);
});
