// Every state of every page as a list, and how a browser gets there.

import assert from 'node:assert/strict';

import { ROUTES } from '../routes.js';
import { open } from './chromium.js';

const LANGUAGES = ['en', 'zh'];

/// Every state of every page in each language; the slice has each state in one of them, by turns.
export function turns(isWhole) {
  const states = ROUTES.flatMap(({ page, states }) => states.map((state) => ({ page, ...state })));
  return states.flatMap((state, place) =>
    LANGUAGES.filter((_, turn) => isWhole || turn === place % 2).map((language) => ({ ...state, language })),
  );
}

/// Each page once, in its first state.
export function firsts() {
  const rows = ROUTES.filter((row) => row.states.length > 0);
  return rows.map(({ page, states }, place) => ({ page, ...states[0], language: LANGUAGES[(place + 1) % 2] }));
}

/// What a state's page is called in a report and as a file.
export function titled({ page, name, as, language }) {
  return `${language}${page} (${name}, ${as})`;
}

/// A context for a state: its node, its visitor, and nothing else; `options` are the browser's.
export async function enter(ground, turn, options = {}) {
  const place = await ground.nodes.find(turn.node ?? 'here');
  const context = await open(ground.browser, { address: place.address, storage: await place.visitor(turn.as), ...options });
  return { context, place };
}

/// Opens the page of a state in `context` and does there what the state is about; `place` knows the other visitors.
export async function arrive({ context, place }, turn) {
  const page = await context.newPage();
  const path = typeof turn.path === 'function' ? await turn.path(page, turn.language, place) : turn.path;
  const answer = await page.goto(`/${turn.language}${path}`);
  assert.ok(answer.status() < 500, `${answer.status()} at ${path}`);
  await turn.act?.(page, place);
  return page;
}
