// Every page, in both languages and all colours, wide and narrow, in each state: nothing that axe objects to, nothing
// that the browser complains of, no side scroll, no target too small for a finger.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { findings } from '../lib/axe.js';
import { complaintsOf } from '../lib/chromium.js';
import { layoutFaults } from '../lib/layout.js';
import { arrive, enter, titled, turns } from '../lib/turns.js';
import { ROUTES } from '../routes.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const PAGES = join(ROOT, 'docs/pages.md');
const SIZES = [
  { width: 1280, height: 900 },
  { width: 320, height: 640 },
];
/// Where screenshots are put, if anywhere; from the repository's folder.
const SHOTS = process.env.FAIRFILE_E2E_SHOTS && resolve(ROOT, process.env.FAIRFILE_E2E_SHOTS);

async function shoot(page, turn, colours, width) {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  const name = titled(turn).replace(/[^a-z0-9]+/gi, '-');
  await page.screenshot({ path: join(SHOTS, `${name}-${colours}-${width}.png`), fullPage: true });
}

/// Looks at one state in all colours and sizes, and gives all that is wrong.
///
/// Each size is looked at whole in one of the colours; in the other, where only colours can differ from what was seen at
/// another size, axe looks if `isWhole`.
async function look(page, turn, isWhole) {
  const faults = [];
  for (const size of SIZES) {
    await page.setViewportSize(size);
    const order = size === SIZES[0] ? ['light', 'dark'] : ['dark', 'light'];
    for (const [place, colours] of order.entries()) {
      if (place > 0 && !isWhole && !SHOTS) continue;
      await page.emulateMedia({ colorScheme: colours, reducedMotion: 'reduce' });
      const found = place === 0 || isWhole ? await findings(page, { coloursOnly: place > 0 }) : [];
      if (place === 0) found.push(...(await layoutFaults(page)));
      faults.push(...found.map((fault) => `${size.width} px, ${colours}: ${fault}`));
      await shoot(page, turn, colours, size.width);
    }
  }
  return faults;
}

export function pages(ground, isWhole) {
  describe('pages', { concurrency: ground.workers }, () => {
    it('every page has a row', () => {
      const rows = readFileSync(PAGES, 'utf8').matchAll(/^\| `GET ([^`]+)` /gm);
      const described = [...rows].map((row) => row[1]).sort();
      assert.deepEqual(ROUTES.map((row) => row.page).sort(), described, 'e2e/routes.js and docs/pages.md name the same pages');
    });
    for (const { page, file } of ROUTES.filter((row) => row.file)) {
      it(`${page} is a file`, async () => {
        const [as, to, kind, further = ''] = file;
        const { context, place } = await enter(ground, { as });
        const path = typeof to === 'function' ? await to(await context.newPage(), 'en', place) : to;
        const answer = await context.request.get(`/en${path}${further}`);
        assert.equal(answer.status(), 200);
        assert.ok(answer.headers()['content-type'].startsWith(kind), answer.headers()['content-type']);
        await context.close();
      });
    }
    for (const turn of turns(isWhole)) {
      it(titled(turn), { timeout: ground.patience }, async () => {
        const stage = await enter(ground, turn);
        try {
          const page = await arrive(stage, turn);
          const told = await page.locator('[role=alert], .errors, .refused').count();
          if (turn.name === 'error') assert.ok(told > 0, 'it is told what is wrong');
          const faults = await look(page, turn, isWhole);
          assert.deepEqual([...complaintsOf(stage.context), ...faults], []);
        } finally {
          await stage.context.close();
        }
      });
    }
  });
}
