// Every page by keyboard, with large and spaced text, in forced colours, on paper, and no heavier than it may be.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { layoutFaults } from '../lib/layout.js';
import { arrive, enter, firsts, titled } from '../lib/turns.js';

/// What a first visit may load in all, in bytes.
const FIRST_VISIT = 60 * 1024;
/// WCAG 1.4.12.
const SPACED =
  '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }';

/// The places that Tab must stop at, in the order in which they stand on the page.
function stops(page) {
  return page.evaluate(() => {
    const shown = (element) => element.checkVisibility({ visibilityProperty: true });
    const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')];
    const groups = new Set();
    const tabbable = all.filter((element) => {
      if (!shown(element) || element.disabled) return false;
      if (element.type !== 'radio') return true;
      // Of radio buttons that belong together one is a stop, and arrows lead to the others.
      const group = `${element.form?.action} ${element.name}`;
      return !groups.has(group) && groups.add(group);
    });
    return tabbable.map((element, place) => (element.dataset.stop = `${place}`));
  });
}

/// Where the focus is, and whether it can be seen; nothing once it has left the page.
function focus(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const style = getComputedStyle(element);
    const { top, bottom, left, right } = element.getBoundingClientRect();
    const isInView = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
    const isMarked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const group = element.type === 'radio' ? document.querySelector(`input[type=radio][name="${element.name}"][data-stop]`) : null;
    const html = element.outerHTML.replace(/\s+/g, ' ').slice(0, 100);
    return { stop: (group ?? element).dataset.stop, isSeen: isInView && isMarked, html };
  });
}

/// Walks the page with Tab and gives what is wrong with the walk.
async function walk(page) {
  const expected = await stops(page);
  const faults = [];
  for (const stop of expected) {
    await page.keyboard.press('Tab');
    let here = await focus(page);
    // A box that scrolls is a stop of its own, so that its content can be reached.
    while (here && here.stop === undefined) {
      await page.keyboard.press('Tab');
      here = await focus(page);
    }
    if (here?.stop !== stop) return [...faults, `Tab comes to ${here?.html ?? 'nothing'} instead of stop ${stop} of ${expected.length}`];
    if (!here.isSeen) faults.push(`the focus cannot be seen on ${here.html}`);
  }
  await page.keyboard.press('Tab');
  if (await focus(page)) faults.push('Tab does not leave the page behind its last stop');
  return faults;
}

/// What is wrong with the page once `css` is put over it, at this width.
async function under(page, width, css) {
  await page.setViewportSize({ width, height: 900 });
  const style = await page.addStyleTag({ content: css });
  const faults = await layoutFaults(page);
  await style.evaluate((element) => element.remove());
  return faults.filter((fault) => !fault.startsWith('target')).map((fault) => `${width} px under ${css.slice(0, 30)}: ${fault}`);
}

async function inForcedColours(page) {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  const bare = await page.evaluate(() =>
    [...document.querySelectorAll('button, .tag, .empty, .notice, .errors, input:not([type=hidden]), select, textarea')]
      .filter((element) => element.checkVisibility())
      .filter((element) => getComputedStyle(element).borderStyle.includes('none') && !['radio', 'checkbox'].includes(element.type))
      .map((element) => `without a border in forced colours: ${element.outerHTML.slice(0, 100)}`),
  );
  await page.emulateMedia({ forcedColors: 'none' });
  return bare;
}

async function atRest(page) {
  const moving = await page.evaluate(() => document.getAnimations().length);
  return moving ? [`${moving} things move although less motion is wanted`] : [];
}

async function onPaper(page) {
  await page.emulateMedia({ media: 'print' });
  const faults = await page.evaluate(() => {
    const kept = [...document.querySelectorAll('nav, form, button, .demo')].filter((element) => element.checkVisibility());
    const missing = document.querySelector('main h1')?.checkVisibility() ? [] : ['its question is not on paper'];
    return [...missing, ...kept.map((element) => `on paper stands ${element.outerHTML.replace(/\s+/g, ' ').slice(0, 100)}`)];
  });
  const sheet = await page.pdf({ format: 'A4' });
  await page.emulateMedia({ media: 'screen' });
  return sheet.subarray(0, 5).toString() === '%PDF-' ? faults : [...faults, 'it cannot be printed'];
}

export function reach(ground) {
  describe('reach', { concurrency: ground.workers }, () => {
    for (const turn of firsts()) {
      it(`${titled(turn)} is reached by everybody`, { timeout: ground.patience }, async () => {
        const stage = await enter(ground, turn, { bypassCSP: true });
        try {
          const page = await arrive(stage, turn);
          const faults = [
            ...(await walk(page)),
            ...(await under(page, 1280, 'html { font-size: 200% !important }')),
            ...(await under(page, 320, SPACED)),
            ...(await inForcedColours(page)),
            ...(await atRest(page)),
            ...(await onPaper(page)),
          ];
          assert.deepEqual(faults, []);
        } finally {
          await stage.context.close();
        }
      });
    }
    it('a first visit loads at most 60 KB in all', async () => {
      for (const turn of firsts().filter((first) => first.as === 'nobody')) {
        const stage = await enter(ground, turn);
        const sizes = [];
        stage.context.on('response', (response) => sizes.push(response.request().sizes()));
        await arrive(stage, turn);
        const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size.responseBodySize + size.responseHeadersSize, 0);
        await stage.context.close();
        assert.ok(bytes <= FIRST_VISIT, `${titled(turn)} loads ${bytes} bytes`);
      }
    });
  });
}
