import { afterLogoutSuite } from "./after-logout/suite.ts";

afterLogoutSuite("chromium");
