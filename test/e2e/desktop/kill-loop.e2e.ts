import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import type { WorkItem } from '@shared/ipc/contract';
import type { Result } from '@shared/kernel/result';
import { anIncomingRegistration, PASSWORD, type SeededOffice } from '../../support/builders';
import { expect, test } from '../support/office';
import { signIn } from '../support/workstation';

const ROUNDS = 5;

test('I-1: the app is killed at five random moments under load, and no saved act is lost', async ({
  enrolledPc,
  server,
  office,
}) => {
  test.setTimeout(240_000);
  const { pc, opened } = await enrolledPc('Máy văn thư');
  await expect(opened.page.getByText(/Đã đồng bộ/)).toBeVisible();
  await server.killNode();
  const saved = new Set<string>();
  let current = opened;

  for (let round = 1; round <= ROUNDS; round++) {
    await saveUntilKilled(current.page, office, saved, () => current.killGroup());
    current = await pc.open();
    await signIn(current.page, office.clerk.login, PASSWORD);
    const held = new Set(await pendingTargets(current.page));
    const lost = [...saved].filter((id) => !held.has(id));
    expect([round, lost]).toEqual([round, []]);
  }

  console.log(`killed ${ROUNDS} times, ${saved.size} acts were saved before, none is lost`);
  await server.start();
  await expect(current.page.getByText(/Đã đồng bộ/)).toBeVisible({ timeout: 60_000 });
  const { rows } = await server.db().query(`select id from record where type = 'incomingDocument'`);
  const received = new Set(rows.map((row) => (row as { id: string }).id));
  expect([...saved].filter((id) => !received.has(id))).toEqual([]);
  await current.killGroup();
});

/** Saves papers as fast as main answers; kills the whole process group at a random moment. */
async function saveUntilKilled(
  page: Page,
  office: SeededOffice,
  saved: Set<string>,
  kill: () => Promise<void>,
): Promise<void> {
  const killed = new AbortController();
  const saving = (async () => {
    while (!killed.signal.aborted) {
      const id = randomUUID();
      const draft = {
        kind: 'create',
        target: { type: 'incomingDocument', id },
        base: null,
        body: anIncomingRegistration(office, { codeDisplay: `${saved.size + 1}/KT` }),
        role: 'vanThu',
      };
      // The page dies in the middle of a call: an act whose answer never came was never called saved.
      const answer = (await page
        .evaluate(
          (input) => window.bridge.call('operations.append', { drafts: [input as never] }),
          draft,
        )
        .catch(() => undefined)) as { readonly ok: boolean } | undefined;
      if (answer?.ok) saved.add(id);
    }
  })();
  await sleep(randomInt(300, 1500));
  killed.abort();
  await kill();
  await saving;
}

async function pendingTargets(page: Page): Promise<readonly string[]> {
  const items = (await page.evaluate(() =>
    window.bridge.call('operations.list', undefined),
  )) as Result<readonly WorkItem[]>;
  return items.ok ? items.value.map(({ target }) => target.id) : [];
}
