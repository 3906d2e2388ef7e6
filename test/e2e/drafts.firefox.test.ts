import { draftsSuite } from "./drafts/suite.ts";

draftsSuite("firefox");
