import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createServerClient } from '../../src/main/platform/server-client';
import { createHeadWatch } from '../../sync-server/src/features/hints/head-watch';
import { createHintStreams } from '../../sync-server/src/features/hints/hint-streams';
import { createLog } from '../../sync-server/src/log';
import {
  aRegistering,
  enrolTestDevice,
  overHttp,
  renew,
  seedOffice,
  signIn,
  sync,
  type SeededOffice,
  type TestDevice,
} from '../support/builders';
import { aListeningNode, type ListeningNode } from '../support/listening-node';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

let database: TestDatabase;
let nodes: readonly [ListeningNode, ListeningNode];
let seeded: SeededOffice;

beforeAll(async () => {
  database = await createTestDatabase();
  nodes = [await aListeningNode(database), await aListeningNode(database)];
  seeded = await seedOffice(nodes[0].admin);
});
afterEach(() => nodes.forEach((node) => node.hints.closeAll()));
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.die()));
  await database.drop();
});

interface Station {
  readonly device: TestDevice;
  readonly token: string;
}

async function aStation(node: ListeningNode, at = seeded): Promise<Station> {
  const post = overHttp(node.address);
  const code = await node.admin.createActivationCode(at.office.id);
  const device = await enrolTestDevice(post, code);
  return { device, token: (await signIn(post, device, at.clerk)).accessToken };
}

/** Everything heard from a node; the stream ends with the test. */
function listenTo(node: ListeningNode, token: string, silentMs = 45_000) {
  const own = new AbortController();
  onTestFinished(() => own.abort());
  const heard: string[] = [];
  const ended = createServerClient(() => ({ baseUrl: node.address })).listen({
    path: '/hints',
    accessToken: token,
    silentMs,
    heard: (data) => heard.push(data),
    signal: own.signal,
  });
  return { heard, ended, stop: () => own.abort() };
}

const headOf = (data: string | undefined): number => {
  const heads = JSON.parse(data ?? '{}') as Record<string, number>;
  expect(Object.keys(heads)).toEqual([seeded.office.id]);
  return heads[seeded.office.id] ?? 0;
};
const soon = <T>(look: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(look, { timeout: 20_000, interval: 20 });

test('T-2: what one workstation saves through one node, another hears of and reads through the other', async () => {
  const [writer, reader] = [await aStation(nodes[0]), await aStation(nodes[1])];
  const { heard } = listenTo(nodes[1], reader.token);
  const before = await soon(() => headOf(heard.at(-1)));
  const id = randomUUID();
  await sync(overHttp(nodes[0].address), writer.device, {
    token: writer.token,
    ops: [aRegistering(writer.device, seeded, {}, id)],
  });

  const after = await soon(() => {
    expect(headOf(heard.at(-1))).toBeGreaterThan(before);
    return headOf(heard.at(-1));
  });
  const scope = `office:${seeded.office.id}`;
  const reply = await sync(overHttp(nodes[1].address), reader.device, {
    token: reader.token,
    cursors: { [scope]: before },
  });

  expect(reply.heads[scope]).toBe(after);
  expect(reply.pages.flatMap((page) => page.entries.map((entry) => entry.id))).toContain(id);
});

test('I-13: hints carry the head of one’s own office and nothing of another', async () => {
  const other = await seedOffice(nodes[0].admin);
  const stranger = await aStation(nodes[0], other);
  const own = await aStation(nodes[0]);
  const { heard } = listenTo(nodes[0], own.token);
  await soon(() => headOf(heard.at(-1)));
  await sync(overHttp(nodes[0].address), stranger.device, {
    token: stranger.token,
    ops: [aRegistering(stranger.device, other)],
  });
  await sync(overHttp(nodes[0].address), own.device, {
    token: own.token,
    ops: [aRegistering(own.device, seeded)],
  });

  await soon(() => expect(heard.filter((data) => data !== '').length).toBeGreaterThan(1));

  for (const data of heard) if (data !== '') headOf(data);
});

test('I-13: a device without a person, and a token that is none, hear nothing', async () => {
  const station = await aStation(nodes[0]);
  const alone = await renew(overHttp(nodes[0].address), station.device, null);

  expect(await listenTo(nodes[0], alone.accessToken).ended).toEqual({
    code: 'session.not-signed-in',
  });
  const bad = await listenTo(nodes[0], 'rubbish').ended;
  expect(bad.code).toMatch(/^session\./);
});

test('I-22: a workstation has one stream; its older one ends', async () => {
  const station = await aStation(nodes[0]);
  const first = listenTo(nodes[0], station.token);
  await soon(() => expect(first.heard.length).toBeGreaterThan(0));
  const second = listenTo(nodes[0], station.token);

  await first.ended;

  await soon(() => expect(second.heard.length).toBeGreaterThan(0));
  expect(nodes[0].hints.count()).toBe(1);
});

test('I-22: a workstation that went away leaves nothing behind, and then nobody reads heads', async () => {
  const queries: string[] = [];
  const watch = createHeadWatch({
    db: {
      query: async (text, values) => {
        queries.push(text);
        return database.db.query(text, values);
      },
    },
    log: createLog('silent'),
    everyMs: 5,
  });
  const hints = createHintStreams({ watch });
  const reader = hints.start('máy', seeded.office.id)?.getReader();
  await reader?.read();
  await soon(() => expect(queries.length).toBeGreaterThan(2));

  await reader?.cancel();

  expect(hints.count()).toBe(0);
  const { length } = queries;
  await database.db.query('select pg_sleep(0.1)');
  expect(queries.length).toBeLessThanOrEqual(length + 1);
});

test('I-22: streams are counted, and who does not read is given up', async () => {
  let tell = (_head: number): void => undefined;
  const hints = createHintStreams({
    watch: {
      listen: (_office, listener) => {
        tell = listener;
        return () => undefined;
      },
    },
    mostStreams: 1,
  });
  const stream = hints.start('một', seeded.office.id);

  expect(stream).toBeDefined();
  expect(hints.start('hai', seeded.office.id)).toBeUndefined();
  for (let head = 0; head < 1000; head++) tell(head);
  expect(hints.count()).toBe(0);
});
