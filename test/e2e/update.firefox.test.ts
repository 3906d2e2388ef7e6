import { updateSuite } from "./deployment/update-suite.ts";

updateSuite("firefox");
