import { deploymentSuite } from "./deployment/suite.ts";

deploymentSuite("chromium");
