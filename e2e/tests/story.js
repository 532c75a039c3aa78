// The demo's story, walked in a browser as its visitors walk it: by role, in one language with scripts and in the other
// without.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';

import { complaintsOf, open } from '../lib/chromium.js';
import { startDemo } from '../lib/node.js';
import { nobodysNumber } from '../lib/numbers.js';
import { LIN } from '../lib/visitors.js';
import { Walk } from '../lib/walk.js';

/// The two records of the story, as the catalog names them.
const ITEMS = {
  en: { ban: 'Professional ban in food', licence: 'Pharmacist licence' },
  zh: { ban: '食品行业从业禁止', licence: '药师注册证' },
};
/// What the source says to the person, and the person would like to stand in every message.
const SAID = 'It was meant for another person of the same name.';
const PHRASE = '绿伞';

/// She reads what her file says, by which law and until when, and who was denied a look.
async function person(walk) {
  await walk.step('person.0', '/my');
  await walk.shows(LIN.name, walk.known.ban, walk.known.licence);
  await walk.follow(walk.known.ban);
  await walk.says('state-in-force', 'record-by-law', 'record-until', 'record-right');
  walk.known.record = walk.path;
  walk.known.number = await walk.main.locator('dl.facts dd').first().innerText();
  await walk.step('person.0', '/my/looks');
  await walk.says('look-denied', 'look-answered');
  await walk.shows('0418');
}

/// She chooses how she is told, and a word of her own.
async function settings(walk) {
  await walk.step('person.0', '/my');
  await walk.to('/my/settings');
  await walk.send('/my/settings', { 'channel-sms': true, phone: 'no number', phrase: PHRASE });
  await walk.says('settings-faults');
  await walk.send('/my/settings', { phone: '13800138000' });
  await walk.says('settings-kept');
  await walk.be('person.1');
  await walk.to('/my/settings');
  await walk.send('/my/settings', { 'channel-mail': true, mail: 'second@lanhe.example' });
  await walk.says('settings-kept');
}

/// A source practises, brings a file of which a part is ready, sends that part, and proves it.
async function batch(walk) {
  await walk.be('officer.0101');
  await walk.follow(walk.word('source-way-file'));
  await walk.send('/source/batches/practice');
  await walk.checked();
  await walk.says('practice-cannot');
  await walk.to('/source/batches/new?item=pharmacist-licence');
  const row = (number, place) => [number, '白测试', `LH-STORY-${place}`, '药学', '2024-01-02', '2029-01-01', ''].join(',');
  const rows = [row(nobodysNumber(10), 1), row(`${nobodysNumber(11).slice(0, 17)}#`, 2)];
  const text = ['身份证号码,姓名,注册证编号,类别,批准日期,有效期至,发证机关', ...rows, ''].join('\n');
  await walk.send('/source/batches/new', { file: { name: 'rows.csv', mimeType: 'text/csv', buffer: Buffer.from(text) } });
  await walk.checked();
  await walk.says('draft-needs-fixing');
  await walk.press(walk.main.locator('a.step.main'));
  await walk.asks('send-title-file');
  await walk.press(walk.main.locator('form button'));
  await walk.says('batch-sent', 'batch-reference', 'batch-next');
  const receipt = await walk.takes(walk.main.locator('a[download][href$="/receipt"]'));
  await walk.verifies(receipt, 'verify-real');
}

/// A source puts a single record on file, and corrects one that others were shown.
async function single(walk) {
  await walk.be('officer.0101');
  await walk.to('/source/records/new?item=pharmacist-licence');
  const day = { 'f-granted_on': '2025-03-01', 'f-valid_until': '2030-02-28' };
  const who = { 'f-identifier': nobodysNumber(12), 'f-name': '白测试', 'f-registration_no': 'LH-STORY-3' };
  await walk.send('/source/records/new', { ...who, ...day, 'f-class': { choice: { index: 1 } } });
  await walk.asks('send-title-record');
  await walk.press(walk.main.locator('form button'));
  await walk.says('batch-sent');
  await walk.opens('pharmacist-licence', 'LH-STORY-3', nobodysNumber(12));
  await walk.follow(walk.word('correct-link'));
  await walk.press(walk.main.locator('a[href*="valid_until"]'));
  await walk.send('/correct', { value: '2031-02-28', reason: { choice: { index: 1 } }, words: SAID });
  await walk.asks('send-title-correct');
  await walk.press(walk.main.locator('form button'));
  await walk.says('batch-sent', 'batch-told-nobody');
}

