import { ownWindowSuite } from "./own-window/suite.ts";

ownWindowSuite("firefox");
