// A visitor of the demo who reads pages, follows links and sends forms, as anybody does.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { LIN } from './visitors.js';
import { wordsOf } from './words.js';

/// A visitor of the demo, in one language.
export class Walk {
  constructor(page, language) {
    this.page = page;
    this.language = language;
    this.word = wordsOf(language);
    /// What one chapter tells the next.
    this.known = {};
  }

  get main() {
    return this.page.locator('main');
  }

  /// Where the visitor is, behind the language.
  get path() {
    return new URL(this.page.url()).pathname.slice(this.language.length + 1);
  }

  to(path) {
    return this.page.goto(`/${this.language}${path}`);
  }

  /// Sends the form in which this button stands, or follows this link, and waits for the page that follows.
  async press(button) {
    await Promise.all([this.page.waitForEvent('load'), button.click()]);
  }

  /// Fills in fields by their ids, and sends their form.
  async send(action, fields = {}) {
    const form = this.main.locator(`form[action$="${action}"]`);
    for (const [id, value] of Object.entries(fields)) {
      const field = form.locator(`[id="${id}"]`);
      if (value === true) await field.check();
      else if (typeof value === 'string') await field.fill(value);
      else if ('choice' in value) await field.selectOption(value.choice);
      else await field.setInputFiles(value);
    }
    await this.press(form.locator('button').first());
  }

  follow(text) {
    return this.press(this.main.getByRole('link', { name: text }).first());
  }

  /// Takes the step of the story that begins with this visitor and leads there.
  async step(who, path) {
    await this.to('/demo');
    const form = this.main.locator(`form:has(input[value="${who}"]):has(input[value="${path}"])`);
    await this.press(form.locator('button'));
    assert.equal(this.path, path.split('?')[0]);
  }

  /// Becomes somebody by the switch above every page.
  async be(who) {
    await this.page.locator('#demo-who').selectOption(who);
    await this.press(this.page.locator('.demo button'));
  }

  text() {
    return this.main.innerText();
  }

  /// The page says what stands under these keys.
  says(...keys) {
    return this.shows(...keys.map(this.word));
  }

  async shows(...texts) {
    const said = await this.text();
    for (const text of texts) assert.ok(said.includes(text), `${this.page.url()} does not say ${text}: ${said}`);
  }

  /// What the page's first question is.
  asks(key) {
    return this.main.locator('h1').innerText().then((text) => assert.ok(text.includes(this.word(key)), `${this.page.url()} asks ${text}`));
  }

  /// The bytes of the file that a press gives.
  async takes(button) {
    const coming = this.page.waitForEvent('download');
    await button.click();
    return readFileSync(await (await coming).path());
  }

  /// Holds a file against the node's key.
  async verifies(bytes, key) {
    await this.to('/verify');
    await this.send('/verify', { file: { name: 'proof.json', mimeType: 'application/json', buffer: bytes } });
    await this.says(key);
  }

  /// Waits until a file has been checked.
  async checked() {
    while ((await this.main.locator('progress').count()) > 0) await this.page.reload();
  }

  /// Opens a record by its own number and the person's.
  async opens(item, number, identifier) {
    await this.to('/source/records');
    await this.send('/source/records', { item: { choice: item }, number, identifier });
    await this.asks('standing-title');
  }

  /// Asks about her licence once, and comes to the answer.
  async inquires(reference) {
    await this.to('/inquiry/new');
    await this.asksOnce(reference, { 'purpose-licence-renewal': true });
  }

  /// Sends the question of this page about her, and comes to the answer.
  async asksOnce(reference, purpose = {}) {
    await this.send('/inquiry/new', { ...purpose, case: reference, number: LIN.number, name: LIN.name });
    for (let step = 0; step < 3 && (await this.main.locator('input[name=sure]').count()) > 0; step += 1) {
      await this.press(this.main.locator('form:has(input[name=sure]) button').last());
    }
  }

  /// Lets somebody else do something in a window of their own.
  async aside(who, act) {
    const context = await this.page.context().browser().newContext({ baseURL: new URL(this.page.url()).origin, javaScriptEnabled: this.scripts });
    const other = new Walk(await context.newPage(), this.language);
    await other.to('/demo');
    await other.be(who);
    await act(other);
    await context.close();
  }
}