/// The ban that was meant for another person is taken back; those who were shown it are told.
async function withdrawal(walk) {
  await walk.step('officer.0201', '/source');
  await walk.opens('professional-ban', walk.known.number, LIN.number);
  await walk.follow(walk.word('withdraw-link'));
  await walk.send('/withdraw', { reason: { choice: { index: 1 } }, words: SAID });
  await walk.asks('send-title-withdraw');
  await walk.press(walk.main.locator('form button'));
  await walk.says('batch-sent', 'batch-told');
  await walk.to('/source/notices');
  await walk.says('told-to-confirm');
  await walk.step('person.0', '/my');
  await walk.to(walk.known.record);
  await walk.says('state-withdrawn', 'record-after-withdrawn');
  await walk.shows(SAID);
  await walk.to(`${walk.known.record}/told`);
  await walk.says('told-to-confirm');
}

/// An inquirer confirms that it acted, asks once, and is denied what training or purpose does not cover; she sees all of it.
async function inquirer(walk) {
  await walk.step('officer.0417', '/inquiry');
  await walk.to('/inquiry/notices');
  await walk.press(walk.main.locator('tbody a').first());
  await walk.asks('notice-title');
  await walk.follow(walk.word('notice-to-confirm-link'));
  await walk.asks('notice-check-title');
  await walk.press(walk.main.locator('form button'));
  await walk.asks('notice-done-title');
  await walk.inquires('HC-STORY-1');
  await walk.shows(walk.known.licence);
  assert.ok(!(await walk.text()).includes(walk.known.ban), 'what was taken back is shown to nobody');
  const receipt = walk.main.locator('a[href*="/inquiry/receipts/"]');
  const to = (await receipt.getAttribute('href')).slice(walk.language.length + 1);
  await walk.press(walk.main.locator('form[action$="/close"] button'));
  await walk.asks('done-title');
  await walk.to(to);
  await walk.verifies(await walk.takes(walk.main.locator('a[href$="/file"]')), 'verify-real');
  await walk.be('officer.0418');
  await walk.inquires('HC-STORY-2');
  await walk.asks('answer-denied-title');
  await walk.step('officer.0417', '/inquiry/new?purpose=food-permit');
  await walk.says('ask-unheld-denied');
  await walk.asksOnce('HC-STORY-3');
  await walk.asks('answer-denied-title');
  await walk.step('person.0', '/my/looks');
  await walk.shows('HC-STORY-1', 'HC-STORY-2', 'HC-STORY-3');
  await walk.to(`${walk.known.record}/told`);
  await walk.says('told-confirmed', 'told-to-confirm');
}

/// Two officers open the file of somebody without a phone, for that person, who finds both in it.
async function counter(walk) {
  await walk.be('officer.0417');
  await walk.to('/counter');
  await walk.send('/counter', { case: 'No. 17', number: LIN.number, name: LIN.name, present: true });
  await walk.asks('counter-waits-title');
  const visit = walk.path;
  await walk.aside('officer.0418', async (second) => {
    await second.to('/counter');
    await second.press(second.main.locator(`a[href$="${visit}"]`));
    await second.asks('counter-confirm-title');
    await second.send('/confirm', { seen: true });
  });
  await walk.follow(walk.word('counter-reload'));
  await walk.asks('counter-open-title');
  await walk.send('/open');
  await walk.asks('counter-file-title');
  await walk.shows(LIN.name);
  await walk.send('/close');
  await walk.asks('counter-closed-title');
  assert.equal((await walk.to(visit)).status(), 404);
  await walk.step('person.0', '/my/looks');
  await walk.shows('No. 17', '0417', '0418');
}

/// She takes her file along; a changed copy does not hold.
async function copy(walk) {
  await walk.step('person.0', '/my');
  await walk.to('/my/copy');
  const bytes = await walk.takes(walk.main.locator('form[action$="/my/copy"] button'));
  await walk.verifies(bytes, 'verify-real');
  const changed = bytes.toString('utf8').replace(/"case":"([^"])/, (_, first) => `"case":"${first === 'X' ? 'Y' : 'X'}`);
  await walk.verifies(Buffer.from(changed), 'verify-not-real');
}

/// One registrar proposes, another decides; what the catalog may never name is refused, whoever proposes it.
async function registrar(walk) {
  await walk.step('registrar.registrar-1', '/registry');
  await walk.to('/registry/catalog/new?example=refused');
  await walk.send('/registry/catalog/check', { because: 'volunteer hours decide loans' });
  await walk.shows('C014');
  await walk.to('/registry/members/tourism');
  await walk.send('/standing', { because: 'as the law asks' });
  await walk.says('proposal-open', 'proposal-own');
  const proposal = walk.path;
  assert.equal(await walk.main.locator('form[action$="/agree"]').count(), 0, 'nobody agrees to an own proposal');
  await walk.be('registrar.registrar-2');
  await walk.to('/registry/proposals');
  await walk.press(walk.main.locator(`a[href$="${proposal}"]`));
  await walk.send('/agree');
  await walk.says('proposal-agreed');
  await walk.to('/registry/members/tourism');
  await walk.says('member-standing-suspended');
}

