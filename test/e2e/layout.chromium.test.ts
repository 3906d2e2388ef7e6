import { layoutSuite } from "./layout/suite.ts";

layoutSuite("chromium");
