import { cardsSuite } from "./cards/suite.ts";

cardsSuite("firefox");
