import { securityKeysSuite } from "./security-keys/suite.ts";

securityKeysSuite("chromium");
