import { deploymentSuite } from "./deployment/suite.ts";

deploymentSuite("firefox");
