// What the pages say, as their message files have it: so that a story tells a word that is missing from one that was changed.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LOCALES = join(dirname(fileURLToPath(import.meta.url)), '../../crates/http/locales');
const FOLDERS = { en: 'en', zh: 'zh-Hans' };

/// Gives the words of a key in `language`: those before its first variable, and all of them if it has none.
export function wordsOf(language) {
  const lines = readFileSync(join(LOCALES, FOLDERS[language], 'fairfile-http.ftl'), 'utf8').split('\n');
  const known = new Map(lines.map((line) => /^([a-z0-9-]+) = (.+)$/.exec(line)).filter(Boolean).map(([, key, text]) => [key, text]));
  return (key) => {
    const text = known.get(key)?.split('{')[0].trim();
    if (!text) throw new Error(`${key} has no words of its own in ${language}`);
    return text;
  };
}