/// The supervisor draws looks by a seed that nobody chose, and checks the journal.
async function supervisor(walk) {
  await walk.step('supervisor.supervisor-1', '/supervision');
  await walk.to('/supervision/samples');
  const fingerprint = createHash('sha256').update(PHRASE).digest('hex');
  await walk.send('/supervision/samples', { fingerprint, looks: '3' });
  await walk.asks('draw-sure-title');
  await walk.press(walk.main.locator('form button'));
  await walk.says('sample-announced');
  const draw = walk.path;
  await walk.send(draw, { words: 'other words' });
  await walk.says('draw-other-words');
  await walk.send(draw, { words: PHRASE });
  await walk.asks('draw-tell-title');
  await walk.press(walk.main.locator('form button'));
  await walk.says('sample-made', 'sample-next');
  assert.equal(await walk.main.locator('tbody tr').count(), 3);
  await walk.to('/supervision/journal');
  await walk.send('/supervision/journal');
  await walk.says('supervision-checked');
}

/// The texts that would have been sent: a word of her own in them, no content, and no link in an SMS.
async function outbox(walk) {
  await walk.be('person.1');
  // A second reading of one visit is not told again; a copy is, each time.
  await walk.to('/my/copy');
  await walk.takes(walk.main.locator('form[action$="/my/copy"] button'));
  let [caught, sms, mail] = [];
  for (let turn = 0; turn < 1_000 && !(sms && mail); turn += 1) {
    await walk.to('/demo/outbox');
    caught = await walk.main.locator('article').evaluateAll((all) => all.map((one) => one.innerText));
    sms = caught.find((text) => text.includes('13800138000'));
    mail = caught.find((text) => text.includes('second@lanhe.example'));
  }
  assert.ok(sms?.includes(PHRASE) && mail, `an SMS and an e-mail are among ${caught.join(' | ')}`);
  assert.ok(!/https?:/.test(sms), sms);
  for (const text of caught) assert.ok(![LIN.name, LIN.number, walk.known.ban].some((secret) => text.includes(secret)), text);
  await walk.step('person.0', '/my');
  await walk.to('/my/messages');
  await walk.shows(PHRASE);
}

/// A changed byte is found, and said in words; an unchanged journal holds.
async function tamper(walk) {
  await walk.to('/demo');
  await walk.press(walk.page.locator('button[value=changed]'));
  await walk.says('verify-not-real');
  assert.ok((await walk.main.locator('.failed').count()) > 0, 'the step that fails is named');
  await walk.to('/demo');
  await walk.press(walk.page.locator('button[value=whole]'));
  await walk.says('verify-real');
}

/// No desk shows a person of the demo, and none of these visitors comes to a person's page.
async function offices(walk) {
  for (const [who, desk] of [
    ['officer.0201', '/source'],
    ['officer.0417', '/inquiry'],
    ['registrar.registrar-1', '/registry'],
    ['supervisor.supervisor-1', '/supervision'],
  ]) {
    await walk.step(who, desk);
    assert.ok(!(await walk.text()).includes(LIN.name), `${desk} names a person`);
    assert.equal((await walk.to('/my')).status(), 403);
  }
}

/// Half a year on, displays have ended, and a member that did not confirm is late.
async function time(walk) {
  await walk.step('person.0', '/my');
  const before = await walk.main.locator('.timeline > li').count();
  await walk.to('/demo');
  await walk.press(walk.page.locator('button[value=half-year]'));
  await walk.says('demo-moved-to');
  await walk.step('person.0', '/my');
  assert.equal(await walk.main.locator('.timeline > li').count(), before, 'the person keeps seeing what has ended');
  await walk.to(`${walk.known.record}/told`);
  await walk.says('told-late');
  await walk.step('supervisor.supervisor-1', '/supervision');
  await walk.to('/supervision/late');
  assert.ok((await walk.main.locator('tbody tr').count()) > 0, 'who did not confirm is late');
  await walk.be('nobody');
  assert.equal((await walk.to('/my')).status(), 401, 'nobody is signed in any more');
}

const CHAPTERS = {
  person, settings, batch, single, withdrawal, inquirer, counter, copy, registrar, supervisor, outbox, tamper, offices, time,
};

export function story(ground) {
  for (const [language, scripts] of [['en', true], ['zh', false]]) {
    describe(`story in ${language} with scripts ${scripts ? 'on' : 'off'}`, () => {
      let [node, context, walk] = [];
      before(async () => {
        node = await startDemo();
        context = await open(ground.browser, { address: node.address, javaScriptEnabled: scripts });
        walk = new Walk(await context.newPage(), language);
        walk.scripts = scripts;
        Object.assign(walk.known, ITEMS[language]);
      });
      after(async () => {
        await context?.close();
        await node?.stop();
      });
      for (const [name, chapter] of Object.entries(CHAPTERS)) {
        it(`${name} in ${language}`, { timeout: ground.patience }, async () => {
          await chapter(walk);
          assert.deepEqual(complaintsOf(context), []);
        });
      }
    });
  }
}
