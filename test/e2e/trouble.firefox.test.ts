import { troubleSuite } from "./trouble/suite.ts";

troubleSuite("firefox");
