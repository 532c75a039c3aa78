// The visitors, each signed in through the demo's own doors.

import { open } from './chromium.js';

/// Lin Xiaohe, the pharmacist; everybody in a demo is invented.
export const LIN = { number: '539901199304120422', name: '林晓禾' };

/// How each visitor begins: the form's address and its fields.
const BEGIN = {
  person: ['/en/demo/visit', { who: 'person.0' }],
  neighbour: ['/en/demo/visit', { who: 'person.3' }],
  source: ['/en/demo/visit', { who: 'officer.0101' }],
  outside: ['/en/demo/visit', { who: 'officer.1301' }],
  officer: ['/en/demo/visit', { who: 'officer.0417' }],
  court: ['/en/demo/visit', { who: 'officer.0301' }],
  untrained: ['/en/demo/visit', { who: 'officer.0418' }],
  registrar: ['/en/demo/visit', { who: 'registrar.registrar-1' }],
  second: ['/en/demo/visit', { who: 'registrar.registrar-2' }],
  supervisor: ['/en/demo/visit', { who: 'supervisor.supervisor-1' }],
};

/// Signs `visitor` in to the node at `address` and gives the cookies to go on with; nothing for nobody.
export async function signIn(browser, address, visitor) {
  if (visitor === 'nobody') return undefined;
  const [path, form] = BEGIN[visitor] ?? (() => { throw new Error(`there is no visitor called ${visitor}`); })();
  const context = await open(browser, { address });
  const answer = await context.request.post(path, { form, headers: { origin: address }, maxRedirects: 0 });
  if (answer.status() !== 303) throw new Error(`${visitor} cannot sign in: ${answer.status()} ${await answer.text()}`);
  const storage = await context.storageState();
  await context.close();
  return storage;
}

/// For how long a session is given to the next test, in milliseconds: a step that binds asks again after ten minutes who is
/// there, and no test takes two.
const FRESH = 8 * 60 * 1000;

/// Everybody's cookies, each signed in when asked for first and anew when that is a while ago.
export function visitors(browser, address) {
  const known = new Map();
  return (visitor) => {
    const before = known.get(visitor);
    if (before && Date.now() - before.at < FRESH) return before.storage;
    const storage = signIn(browser, address, visitor);
    known.set(visitor, { at: Date.now(), storage });
    return storage;
  };
}
