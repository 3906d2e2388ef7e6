import { walkThroughSuite } from "./walk-through/suite.ts";

walkThroughSuite("firefox");
