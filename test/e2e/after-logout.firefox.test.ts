import { afterLogoutSuite } from "./after-logout/suite.ts";

afterLogoutSuite("firefox");
