// What somebody types who wants a page to run it: entered through the real doors, shown on every page that shows it, and
// run by none. The pages are opened with their content security policy off, so that escaping alone must hold.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { complaintsOf, open } from '../lib/chromium.js';
import { run, startDemo } from '../lib/node.js';
import { nobodysNumber } from '../lib/numbers.js';
import { Walk } from '../lib/walk.js';

/// Each sets `window.__x`, opens a dialog or fetches, if it is run; at most 64 characters, which every input takes.
const PAYLOADS = [
  '<script>window.__x=1</script>',
  '"><img src=x onerror=window.__x=1>',
  "'><svg onload=window.__x=1>",
  '</dd></dl><script>alert(1)</script>',
  '</textarea><img src=x onerror=alert(1)>',
  '</title><script>window.__x=1</script>',
  '" autofocus onfocus=window.__x=1 x="',
  '<a href="javascript:window.__x=1" autofocus>x</a>',
  '<iframe srcdoc="<script>parent.__x=1</script>">',
  '<link rel=stylesheet href=//elsewhere.example/x.css>',
  '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
  '<!--<img src="--><img src=x onerror=window.__x=1>',
  '&lt;script&gt;window.__x=1&lt;/script&gt;',
  '{{7*7}}${7*7}<%= 7*7 %>',
  '<math><mtext><style><img src=x onerror=window.__x=1>',
  '＜script＞window.__x=1＜/script＞',
];
const SOURCE = ['--as', 'drug-administration', '--item', 'pharmacist-licence'];
const NAME = '白测试';
/// How many people the records are about: each has several.
const PEOPLE = 4;

/// An item of the catalog, to be proposed anew with other words.
const ITEM = join(dirname(fileURLToPath(import.meta.url)), '../../demo/catalog/tour-guide-licence.toml');

const quoted = (text) => `"${text.replaceAll('"', '""')}"`;

/// A file of one record for each payload, in the place of its number's tail and of the office that issued it.
function file() {
  const rows = PAYLOADS.map((payload, turn) =>
    [nobodysNumber(turn % PEOPLE), NAME, quoted(payload), '药学', '2024-01-02', '2029-01-01', quoted(payload)].join(','),
  );
  return ['身份证号码,姓名,注册证编号,类别,批准日期,有效期至,发证机关', ...rows, ''].join('\n');
}

/// Goes to every page that is linked from `from` below `below`, and gives what ran.
async function visitAll(context, from, below) {
  const page = await context.newPage();
  const [ahead, seen, ran] = [[from], new Set([from]), []];
  let texts = '';
  while (ahead.length > 0) {
    const path = ahead.shift();
    // A file that is saved is no page.
    const answer = await page.goto(path).catch((error) => assert.match(error.message, /Download is starting/));
    if (!answer) continue;
    if (!(answer.headers()['content-type'] ?? '').startsWith('text/html')) continue;
    if (await page.evaluate(() => '__x' in window)) ran.push(path);
    texts += await page.locator('main').innerText();
    const links = await page.locator('main a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    for (const link of links.filter((link) => link?.startsWith(below) && !link.endsWith('.csv'))) {
      if (!seen.has(link)) ahead.push(seen.add(link) && link);
    }
  }
  await page.close();
  return { ran: [...ran, ...complaintsOf(context)], texts, seen };
}

/// A file with the bytes of `text`.
const fileOf = (name, text, mimeType = 'text/csv') => ({ name, mimeType, buffer: Buffer.from(text) });

