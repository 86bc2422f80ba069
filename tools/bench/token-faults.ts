import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import {
  aFaultyToken,
  FAULTY_PIN,
  openAs,
  waitingForChairman,
} from '../../test/e2e/support/faulty-token';
import { openSigning, readAll, signAll } from '../../test/e2e/support/signing';
import { aPc } from '../../test/e2e/support/workstation';
import { hasCompiler } from '../../test/support/fault-module';
import { findSoftHsm } from '../../test/support/soft-token';
import { startTestServer } from '../../test/support/test-server';
import { quantile, type Row } from './row';

const ROUNDS = 3;
/** Longer than the program waits for the driver here, so that its end and the new process are in it. */
const SPAN_MS = 6_000;
/** */
const BUDGET_MS = 100;
const SLOW = { timeout: 60_000 };

/** What two windows noted of themselves: milliseconds between two frames, and until main answered a cheap question. */
interface Noted {
  readonly frames: number[];
  readonly answers: number[];
}

interface Scene {
  readonly directives: readonly string[];
  readonly pin: string;
  /** What the window says in the end. */
  readonly said: string;
}

/** The same press without a fault: it does all that comes before a login, and the login. */
const refused: Scene = { directives: [], pin: '11029384', said: 'Mã PIN không đúng.' };

const faults: readonly (Scene & { readonly name: string })[] = [
  {
    name: 'hangs in its login',
    directives: ['sleep C_Login 0 600000'],
    pin: FAULTY_PIN,
    said: 'Thiết bị ký số không trả lời.',
  },
  {
    name: 'crashes in its signature',
    directives: ['crash C_Sign 0'],
    pin: FAULTY_PIN,
    said: 'chưa biết đã ký xong hay chưa',
  },
];

/**
 * The built program while a token's driver hangs and when it crashes: how long the signing window and the main page
 * went without a frame, and waited for main, beside the same press with a wrong PIN and a sound driver, all in turns.
 */
export async function benchTokenFaults(folder: string): Promise<readonly Row[]> {
  if (!findSoftHsm() || !hasCompiler()) {
    console.error('no rows of token faults: softhsm2, opensc and gcc are not installed');
    return [];
  }
  const server = await startTestServer();
  const office = await waitingForChairman(server, 'H97.3', 1);
  const { authority, fault, env } = await aFaultyToken(join(folder, 'token'), server, office);
  const pc = aPc(env);
  fault.set();
  const { page, app, killGroup } = await openAs(pc, server, office, office.chairman);
  try {
    const window = await openSigning(app, () =>
      page
        .getByRole('button', { name: /^Ký số( 1 văn bản)?…$/ })
        .first()
        .click(SLOW),
    );
    await readAll(window);
    await expect(window.getByLabel('Mã PIN của thiết bị')).toBeVisible(SLOW);
    const scenes = [refused, ...faults].map((scene) => ({ scene, noted: nothingNoted() }));
    for (let round = 0; round < ROUNDS; round++) {
      for (const { scene, noted } of scenes) {
        fault.set(...scene.directives);
        const noting = note([page, window], noted);
        await signAll(window, scene.pin);
        await noting;
        await expect(window.getByText(scene.said).first()).toBeVisible(SLOW);
      }
    }
    const [sound, ...faulty] = scenes.map(({ noted }) => noted);
    return faults.flatMap(({ name }, i) =>
      rowsOf(name, faulty[i] ?? nothingNoted(), sound ?? nothingNoted()),
    );
  } finally {
    await killGroup();
    pc.dispose();
    await authority.stop();
    await server.stop();
  }
}

const nothingNoted = (): Noted => ({ frames: [], answers: [] });

async function note([page, window]: readonly [Page, Page], into: Noted): Promise<void> {
  const all = await Promise.all([
    noteIn(page, { bridge: 'bridge', channel: 'app.describe', ms: SPAN_MS }),
    noteIn(window, { bridge: 'signing', channel: 'signing.describe', ms: SPAN_MS }),
  ]);
  for (const { frames, answers } of all) {
    into.frames.push(...frames);
    into.answers.push(...answers);
  }
}

interface Question {
  readonly bridge: 'bridge' | 'signing';
  readonly channel: string;
  readonly ms: number;
}

/** No function inside has a name: the runner of this file would mark it with a helper that a page has not got. */
const noteIn = (page: Page, question: Question): Promise<Noted> =>
  page.evaluate(async ({ bridge, channel, ms }) => {
    const main = Reflect.get(window, bridge) as {
      readonly call: (channel: string, input: unknown) => Promise<unknown>;
    };
    const end = performance.now() + ms;
    const noted = { frames: [] as number[], answers: [] as number[] };
    await Promise.all([
      (async () => {
        for (let last = performance.now(); last < end;) {
          await new Promise((drawn) => requestAnimationFrame(drawn));
          noted.frames.push(performance.now() - last);
          last = performance.now();
        }
      })(),
      (async () => {
        for (let asked = performance.now(); asked < end; asked = performance.now()) {
          await main.call(channel, undefined);
          noted.answers.push(performance.now() - asked);
          await new Promise((next) => setTimeout(next, 10));
        }
      })(),
    ]);
    return noted;
  }, question);

const rowsOf = (fault: string, noted: Noted, sound: Noted): readonly Row[] =>
  (['frames', 'answers'] as const).flatMap((what) =>
    [0.95, 1].map((q) => ({
      figure: `a driver ${fault}: ${what === 'frames' ? 'between frames' : 'main answers'}, ${q === 1 ? 'longest' : 'p95'}`,
      unit: 'ms' as const,
      ours: quantile(noted[what], q),
      floor: quantile(sound[what], q),
      floorIs: 'the same press with a wrong PIN',
      count: noted[what].length,
      budget: BUDGET_MS,
    })),
  );
