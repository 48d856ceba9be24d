// Runs in workerd, in front of the gate: notes every call that it makes of D1, of an object and of an object's own SQLite, in the order
// in which they begin. Nothing is changed on the way.

let notes = [];

const note = (entry) => (notes.push(entry), entry);

/** What was noted since the last time, for who asks at the one path that is not the gate's. */
export function answer(request) {
  if (!request.url.endsWith("/.observed")) return undefined;
  const taken = notes;
  notes = [];
  return Response.json(taken.map(({ cursor, ...entry }) => (cursor ? { ...entry, read: cursor.rowsRead, written: cursor.rowsWritten } : entry)));
}

/** An object with some of its properties replaced; everything else is its own. */
const veil = (target, replaced) =>
  new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(replaced, name)) return replaced[name];
      const value = Reflect.get(target, name, target);
      return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
    },
  });

const bare = new WeakMap();

function statement(real, sql, values, within) {
  const asked = async (call, run) => {
    const entry = note({ on: "d1", call, within, statements: [{ sql, values }], read: 0, written: 0 });
    return counted(entry, await run());
  };
  const veiled = veil(real, {
    bind: (...given) => statement(real.bind(...given), sql, given, within),
    // first() tells no rows: what all() would give is the same answer with them.
    first: (column) =>
      asked("first", () => real.all()).then(({ results: [row] }) => (row === undefined ? null : column == null ? row : row[column])),
    all: () => asked("all", () => real.all()),
    run: () => asked("run", () => real.run()),
    raw: (...given) => asked("raw", () => real.raw(...given)),
  });
  bare.set(veiled, { real, sql, values });
  return veiled;
}

function counted(entry, answer) {
  for (const { meta } of [answer].flat()) {
    entry.read += meta?.rows_read ?? 0;
    entry.written += meta?.rows_written ?? 0;
  }
  return answer;
}

const database = (real, within) =>
  veil(real, {
    prepare: (sql) => statement(real.prepare(sql), sql, [], within),
    async batch(statements) {
      const known = statements.map((one) => bare.get(one));
      const entry = note({ on: "d1", call: "batch", within, statements: known.map(({ sql, values }) => ({ sql, values })), read: 0, written: 0 });
      return counted(entry, await real.batch(known.map((one) => one.real)));
    },
  });

const stub = (real, binding, within) =>
  veil(real, {
    async fetch(...given) {
      const request = new Request(...given);
      note({ on: "object", call: binding, within, body: await request.clone().text() });
      return real.fetch(request);
    },
  });

const namespace = (real, binding, within) => veil(real, { get: (...given) => stub(real.get(...given), binding, within) });

/** An environment whose databases and objects are watched. */
export function observedEnv(env, within) {
  const wrap = ([name, value]) => {
    const kind = value?.constructor?.name;
    if (kind === "D1Database") return [name, database(value, within)];
    if (kind === "DurableObjectNamespace") return [name, namespace(value, name, within)];
    return [name, value];
  };
  return Object.fromEntries(Object.entries(env).map(wrap));
}

/** An object whose SQLite and alarms are watched. */
export const observedObject = (Class, name) =>
  class extends Class {
    constructor(state, env) {
      const { storage } = state;
      const sql = veil(storage.sql, {
        exec(query, ...values) {
          const cursor = storage.sql.exec(query, ...values);
          note({ on: "sql", call: "exec", within: name, statements: [{ sql: query, values }], cursor });
          return cursor;
        },
      });
      const alarms = {
        getAlarm: (...given) => (note({ on: "alarm", call: "getAlarm", within: name }), storage.getAlarm(...given)),
        setAlarm: (...given) => (note({ on: "alarm", call: "setAlarm", within: name }), storage.setAlarm(...given)),
      };
      super(veil(state, { storage: veil(storage, { sql, ...alarms }) }), observedEnv(env, name));
    }
  };