/// A source writes them: into a record, into the words of a correction and of a withdrawal, into the name of a file.
async function sourceWrites(walk) {
  await walk.be('officer.0101');
  const [record, words, name, gone] = PAYLOADS.slice(0, 4);
  for (const [place, number] of ['LH-X-1', 'LH-X-2'].entries()) {
    await walk.to('/source/records/new?item=pharmacist-licence');
    const who = { 'f-identifier': nobodysNumber(100), 'f-name': NAME, 'f-registration_no': number, 'f-issuing_authority': record };
    await walk.send('/source/records/new', { ...who, 'f-granted_on': '2025-03-01', 'f-valid_until': '2030-02-28', 'f-class': { choice: { index: 1 } } });
    await walk.press(walk.main.locator('form button'));
    await walk.opens('pharmacist-licence', number, nobodysNumber(100));
    if (place === 0) {
      await walk.press(walk.main.locator('a[href$="/correct"]'));
      await walk.press(walk.main.locator('a[href*="valid_until"]'));
      await walk.send('/correct', { value: '2031-02-28', reason: { choice: { index: 1 } }, words });
    } else {
      await walk.press(walk.main.locator('a[href$="/withdraw"]'));
      await walk.send('/withdraw', { reason: { choice: { index: 1 } }, words: gone });
    }
    await walk.press(walk.main.locator('form button'));
    await walk.says('batch-sent');
  }
  await walk.to('/source/batches/new');
  await walk.send('/source/batches/new', { file: fileOf(name.replaceAll('/', '') + '.csv', file()) });
  await walk.checked();
}

/// Registrars write them: into a member's names, into reasons, into an item of the catalog.
async function registrarsWrite(walk) {
  const proposals = [];
  const proposed = async () => {
    await walk.says('proposal-open');
    proposals.push(walk.path);
  };
  await walk.be('registrar.registrar-1');
  await walk.to('/registry/admit-member');
  const member = { code: 'payloads', title_en: PAYLOADS[0], title_zh: PAYLOADS[5], 'sectors-0': true, because: PAYLOADS[1] };
  await walk.send('/registry/admit-member', member);
  await proposed();
  await walk.to('/registry/members/tourism');
  await walk.send('/standing', { because: PAYLOADS[2] });
  await proposed();
  const item = readFileSync(ITEM, 'utf8')
    .replace('version = 1', 'version = 2')
    .replace(/in_force_from = "[^"]*"/, 'in_force_from = "2026-12-31"')
    .replace(/^title = .*/m, `title = { en = ${JSON.stringify(PAYLOADS[0])}, zh = ${JSON.stringify(PAYLOADS[1])} }`)
    .replace(/^plain_words = .*/m, `plain_words = { en = ${JSON.stringify(PAYLOADS[2])}, zh = ${JSON.stringify(PAYLOADS[5])} }`);
  await walk.to('/registry/catalog/new');
  await walk.send('/registry/catalog/check', { text: item, because: PAYLOADS[3] });
  await walk.asks('item-check-title');
  await walk.press(walk.main.locator('form[action$="/propose"] button'));
  await proposed();
  await walk.be('registrar.registrar-2');
  for (const [place, decision] of ['/agree', '/reject', '/agree'].entries()) {
    await walk.to(proposals[place]);
    await walk.send(decision, decision === '/reject' ? { because: PAYLOADS[7] } : {});
  }
}

/// A person and a supervisor write them.
async function othersWrite(walk) {
  await walk.be('person.0');
  await walk.to('/my/settings');
  await walk.send('/my/settings', { 'channel-sms': true, phone: PAYLOADS[0], phrase: PAYLOADS[1] });
  await walk.says('settings-faults');
  await walk.be('supervisor.supervisor-1');
  await walk.to('/supervision/samples');
  const fingerprint = createHash('sha256').update(PAYLOADS[1]).digest('hex');
  await walk.send('/supervision/samples', { fingerprint, looks: '3' });
  await walk.press(walk.main.locator('form button'));
  await walk.send(walk.path, { words: PAYLOADS[1] });
  await walk.press(walk.main.locator('form button'));
  await walk.says('sample-made');
}

/// Who comes afterwards, where each begins, below what, and what is among the texts that each reads.
const READERS = [
  ['person.0', '/my', '/my', []],
  ['officer.0101', '/source', '/source', []],
  ['officer.0417', '/inquiry', '/inquiry', []],
  ['registrar.registrar-2', '/registry', '/registry', [0, 1, 2, 3, 7]],
  ['supervisor.supervisor-1', '/supervision', '/supervision', [1]],
  ['nobody', '/members', '/members', [0]],
  ['nobody', '/catalog', '/catalog', []],
  ['nobody', '/demo/outbox', '/demo/outbox', []],
];

