import { attacksSuite } from "./attacks/suite.ts";

attacksSuite("chromium");
