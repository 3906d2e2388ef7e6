import { answersLost } from "./faults/answers-lost.ts";
import { browserKilled } from "./faults/browser-killed.ts";
import { interrupted } from "./faults/interrupted.ts";
import { messageGone } from "./faults/message-gone.ts";
import { serverRefuses } from "./faults/server-refuses.ts";
import { silentMailServer } from "./faults/silent-mail-server.ts";
import { sideBySide } from "./faults/side-by-side.ts";
import { faultSuite } from "./faults/suite.ts";

faultSuite("chromium", (faults) => {
  answersLost(faults);
  serverRefuses(faults);
  silentMailServer(faults);
  interrupted(faults);
  browserKilled(faults);
  messageGone(faults);
  sideBySide(faults);
});
