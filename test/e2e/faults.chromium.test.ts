import { answersLost } from "./faults/answers-lost.ts";
import { interrupted } from "./faults/interrupted.ts";
import { serverRefuses } from "./faults/server-refuses.ts";
import { sideBySide } from "./faults/side-by-side.ts";
import { faultSuite } from "./faults/suite.ts";

faultSuite("chromium", (faults) => {
  answersLost(faults);
  serverRefuses(faults);
  interrupted(faults);
  sideBySide(faults);
});
