import { answersLost } from "./faults/answers-lost.ts";
import { browserKilled } from "./faults/browser-killed.ts";
import { interrupted } from "./faults/interrupted.ts";
import { messageGone } from "./faults/message-gone.ts";
import { faultSuite } from "./faults/suite.ts";

// What differs between browsers: how requests break off, how the background ends, how tabs and documents go.
faultSuite("firefox", (faults) => {
  answersLost(faults);
  interrupted(faults);
  browserKilled(faults);
  messageGone(faults);
});
