// Load from autocannon: a known number of requests over a number of connections, each with a body of its own, and how long each took.

import autocannon from "autocannon";
import { Failure } from "../../scripts/lib/say.mjs";

/**
 * Sends `requests` ({ user, body }) to a path over some connections. Gives the rate, every latency in milliseconds and, where asked for, what
 * `read` makes of each answer, in the order of the requests.
 */
export function load(url, path, requests, { connections, read }) {
  let next = 0;
  const answers = [];
  const latencies = [];
  const failures = [];
  const setupRequest = (request, context) => {
    context.index = next;
    const { user, body } = requests[next % requests.length];
    next += 1;
    const text = JSON.stringify(body);
    return {
      ...request,
      method: "POST",
      path,
      headers: { authorization: `Bearer dev:${user}`, "content-type": "application/json", "cf-connecting-ip": "127.0.0.1" },
      body: text,
    };
  };
  const onResponse = (status, body, context) => {
    // What autocannon sends again after a lost connection is beyond the list, and may find its receipt used.
    if (status !== 200) context.index < requests.length && failures.push(body);
    else if (read) answers[context.index % requests.length] ??= read(body);
  };
  return new Promise((resolve, reject) => {
    const instance = autocannon({ url, connections, amount: requests.length, timeout: 60, requests: [{ setupRequest, onResponse }] }, (error, result) => {
      if (error) return reject(error);
      const lost = result.errors;
      if (failures.length > 0) return reject(new Failure(`${failures.length} of ${requests.length} requests to ${path} were refused`, failures[0]));
      // On a machine whose disk or processor stalls for seconds workerd drops connections that it takes for idle.
      if (lost > requests.length / 4) return reject(new Failure(`${lost} of ${requests.length} requests to ${path} lost their connection`));
      resolve({ rate: latencies.length / ((last - begun) / 1000), latencies, answers, lost });
    });
    const begun = performance.now();
    let last = begun;
    instance.on("response", (_client, _status, _bytes, milliseconds) => {
      last = performance.now();
      latencies.push(milliseconds);
    });
  });
}
