import { answersLost } from "./faults/answers-lost.ts";
import { serverRefuses } from "./faults/server-refuses.ts";
import { silentMailServer } from "./faults/silent-mail-server.ts";
import { faultSuite } from "./faults/suite.ts";

// The webmail and its mail server fail; the browser goes on.
faultSuite("chromium", (faults) => {
  answersLost(faults);
  serverRefuses(faults);
  silentMailServer(faults);
}, "answers");
