// Fairfile in a real browser. `cargo xtask e2e` runs it; see README.md.

import { after, before } from 'node:test';

import { chromiumPath, launch } from './lib/chromium.js';
import { Nodes } from './lib/ground.js';
import { pages } from './tests/pages.js';
import { passkeys } from './tests/passkey.js';
import { payloads } from './tests/payloads.js';
import { reach } from './tests/reach.js';
import { story } from './tests/story.js';

if (!chromiumPath()) throw new Error('no Chromium was found; install Debian\'s `chromium`, or name one in FAIRFILE_CHROMIUM');

const isWhole = process.env.FAIRFILE_E2E === 'whole';

/// What all tests share: one browser, its nodes, and everybody's session on each.
/// `patience` is how long one look may take, in milliseconds.
const ground = { workers: 2, patience: 120_000 };

before(async () => {
  ground.browser = await launch();
  ground.nodes = new Nodes(ground.browser);
});

after(async () => {
  await ground.browser?.close();
  await ground.nodes?.stop();
});

pages(ground, isWhole);
reach(ground);
story(ground);
payloads(ground);
passkeys(ground);
