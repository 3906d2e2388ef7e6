import { layoutSuite } from "./layout/suite.ts";

layoutSuite("firefox");
