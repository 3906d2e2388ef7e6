import { ownWindowSuite } from "./own-window/suite.ts";

ownWindowSuite("chromium");
