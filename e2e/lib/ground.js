// The nodes on which pages are looked at, and what must have happened on them before every page has something to show.

import assert from 'node:assert/strict';

import { open } from './chromium.js';
import { run, startDemo, startFounded } from './node.js';
import { LIN, signIn, visitors } from './visitors.js';

/// The nodes by name, each started when it is asked for first:
///
/// - `here`, where most pages are looked at: a record was corrected, so that whoever was shown it has a notice to confirm,
///   and Lin Xiaohe wants her messages as e-mail;
/// - `named`, the same by a name instead of a number, for which alone browsers make passkeys;
/// - `fresh`, which was founded just now: nobody is on file, and nothing has happened;
/// - `later`, where the same happened as `here`, and half a year has passed since.
export class Nodes {
  constructor(browser) {
    this.browser = browser;
    this.known = new Map();
    this.started = [];
  }

  /// The node called `name`: its address, who its visitors are, and what is known of it.
  find(name) {
    if (!this.known.has(name)) this.known.set(name, this.make(name));
    return this.known.get(name);
  }

  async make(name) {
    if (name === 'named') {
      const { node, about } = await this.find('here');
      return this.at(node, node.address.replace('127.0.0.1', 'localhost'), about);
    }
    const node = name === 'fresh' ? await startFounded() : await startDemo();
    this.started.push(node);
    const place = this.at(node, node.address, name === 'fresh' ? {} : await prepare(node));
    if (name === 'here') await wantsMail(this.browser, place);
    if (name === 'later') await halfAYear(this.browser, place);
    return place;
  }

  at(node, address, about) {
    return { node, address, about, visitor: visitors(this.browser, address) };
  }

  async stop() {
    await Promise.all(this.started.map((node) => node.stop()));
  }
}

/// Has the source correct Lin Xiaohe's licence; gives the number it has in the source's register.
async function prepare({ address, keys }) {
  const file = await run(['file', '--as-person', '--server', address, '--json'], `${LIN.number}\n`);
  assert.equal(file.code, 0, file.err);
  const licence = JSON.parse(file.out).records.find((record) => record.item === 'pharmacist-licence');
  const inputs = Object.fromEntries(licence.inputs.map(({ input, value }) => [input, value]));
  const lines = [inputs.registration_no, LIN.number, '2031-12-31', 'the last day was copied wrongly', ''].join('\n');
  const what = ['--input', 'valid_until', '--reason', 'entered-wrongly', '--words', '-'];
  const by = ['--as', 'drug-administration', '--item', 'pharmacist-licence', '--server', address, '--keys', keys];
  const corrected = await run(['record', 'correct', ...what, ...by], lines);
  assert.equal(corrected.code, 0, corrected.err + corrected.out);
  return { registration: inputs.registration_no };
}

/// Presses the button of a form on a page as a visitor sees it.
async function sends(browser, { address, visitor }, who, path, fill) {
  const context = await open(browser, { address, storage: await visitor(who) });
  const page = await context.newPage();
  await page.goto(path);
  const button = await fill(page.locator('main'));
  await Promise.all([page.waitForEvent('load'), button.click()]);
  await context.close();
}

/// Lin Xiaohe wants e-mail, and is told of a sign-in by one.
async function wantsMail(browser, place) {
  await sends(browser, place, 'person', '/zh/my/settings', async (main) => {
    await main.locator('#channel-mail').check();
    await main.locator('#mail').fill('lin@lanhe.example');
    await main.locator('#phrase').fill('绿伞');
    return main.locator('form.settings button');
  });
  await signIn(browser, place.address, 'person');
}

function halfAYear(browser, place) {
  return sends(browser, place, 'nobody', '/en/demo', (main) => main.locator('button[value=half-year]'));
}
