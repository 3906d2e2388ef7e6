import { copyFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "./run.mjs";

/** Octets that a picture of the guide may have. */
const LARGEST = 150 * 1024;

/** Which screenshot of the walk-through is which picture of the user guide. */
const PICTURES = {
  "setup.png": "01-setup-preview.png",
  "composer.png": "02-composer-written.png",
  "sent.png": "02-sent.png",
  "reader.png": "03-preview-pane.png",
  "why.png": "06-unknown-authority.png",
  "no-certificate.png": "07-dave-has-no-certificate.png",
};

/**
 * Copies screenshots of a walk-through to the user guide; answers a line for each picture.
 * @param {string[]} screenshots paths
 * @returns {string[]}
 */
export function guidePictures(screenshots) {
  return Object.entries(PICTURES).map(([name, source]) => {
    const path = screenshots.find((each) => basename(each) === source);
    if (!path) return `docs/user/${name} stays: the walk-through made no ${source}`;
    const { size } = statSync(path);
    if (size > LARGEST) return `docs/user/${name} stays: ${source} has ${size} octets, more than ${LARGEST}`;
    copyFileSync(path, join(root, "docs/user", name));
    return `docs/user/${name} is ${source} (${size} octets)`;
  });
}
