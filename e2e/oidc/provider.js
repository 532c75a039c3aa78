// A certified identity provider on a free port of this machine, for the test of signing in: `node provider.js`.
//
// What it is told comes as one line of JSON on standard input: `client`, `redirect`, and `people`, the number of each by login.
// It prints its own address and serves until its standard input ends. Whoever logs in may type any password: nobody is real.

import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

import { Provider } from 'oidc-provider';

const lines = createInterface({ input: process.stdin });
lines.on('close', () => process.exit(0));
lines.once('line', (line) => {
  const { client, redirect, people } = JSON.parse(line);
  const server = createServer();
  server.listen(0, '127.0.0.1', () => {
    const issuer = `http://127.0.0.1:${server.address().port}`;
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: client.id,
          client_secret: client.secret,
          redirect_uris: redirect,
          grant_types: ['authorization_code'],
          response_types: ['code'],
        },
      ],
      // The number belongs to the ID token, which is signed; a node asks for nothing else.
      claims: { openid: ['sub', 'auth_time'], national_id: ['national_id'] },
      conformIdTokenClaims: false,
      scopes: ['openid', 'national_id'],
      pkce: { required: () => true },
      findAccount: (_context, login) => ({
        accountId: login,
        claims: () => ({ sub: login, national_id: people[login] }),
      }),
      features: { devInteractions: { enabled: true } },
    });
    server.on('request', provider.callback());
    process.stdout.write(`${issuer}\n`);
  });
});
