// Every page that GET shows, in each of its states: who comes, where to, and what is done there before it is looked at.
//
// The test `every page has a row` holds this against docs/pages.md, which is made from the router's table.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';

import { agreed, invite } from './lib/invite.js';
import { nobodysNumber } from './lib/numbers.js';
import { LIN } from './lib/visitors.js';

/// A state: its name, who comes, the address behind the language, and what is done on the page first.
const at = (name, as, path, act) => ({ name, as, path, act });
/// A page with one state, for anybody.
const open = (page, path = page) => ({ page, states: [at('full', 'nobody', path)] });
/// A page with one state, for one visitor.
const own = (page, as, path = page) => ({ page, states: [at('full', as, path)] });
/// The same state on another node than the one where most are looked at: `named`, `fresh` or `later`, of lib/ground.js.
const on = (node, state) => ({ ...state, node });

/// Sends the form that leads to `action`, as it stands, after `fill`; the browser's own checks are left out, so that what is
/// looked at is what the node says of it.
const send = (action, fill = async () => {}) => async (page) => {
  const form = page.locator(`main form[action$="${action}"]`).first();
  await fill(form, page);
  await form.evaluate((element) => (element.noValidate = true));
  await Promise.all([page.waitForEvent('load'), form.locator('button').last().click()]);
};

/// The address of the first link on the page `from` whose target matches `pattern`, behind its language; `further` stands
/// behind it.
const linked = (from, pattern, further = '') => async (page, language) => {
  await page.goto(`/${language}${from}`);
  const targets = await page.locator('main a').evaluateAll((links) => links.map((link) => new URL(link.href).pathname));
  const found = targets.map((target) => target.replace(/^\/(en|zh)/, '')).find((target) => pattern.test(target));
  if (!found) throw new Error(`${from} has no link to ${pattern}`);
  return found + further;
};
/// Sends the form that leads to `action` and then each check page, and gives the address at which that ends.
const through = (from, action, fill) => async (page, language) => {
  await page.goto(`/${language}${from}`);
  await send(action, fill)(page);
  for (let step = 0; step < 3 && (await page.locator('main form input[name=sure]').count()) > 0; step += 1) {
    await Promise.all([page.waitForEvent('load'), page.locator('main form:has(input[name=sure]) button').last().click()]);
  }
  return new URL(page.url()).pathname.replace(/^\/(en|zh)/, '');
};
/// Asks about somebody as an officer does, and gives the answer's address.
const ask = (purpose, { number, name }) =>
  through('/inquiry/new', '/inquiry/new', async (form) => {
    await form.locator(`#purpose-${purpose}`).check();
    await form.locator('#case').fill('HC-2026-0331');
    await form.locator('#number').fill(number);
    await form.locator('#name').fill(name);
  });
