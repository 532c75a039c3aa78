// An officer makes a passkey with an invitation and signs in with it, on a device that the browser itself plays.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { complaintsOf, open } from '../lib/chromium.js';
import { invite, press } from '../lib/invite.js';

/// A security key; or with `synchronises` a password manager, which copies its keys to other devices.
async function withDevice(page, synchronises = false) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: synchronises ? 'internal' : 'usb',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
    defaultBackupEligibility: synchronises,
    defaultBackupState: synchronises,
  };
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options });
}

export function passkeys(ground) {
  describe('passkeys', () => {
    /// Browsers make passkeys for names alone.
    const place = () => ground.nodes.find('named');
    const named = async () => (await place()).address;
    const invited = async (holder) => invite(ground.browser, await place(), holder);

    it('an officer makes one and signs in with it', async () => {
      const code = await invited('officer/0501');
      const context = await open(ground.browser, { address: await named() });
      const page = await context.newPage();
      await withDevice(page);
      await page.goto('/en/sign-in/staff/invited');
      await page.locator('#code').fill(code.toLowerCase());
      await press(page);
      await press(page);
      assert.equal(new URL(page.url()).pathname, '/en/sign-in/staff/made');
      await page.goto('/zh/sign-in/staff');
      await press(page);
      assert.match(new URL(page.url()).pathname, /^\/zh\/(source|inquiry)$/);
      assert.deepEqual(complaintsOf(context), []);
      await context.close();
    });

    it('one that is copied to other devices is refused in words', async () => {
      const code = await invited('officer/0701');
      const context = await open(ground.browser, { address: await named() });
      const page = await context.newPage();
      await withDevice(page, true);
      await page.goto('/en/sign-in/staff/invited');
      await page.locator('#code').fill(code);
      await press(page);
      await press(page);
      assert.match(await page.locator('.errors').innerText(), /can be copied to other devices/);
      await context.close();
    });

    it('without scripts the page says what is needed', async () => {
      const context = await open(ground.browser, { address: await named(), javaScriptEnabled: false });
      const page = await context.newPage();
      await page.goto('/en/sign-in/staff');
      assert.match(await page.locator('main').innerText(), /needs the browser's own script/);
      await context.close();
    });
  });
}
