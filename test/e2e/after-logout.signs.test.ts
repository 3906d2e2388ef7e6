import { signsSuite } from "./after-logout/signs.ts";

signsSuite("chromium");
