import { settingsSuite } from "./policy/settings-suite.ts";

settingsSuite("firefox");
