import { cardsSuite } from "./cards/suite.ts";

cardsSuite("chromium");
