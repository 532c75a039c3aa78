// An invitation to make a passkey: one registrar proposes it, another agrees, and each of them has half of its code.

import { open } from './chromium.js';

/// Presses the button of the page's own form, and waits for the page that follows.
export async function press(page) {
  await Promise.all([page.waitForEvent('load'), page.locator('main form button').first().click()]);
}

/// Has two registrars agree to invite `holder`; gives their pages, on which their halves stand, while `use` needs them.
export async function agreed(browser, { address, visitor }, holder, use = async () => {}) {
  const office = async (registrar) => {
    const context = await open(browser, { address, storage: await visitor(registrar) });
    return context.newPage();
  };
  const [first, second] = [await office('registrar'), await office('second')];
  await first.goto('/en/registry/sign-in');
  await first.locator('#holder').fill(holder);
  await first.locator('#because').fill('a new officer');
  await press(first);
  await second.goto(first.url());
  await press(second);
  const given = await use(first, second);
  await first.context().close();
  await second.context().close();
  return given;
}

/// The whole code of an invitation for `holder`.
export function invite(browser, place, holder) {
  return agreed(browser, place, holder, async (first, second) => {
    await first.reload();
    return `${await second.locator('code.code').innerText()}-${await first.locator('code.code').innerText()}`;
  });
}
