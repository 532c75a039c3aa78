// axe-core in a page: WCAG 2.2 AA, best practice, and contrast as AAA has it.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const COLOURS = ['color-contrast', 'color-contrast-enhanced', 'link-in-text-block'];

/// What axe finds on the page as it stands; with `coloursOnly`, in its colours alone.
///
/// axe is put into the page by the browser's own tools, which no content security policy of the page stops, and fetches
/// nothing. What axe cannot decide is a finding as well, other than colours inside an SVG, where it sees no background.
export async function findings(page, { coloursOnly = false } = {}) {
  if (!(await page.evaluate(() => 'axe' in window))) await bring(page);
  const only = coloursOnly ? { type: 'rule', values: COLOURS } : { type: 'tag', values: TAGS };
  const results = await page.evaluate(
    (runOnly) =>
      window.axe.run(document, {
        runOnly,
        rules: { 'color-contrast-enhanced': { enabled: true } },
        resultTypes: ['violations', 'incomplete'],
        preload: false,
      }),
    only,
  );
  const inPicture = (node) => /^<(svg|text|tspan|path|line|rect|g)\b/.test(node.html);
  const told = (kind) => (rule) => rule.nodes.map((node) => `${kind} ${rule.id}: ${node.html.slice(0, 160)} (${why(node)})`);
  const undecided = results.incomplete
    .filter((rule) => rule.id.startsWith('color-contrast'))
    .map((rule) => ({ ...rule, nodes: rule.nodes.filter((node) => !inPicture(node)) }));
  return [...results.violations.flatMap(told('axe')), ...undecided.flatMap(told('axe cannot tell'))];
}

async function bring(page) {
  const devtools = await page.context().newCDPSession(page);
  const { exceptionDetails } = await devtools.send('Runtime.evaluate', { expression: SOURCE });
  if (exceptionDetails) throw new Error(`axe does not start: ${exceptionDetails.text}`);
  await devtools.detach();
}

function why(node) {
  const checks = [...node.any, ...node.all, ...node.none];
  return checks.map((check) => check.message).join('; ').slice(0, 240);
}
