// An issuer of tokens for a test: keys of npm `jose`, and their public halves on a JWKS server of loopback that counts who asks.

import { createServer } from "node:http";
import { SignJWT, exportJWK, generateKeyPair } from "jose";

/** A key pair with its name; its public half as a JWK. */
export async function keyPair(alg, kid = alg.toLowerCase()) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, ...(alg === "EdDSA" && { crv: "Ed25519" }) });
  return { alg, kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid } };
}

/** Starts an issuer that shows these keys. `keys`, `failing` and `silent` (it never answers) can be changed while it runs; `asked` counts. */
export async function startIssuer(keys) {
  const issuer = { keys, failing: false, silent: false, asked: 0 };
  const server = createServer((_, response) => {
    issuer.asked += 1;
    if (issuer.silent) return;
    response.statusCode = issuer.failing ? 500 : 200;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const now = () => Math.floor(Date.now() / 1000);
  return Object.assign(issuer, {
    url,
    vars: { POSTGATE_AUTH: null, AUTH_JWKS_URL: `${url}/jwks`, AUTH_ISSUER: url, AUTH_AUDIENCE: "postgate" },
    /** Claims that count, changed as wanted; a claim that is undefined is left out. */
    claims: (more = {}) => ({ iss: url, aud: "postgate", sub: "ann", iat: now(), exp: now() + 300, ...more }),
    /** A signed token. */
    token: (key, more = {}, header = {}) => new SignJWT(issuer.claims(more)).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(key.privateKey),
    now,
    stop: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    }),
  });
}
