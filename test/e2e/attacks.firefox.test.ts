import { attacksSuite } from "./attacks/suite.ts";

attacksSuite("firefox");