export function payloads(ground) {
  describe('payloads', () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairfile-e2e-'));
    let node;
    before(async () => {
      node = await startDemo();
      const path = join(folder, 'payloads.csv');
      writeFileSync(path, file());
      const at = ['--server', node.address, '--keys', node.keys];
      const sent = await run(['batch', 'submit', path, ...SOURCE, ...at, '--yes', '--json']);
      assert.equal(sent.code, 0, sent.err + sent.out);
      // One of them is corrected, with words for the person that are a payload as well.
      const lines = [PAYLOADS[0], nobodysNumber(0), PAYLOADS[1], PAYLOADS[2], ''].join('\n');
      const corrected = await run(
        ['record', 'correct', ...SOURCE, '--input', 'issuing_authority', '--reason', 'entered-wrongly', '--words', '-', ...at],
        lines,
      );
      assert.equal(corrected.code, 0, corrected.err + corrected.out);
    });
    after(async () => {
      await node?.stop();
      rmSync(folder, { recursive: true });
    });
    it('nothing that a source wrote runs on a page of the person', async () => {
      for (let turn = 0; turn < PEOPLE; turn += 1) {
        const context = await open(ground.browser, { address: node.address, bypassCSP: true });
        const language = turn % 2 ? 'zh' : 'en';
        const page = await context.newPage();
        await page.goto(`/${language}/sign-in`);
        await page.locator('main input[name=number]').fill(nobodysNumber(turn));
        await Promise.all([page.waitForURL(/\/my$/), page.locator('main form button').last().click()]);
        const { ran, texts, seen } = await visitAll(context, `/${language}/my`, `/${language}/my`);
        assert.deepEqual(ran, []);
        assert.ok(seen.size > 3, `only ${[...seen]} were visited`);
        // The first record was corrected, and its words are the third.
        const own = PAYLOADS.filter((_, place) => place % PEOPLE === turn || (turn === 0 && [1, 2].includes(place)));
        for (const shown of own) assert.ok(texts.includes(shown), `${shown} is shown as it was written`);
        await context.close();
      }
    });
    it('nothing that officers, registrars, a supervisor and persons write runs on anybody\'s page', async () => {
      const context = await open(ground.browser, { address: node.address, bypassCSP: true });
      const walk = new Walk(await context.newPage(), 'en');
      await walk.to('/demo');
      for (const write of [sourceWrites, registrarsWrite, othersWrite]) await write(walk);
      for (const [who, from, below, shown] of READERS) {
        await walk.be(who);
        const { ran, texts } = await visitAll(context, `/en${from}`, `/en${below}`);
        assert.deepEqual(ran, [], `as ${who} from ${from}`);
        for (const place of shown) assert.ok(texts.includes(PAYLOADS[place]), `${who} reads ${PAYLOADS[place]} below ${from}`);
      }
      await context.close();
    });
    it('nothing that is typed into a form runs on the page that comes back', async () => {
      const context = await open(ground.browser, { address: node.address, bypassCSP: true });
      const page = await context.newPage();
      for (const payload of PAYLOADS) {
        for (const path of ['/en/sign-in', '/zh/verify']) {
          await page.goto(path);
          const form = page.locator('main form').first();
          const fields = form.locator('input[type=text], textarea');
          for (const field of await fields.all()) await field.fill(payload);
          await Promise.all([page.waitForEvent('load'), form.locator('button').last().click()]);
          assert.equal(await page.evaluate(() => '__x' in window), false, `${path} ran ${payload}`);
        }
      }
      for (const payload of PAYLOADS) {
        for (const path of ['/en/', '/zh/catalog/', '/en/problems/', '/en/law/', '/zh/my/looks?after=']) {
          await page.goto(path + encodeURIComponent(payload));
          assert.equal(await page.evaluate(() => '__x' in window), false, `${path} ran ${payload}`);
        }
      }
      assert.deepEqual(complaintsOf(context), []);
      await context.close();
    });
  });
}