const NOBODY = { number: nobodysNumber(998), name: LIN.name };
const RECEIPT = linked('/inquiry/receipts', /^\/inquiry\/receipts\/look_/);
const NOTICE = linked('/inquiry/notices', /^\/inquiry\/notices\/not_[^/]+$/);
/// A sample of looks that was announced, which can be drawn.
const announced = through('/supervision/samples', '/supervision/samples', async (form) => {
  await form.locator('#fingerprint').fill(randomBytes(32).toString('hex'));
  await form.locator('#looks').fill('5');
});
/// Goes on to where the first link matching `pattern` leads.
const follow = (pattern) => async (page) => {
  const targets = await page.locator('main a').evaluateAll((links) => links.map((link) => link.href));
  await page.goto(targets.find((target) => pattern.test(target)) ?? assert.fail(`${page.url()} has no link to ${pattern}`));
};
/// One step behind the other.
const then = (...steps) => async (page, place) => {
  for (const step of steps) await step(page, place);
};
/// Does something as another visitor in a window of its own, beginning at this page's address or at `path`.
const meanwhile = (visitor, act, path) => async (page, place) => {
  const { origin, pathname } = new URL(page.url());
  const context = await page.context().browser().newContext({ baseURL: origin, storageState: await place.visitor(visitor) });
  const other = await context.newPage();
  await other.goto(path ? `${pathname.slice(0, 3)}${path}` : pathname);
  const given = await act(other, place);
  await context.close();
  return given;
};
/// A licence that its source sent, with its own number and the person's.
const opened = (page, place) => send('/source/records', async (form) => {
  await form.locator('#item').selectOption('pharmacist-licence');
  await form.locator('#number').fill(place.about.registration);
  await form.locator('#identifier').fill(LIN.number);
})(page);
/// Asks to correct the last day of the licence that is open.
const corrects = then(
  opened,
  follow(/\/correct$/),
  follow(/input=valid_until$/),
  send('/correct', async (form) => {
    await form.locator('#value, [name=value]').first().fill('2031-11-30');
    await form.locator('#reason').selectOption({ index: 1 });
    await form.locator('#words').fill('the last day was copied wrongly');
  }),
);
/// A licence in a form of its own, filled in.
const single = send('/source/records/new', async (form) => {
  const fields = { identifier: LIN.number, name: LIN.name, registration_no: `LH-E-${randomBytes(3).toString('hex')}`, granted_on: '2025-03-01', valid_until: '2030-02-28' };
  for (const [name, value] of Object.entries(fields)) await form.locator(`#f-${name}`).fill(value);
  await form.locator('#f-class').selectOption({ index: 1 });
});
/// Waits until the file that was brought has been checked.
const checked = async (page) => {
  while ((await page.locator('main progress').count()) > 0) await page.reload();
};
/// A visit at the counter begins for somebody.
const visits = (who) => send('/counter', async (form) => {
  await form.locator('#case').fill(`A-${randomBytes(4).toString('hex')}`);
  await form.locator('#number').fill(who.number);
  await form.locator('#name').fill(who.name);
  await form.locator('#present').check();
});
/// The second officer confirms the visit on this page.
const confirmed = meanwhile('untrained', send('/confirm', (form) => form.locator('#seen').check()));
/// A person's settings, as they are typed.
const settings = (fields) => send('/my/settings', async (form) => {
  await form.locator('#channel-mail').check();
  for (const [id, value] of Object.entries(fields)) await form.locator(`#${id}`).fill(value);
});
const RECORD = /^\/my\/records\/[^/]+$/;
/// Writes a reason, and whatever else a form of the registry asks for.
const typed = (fields = {}) => async (form) => {
  for (const [name, value] of Object.entries({ because: 'as the law asks', ...fields })) {
    const field = form.locator(`[name="${name}"]`).first();
    if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
    else await field.fill(value);
  }
};
/// Proposes the suspension of a member, which leads to the proposal's page.
const proposed = send('/registry/members/tourism/standing', typed());
/// A batch that nobody sent.
const NO_BATCH = '/source/batches/bat_00000000000000000000000000000000';
/// A record that nobody opened.
const NO_RECORD = '/source/records/rec_00000000000000000000000000000000';
/// A file of one licence.
const LICENCE = 'identity number,name,registration no,class,granted on,valid until\n539901199001010015,王无名,LH-1,Pharmacy,2025-03-01,2030-02-28\n';
/// Uploads a file of this text about licences, and waits for its report.
const brings = (text) => then(send('/source/batches/new', async (form) => {
  await form.locator('#item').selectOption('pharmacist-licence');
  await form.locator('input[type=file]').setInputFiles({ name: 'rows.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
}), checked);
/// The address of the report on a file that can be sent, or of what stands behind it.
const draft = (further = '') => async (page, language) => {
  await page.goto(`/${language}/source/batches/new`);
  await brings(LICENCE)(page);
  return new URL(page.url()).pathname.slice(3) + further;
};

/// Asks to renew the training of the officer whose training has ended.
const renews = send('/registry/training/check', async (form) => {
  await form.locator('[name=officer]').fill('0418');
  await form.locator('[name=purpose]').selectOption('licence-renewal');
  await form.locator('[name=until]').fill('2027-06-30');
});

export const ROUTES = [
  { page: '/', states: [at('full', 'nobody', ''), at('signed in', 'person', '')] },
  open('/rights'),
  open('/catalog'),
  open('/catalog/changes'),
  { page: '/catalog/{item}', states: [at('full', 'nobody', '/catalog/pharmacist-licence'), at('absent', 'nobody', '/catalog/shoe-size')] },
  open('/catalog/{item}/{version}', '/catalog/pharmacist-licence/v1'),
  open('/purposes'),
  open('/purposes/{purpose}', '/purposes/licence-renewal'),
  open('/law'),
  open('/law/{reference}', '/law/lanhe-regulations-on-pharmacists-article-7'),
  open('/members'),
  open('/members/{member}', '/members/court'),
  open('/statistics'),
  {
    page: '/statistics/{statistic}',
    states: [
      at('full', 'nobody', linked('/statistics', /^\/statistics\/[^.]+$/)),
      on('fresh', at('empty', 'nobody', '/statistics/intake')),
      on('fresh', at('nothing refused', 'nobody', '/statistics/refusals')),
    ],
  },
  open('/learn'),
  open('/help'),
  open('/contact'),
  open('/interface'),
  open('/signed-out'),
  open('/accessibility'),
  open('/privacy'),
  open('/status'),
  open('/problems/{code}', '/problems/D007'),
  {
    page: '/verify',
    states: [
      at('empty', 'nobody', '/verify'),
      at('error', 'nobody', '/verify', send('/verify')),
      at('not a proof', 'nobody', '/verify', send('/verify', (form) => form.locator('textarea').fill('{"a": 1}'))),
    ],
  },
  open('/verify/journal'),
  {
    page: '/sign-in',
    states: [
      at('empty', 'nobody', '/sign-in'),
      at('error', 'nobody', '/sign-in', send('/sign-in', (form) => form.locator('input[name=number]').fill('12'))),
    ],
  },
  {
    page: '/sign-in/staff',
    states: [
      at('no name', 'nobody', '/sign-in/staff'),
      on('named', at('empty', 'nobody', '/sign-in/staff')),
      on('named', at('no device', 'nobody', '/sign-in/staff', async (page) => {
        const form = page.locator('main form[data-passkey]');
        await Promise.all([page.waitForEvent('load'), form.evaluate((element) => element.submit())]);
      })),
    ],
  },
  {
    page: '/sign-in/staff/invited',
    states: [
      at('empty', 'nobody', '/sign-in/staff/invited'),
      at('error', 'nobody', '/sign-in/staff/invited', send('/sign-in/staff/invited', (form) => form.locator('#code').fill('0000'))),
      on('named', at('make', 'nobody', '/sign-in/staff/invited', async (page, place) => {
        // One for each language: a later invitation ends an earlier one of the same officer.
        const code = await invite(page.context().browser(), place, page.url().includes('/en/') ? 'officer/0801' : 'officer/1201');
        await send('/sign-in/staff/invited', (form) => form.locator('#code').fill(code))(page);
      })),
    ],
  },
  open('/sign-in/staff/made'),
  {
    page: '/sign-in/staff/lost',
    states: [
      at('empty', 'nobody', '/sign-in/staff/lost'),
      at('error', 'nobody', '/sign-in/staff/lost', send('/sign-in/staff/lost', (form) => form.locator('#code').fill('*'))),
    ],
  },
  open('/sign-in/staff/asked'),
  { page: '/sign-in/callback', states: [at('no provider', 'nobody', '/sign-in/callback')] },
  { page: '/sign-in/again', states: [at('person', 'person', '/sign-in/again'), at('officer', 'officer', '/sign-in/again')] },
  { page: '/sign-in/kept', states: [at('empty', 'person', '/sign-in/kept')] },
  { page: '/sign-in/sessions', states: [at('person', 'person', '/sign-in/sessions'), at('officer', 'officer', '/sign-in/sessions')] },
  { page: '/sign-in/keys', states: [at('empty', 'officer', '/sign-in/keys'), on('named', at('empty, to add', 'officer', '/sign-in/keys'))] },
  { page: '/sign-in/keys/{done}', states: [at('absent', 'officer', `/sign-in/keys/psk_${'0'.repeat(32)}`)] },
  {
    page: '/registry/sign-in',
    states: [
      at('empty', 'registrar', '/registry/sign-in'),
      at('error', 'registrar', '/registry/sign-in', send('/registry/sign-in/invite', (form) => form.locator('#holder').fill('nobody'))),
      at('nobody to stop', 'registrar', '/registry/sign-in', send('/registry/sign-in/stop', (form) => form.locator('#stop').fill('officer/9999'))),
    ],
  },
  { page: '/my', states: [at('full', 'person', '/my'), at('not signed in', 'nobody', '/my'), at('not yours', 'officer', '/my')] },
  { page: '/my/records/{id}', states: [at('full', 'person', linked('/my', RECORD)), at('absent', 'person', '/my/records/rec_00000000000000000000000000000000')] },
  { page: '/my/records/{id}/told', states: [at('full', 'person', linked('/my', /told$/))] },
  { page: '/my/looks', states: [at('full', 'person', '/my/looks'), at('denied', 'person', '/my/looks?show=denied'), at('nothing further', 'person', '/my/looks?year=1999')] },
  { page: '/my/looks/{id}', states: [at('denied', 'person', linked('/my/looks?show=denied', /^\/my\/looks\/look_/)), at('answered', 'person', linked('/my/looks?show=answered', /^\/my\/looks\/look_/))] },
  { page: '/my/looks.csv', states: [], file: ['person', '/my/looks.csv', 'text/csv'] },
  {
    page: '/my/messages',
    states: [
      at('empty', 'neighbour', '/my/messages'),
      at('full', 'person', '/my/messages', async (page) => {
        for (let turn = 0; turn < 50 && (await page.locator('main article').count()) === 0; turn += 1) await page.reload();
      }),
    ],
  },
  {
    page: '/my/settings',
    states: [
      at('full', 'person', '/my/settings'),
      at('error', 'neighbour', '/my/settings', settings({ mail: 'no address', phrase: '1234' })),
      at('kept', 'person', '/my/settings', settings({ mail: 'lin@lanhe.example', phrase: '绿伞' })),
    ],
  },
  own('/my/copy', 'person'),
  own('/my/copy/print', 'person'),
  {
    page: '/source',
    states: [at('full', 'source', '/source'), at('empty', 'outside', '/source'), at('not yours', 'person', '/source')],
  },
  { page: '/source/batches', states: [at('full', 'source', '/source/batches'), at('empty', 'outside', '/source/batches')] },
  {
    page: '/source/batches/new',
    states: [
      at('empty', 'source', '/source/batches/new'),
      at('error', 'source', '/source/batches/new', send('/source/batches/new')),
      at('not to be taken', 'source', '/source/batches/new', brings('a,b\n1,2\n')),
    ],
  },
  {
    page: '/source/batches/{id}',
    states: [
      at('practice', 'source', '/source/batches/new', send('/source/batches/practice')),
      at('ready', 'source', draft()),
      at('sent', 'source', linked('/source', /^\/source\/batches\/bat_/)),
      at('nothing ready', 'source', '/source/batches/new', brings(LICENCE.replace('539901199001010015', '1'))),
      at('gone', 'source', '/source/batches/dft_00000000000000000000000000000000'),
    ],
  },
  { page: '/source/batches/{id}/report.csv', states: [at('gone', 'source', `${NO_BATCH}/report.csv`)], file: ['source', draft(), 'text/csv', '/report.csv'] },
  { page: '/source/batches/{id}/report.json', states: [at('gone', 'source', `${NO_BATCH}/report.json`)], file: ['source', draft(), 'application/json', '/report.json'] },
  {
    page: '/source/batches/{id}/receipt',
    states: [at('gone', 'source', `${NO_BATCH}/receipt`)],
    file: ['source', linked('/source', /^\/source\/batches\/bat_/), 'application/', '/receipt'],
  },
  {
    page: '/source/batches/{id}/send',
    states: [
      at('a file', 'source', draft('/send')),
      at('a record', 'source', '/source/records/new?item=pharmacist-licence', single),
      at('a correction', 'source', '/source/records', corrects),
      at('gone', 'source', `${NO_BATCH}/send`),
    ],
  },
  { page: '/source/templates/{item}', states: [], file: ['source', '/source/templates/pharmacist-licence', 'text/csv'] },
  {
    page: '/source/templates/{item}/corrections',
    states: [],
    file: ['source', '/source/templates/pharmacist-licence/corrections', 'text/csv'],
  },
  {
    page: '/source/records',
    states: [at('empty', 'source', '/source/records'), at('error', 'source', '/source/records', send('/source/records')), at('no items', 'outside', '/source/records')],
  },
  {
    page: '/source/records/new',
    states: [
      at('choose', 'source', '/source/records/new'),
      at('empty', 'source', '/source/records/new?item=pharmacist-licence'),
      at('error', 'source', '/source/records/new?item=pharmacist-licence', send('/source/records/new')),
    ],
  },
  { page: '/source/records/{id}', states: [at('full', 'source', '/source/records', opened), at('closed', 'source', NO_RECORD)] },
  {
    page: '/source/records/{id}/correct',
    states: [
      at('choose', 'source', '/source/records', then(opened, follow(/\/correct$/))),
      at('empty', 'source', '/source/records', then(opened, follow(/\/correct$/), follow(/input=valid_until$/))),
      at('error', 'source', '/source/records', then(opened, follow(/\/correct$/), follow(/input=valid_until$/), send('/correct'))),
      at('closed', 'source', `${NO_RECORD}/correct`),
    ],
  },
  {
    page: '/source/records/{id}/withdraw',
    states: [
      at('empty', 'source', '/source/records', then(opened, follow(/\/withdraw$/))),
      at('error', 'source', '/source/records', then(opened, follow(/\/withdraw$/), send('/withdraw'))),
      at('closed', 'source', `${NO_RECORD}/withdraw`),
    ],
  },
  {
    page: '/source/notices',
    states: [at('full', 'source', '/source/notices'), at('empty', 'outside', '/source/notices'), on('later', at('late', 'source', '/source/notices'))],
  },
  { page: '/inquiry', states: [at('full', 'officer', '/inquiry'), at('untrained', 'untrained', '/inquiry')] },
  { page: '/inquiry/new', states: [at('empty', 'officer', '/inquiry/new'), at('not the own purpose', 'officer', '/inquiry/new?purpose=food-permit'), at('error', 'officer', '/inquiry/new', send('/inquiry/new'))] },
  {
    page: '/inquiry/{id}',
    states: [
      at('answered', 'officer', ask('licence-renewal', LIN)),
      at('denied', 'untrained', ask('licence-renewal', LIN)),
      at('nothing', 'officer', ask('licence-renewal', NOBODY)),
      at('absent', 'officer', '/inquiry/look_00000000000000000000000000000000'),
    ],
  },
  own('/inquiry/closed', 'officer'),
  own('/inquiry/not-this-person', 'officer'),
  { page: '/inquiry/receipts', states: [at('full', 'officer', '/inquiry/receipts'), at('empty', 'court', '/inquiry/receipts')] },
  own('/inquiry/receipts/{id}', 'officer', RECEIPT),
  { page: '/inquiry/receipts/{id}/file', states: [], file: ['officer', RECEIPT, 'application/json', '/file'] },
  { page: '/inquiry/notices', states: [at('full', 'officer', '/inquiry/notices'), at('empty', 'court', '/inquiry/notices'), on('later', at('late', 'officer', '/inquiry/notices'))] },
  own('/inquiry/notices/{id}', 'officer', NOTICE),
  own('/inquiry/notices/{id}/confirm', 'officer', linked('/inquiry/notices', /^\/inquiry\/notices\/not_[^/]+$/, '/confirm')),
  {
    page: '/counter',
    states: [
      at('empty', 'officer', '/counter'),
      at('error', 'officer', '/counter', send('/counter')),
      at('waiting', 'untrained', '/counter', then(meanwhile('officer', visits(LIN)), (page) => page.reload())),
      at('denied', 'court', '/counter'),
    ],
  },
  {
    page: '/counter/{id}',
    states: [
      at('waits', 'officer', '/counter', visits(LIN)),
      at('to confirm', 'untrained', '/counter', then(meanwhile('officer', visits(LIN)), (page) => page.reload(), follow(/\/counter\/[^/]+$/))),
      at('confirmed', 'officer', '/counter', then(visits(LIN), confirmed, (page) => page.reload())),
      at('open', 'officer', '/counter', then(visits(LIN), confirmed, (page) => page.reload(), send('/open'))),
      at('nobody', 'officer', '/counter', then(visits(NOBODY), confirmed, (page) => page.reload(), send('/open'))),
      at('absent', 'officer', '/counter/vis_00000000000000000000000000000000'),
    ],
  },
  own('/counter/closed', 'officer'),
  { page: '/registry', states: [at('full', 'registrar', '/registry'), on('fresh', at('empty', 'registrar', '/registry')), on('later', at('late', 'registrar', '/registry'))] },
  { page: '/registry/proposals', states: [at('full', 'registrar', '/registry/proposals'), on('fresh', at('empty', 'registrar', '/registry/proposals'))] },
  {
    page: '/registry/proposals/{proposal}',
    states: [
      at('own', 'registrar', '/registry/members/tourism', proposed),
      at('taken back', 'registrar', '/registry/members/tourism', async (page, place) => {
        await proposed(page, place);
        await send('/take-back')(page, place);
      }),
      at('to decide', 'second', '/registry/members/tourism', async (page) => {
        await page.goto(page.url().replace('/members/tourism', '/proposals'));
        await page.locator('tbody a').first().click();
      }),
      at('half of a code', 'registrar', '/registry/proposals', async (page, place) => {
        const isEnglish = page.url().includes('/en/');
        const about = async (first) => new URL(first.url()).pathname.slice(3);
        const path = await agreed(page.context().browser(), place, isEnglish ? 'officer/0901' : 'officer/1001', about);
        await page.goto(`/${isEnglish ? 'en' : 'zh'}${path}`);
        assert.equal(await page.locator('code.code').count(), 1, 'the half is shown');
      }),
    ],
  },
  { page: '/registry/catalog', states: [at('full', 'registrar', '/registry/catalog')] },
  {
    page: '/registry/catalog/new',
    states: [
      at('empty', 'registrar', '/registry/catalog/new'),
      at('refused', 'registrar', '/registry/catalog/new?example=refused', send('/registry/catalog/check')),
      at('without a reason', 'registrar', '/registry/catalog/new', send('/registry/catalog/check')),
    ],
  },
  own('/registry/members', 'registrar'),
  {
    page: '/registry/members/{member}',
    states: [
      at('full', 'registrar', '/registry/members/court'),
      at('error', 'registrar', '/registry/members/court', send('/registry/members/court/standing')),
    ],
  },
  {
    page: '/registry/admit-member',
    states: [at('empty', 'registrar', '/registry/admit-member'), at('error', 'registrar', '/registry/admit-member', send('/registry/admit-member'))],
  },
  own('/registry/officers', 'registrar'),
  {
    page: '/registry/officers/{officer}',
    states: [
      at('full', 'registrar', '/registry/officers/0417'),
      at('error', 'registrar', '/registry/officers/0417', send('/registry/officers/0417/standing')),
      at('purpose without a reason', 'registrar', '/registry/officers/0417', send('/registry/officers/0417/purpose')),
    ],
  },
  {
    page: '/registry/register-officer',
    states: [
      at('empty', 'registrar', '/registry/register-officer'),
      at('error', 'registrar', '/registry/register-officer', send('/registry/register-officer')),
    ],
  },
  {
    page: '/registry/training',
    states: [
      at('full', 'registrar', '/registry/training'),
      at('error', 'registrar', '/registry/training', send('/registry/training/check')),
      at('check', 'registrar', '/registry/training', renews),
    ],
  },
  own('/registry/keys', 'registrar'),
  {
    page: '/registry/keys/{key}',
    states: [
      at('full', 'registrar', '/registry/keys/0417.2026'),
      at('error', 'registrar', '/registry/keys/0417.2026', send('/registry/keys/0417.2026/check')),
    ],
  },
  {
    page: '/registry/register-key',
    states: [
      at('empty', 'registrar', '/registry/register-key'),
      at('error', 'registrar', '/registry/register-key', send('/registry/register-key')),
    ],
  },
  {
    page: '/registry/deadlines',
    states: [
      at('full', 'registrar', '/registry/deadlines'),
      on('fresh', at('empty', 'registrar', '/registry/deadlines')),
      on('later', at('late', 'registrar', '/registry/deadlines')),
    ],
  },
  own('/registry/settings', 'registrar'),
  { page: '/registry/audit', states: [at('full', 'registrar', '/registry/audit'), on('fresh', at('empty', 'registrar', '/registry/audit'))] },
  {
    page: '/registry/audit/{leaf}',
    states: [
      at('done', 'registrar', '/registry/training', async (page, place) => {
        await renews(page, place);
        await send('/registry/training')(page, place);
      }),
    ],
  },
  { page: '/supervision', states: [at('full', 'supervisor', '/supervision'), on('fresh', at('empty', 'supervisor', '/supervision')), on('later', at('late', 'supervisor', '/supervision'))] },
  { page: '/supervision/late', states: [at('one', 'supervisor', '/supervision/late'), on('fresh', at('empty', 'supervisor', '/supervision/late')), on('later', at('late', 'supervisor', '/supervision/late'))] },
  { page: '/supervision/journal', states: [at('full', 'supervisor', '/supervision/journal'), at('checked', 'supervisor', '/supervision/journal', send('/supervision/journal'))] },
  { page: '/supervision/journal/export', states: [], file: ['supervisor', '/supervision/journal/export', 'application/'] },
  { page: '/supervision/samples', states: [at('full', 'supervisor', '/supervision/samples'), on('fresh', at('empty', 'supervisor', '/supervision/samples')), at('error', 'supervisor', '/supervision/samples', send('/supervision/samples'))] },
  own('/supervision/samples/{draw}', 'supervisor', announced),
  { page: '/supervision/samples/{draw}/receipt', states: [], file: ['supervisor', announced, 'application/', '/receipt'] },
  own('/supervision/reports', 'supervisor'),
  { page: '/demo', states: [at('full', 'nobody', '/demo'), on('fresh', at('nobody on file', 'nobody', '/demo')), at('as a person', 'person', '/demo'), on('later', at('moved', 'nobody', '/demo'))] },
  { page: '/demo/outbox', states: [at('full', 'nobody', '/demo/outbox'), on('fresh', at('empty', 'nobody', '/demo/outbox'))] },
];
