// Debian's Chromium, and contexts in it that remember whatever a page complained of.

import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/// The browser's place; nothing if there is none.
export function chromiumPath() {
  const named = process.env.FAIRFILE_CHROMIUM;
  return named ?? PLACES.find((place) => existsSync(place));
}

/// Starts the browser.
export function launch() {
  // In a container there is no user namespace to sandbox with, and /dev/shm is small.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb', '--disable-gpu'];
  return chromium.launch({ executablePath: chromiumPath(), args });
}

/// What a page may send besides itself: what its own node serves.
const OWN = /^(data:|about:|blob:)/;

/// A context for `visitor` (a storage state, or nothing) whose pages report to `context.complaints`.
export async function open(browser, { address, storage, ...options }) {
  const context = await browser.newContext({
    baseURL: address,
    storageState: storage,
    locale: 'en-GB',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1280, height: 1000 },
    reducedMotion: 'reduce',
    ...options,
  });
  const complaints = [];
  const note = (what) => complaints.push(what);
  context.on('console', (message) => {
    // A page of a refusal is a page: the browser's line about its status is none of ours.
    const isStatus = message.text().startsWith('Failed to load resource: the server responded with a status of 4');
    if (!isStatus) note(`console ${message.type()}: ${message.text()}`);
  });
  context.on('weberror', (error) => note(`error: ${error.error().message}`));
  context.on('dialog', async (dialog) => {
    note(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${address}/`) && !OWN.test(url)) note(`another origin: ${url}`);
  });
  context.complaints = complaints;
  return context;
}

/// Takes what was complained of since the last time.
export function complaintsOf(context) {
  return context.complaints.splice(0);
}
