import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { HubFigures, MovedWork } from '@shared/domain/organ/hub-host';
import type { HubHostView } from '@shared/ipc/hub';
import { fromUtf8, utf8 } from '@shared/kernel/bytes';
import { err, ok, type Result } from '@shared/kernel/result';
import { DOOR_FILE, LOG_FILE, StopReply } from '@shared/protocol/hub-door';
import { hubCode, type HubAddress } from '@shared/relay/hub-code';
import { readIfThere, writeDurably } from '../../platform/durable-file';
import type { LogDep } from '../../platform/log';
import { sha256 } from '../../platform/system';
import { askHub, readDoor } from './hub-door';
import { isAlive, launchProgram, runProgram } from './run-program';
import {
  DESKTOP_FILE,
  desktopText,
  UNIT,
  unitText,
  wayOf,
  windowsCommands,
  type HubCommand,
  type Way,
} from './start-files';

/** Where the hub of this PC lies and how it is run. */
export interface HubPlace {
  /** Its data, and the log of one that is started without systemd. */
  readonly folder: string;
  /** `~/.config`, or what the system has in its place. */
  readonly configFolder: string;
  readonly platform: NodeJS.Platform;
  readonly port: number;
  /** The hub's program without its options. */
  readonly program: HubCommand;
  /** PostgreSQL as the package carries it; undefined where it is found beside the sources. */
  readonly postgres: string | undefined;
}

export interface HubHostDeps extends LogDep {
  readonly place: HubPlace;
  /** A code of kind hub, in the name of who is signed in: the province decides whether they may (I-13). */
  readonly issueCode: () => Promise<Result<{ readonly code: string }>>;
  readonly wish: () => { readonly province: string; readonly name: string } | undefined;
  readonly connected: () => HubAddress | undefined;
  readonly connect: (code: string) => Promise<Result<void>>;
  readonly leave: () => Promise<Result<void>>;
  readonly sleep: (ms: number) => Promise<unknown>;
}

const LOOK_MS = 250;
/** A first start makes a database; a stop writes its checkpoint. */
const PATIENCE_MS = 90_000;
/** Scans of a week on a slow USB stick. */
const MOVE_MS = 3_600_000;

const Installed = z.object({ way: z.enum(['systemd', 'autostart', 'task']) });

/** "Dùng máy này làm trạm của cơ quan" (sync §20): put up, watched and taken off by the workstation on the same PC. */
export function createHubHost(deps: HubHostDeps) {
  const { place, log } = deps;
  const { folder } = place;
  const markFile = join(folder, 'hub-host.json');
  const unitFile = join(place.configFolder, 'systemd', 'user', UNIT);
  const desktopFile = join(place.configFolder, 'autostart', DESKTOP_FILE);
  const [program, ...options] = place.program;
  const command: HubCommand = [
    program,
    ...options,
    '--relay',
    '--data',
    folder,
    '--port',
    String(place.port),
    '--log-level',
    'warn',
    ...(place.postgres === undefined ? [] : ['--postgres', place.postgres]),
  ];
  const systemctl = (...args: string[]): Promise<number> =>
    runProgram(['systemctl', '--user', ...args]);

  const figures = (): Promise<Result<HubFigures>> =>
    askHub(folder, { method: 'GET', path: '/local/figures', answer: HubFigures });

  async function installedWay(): Promise<Way | undefined> {
    const bytes = await readIfThere(markFile);
    return bytes && Installed.parse(JSON.parse(fromUtf8(bytes))).way;
  }

  async function describe(): Promise<HubHostView> {
    const way = await installedWay();
    if (!way) return { state: 'none', way: null, figures: null, commands: [] };
    const said = await figures();
    return {
      state: said.ok ? 'running' : 'stopped',
      way,
      figures: said.ok ? said.value : null,
      commands: way === 'task' ? windowsCommands(command) : [],
    };
  }

  /** A folder that has been a hub is one again without a code. */
  async function enrol(): Promise<Result<void>> {
    if (await readIfThere(join(folder, 'hub-authority.json'))) return ok(undefined);
    const wish = deps.wish();
    if (!wish) return err({ code: 'session.not-signed-in' });
    const issued = await deps.issueCode();
    if (!issued.ok) return issued;
    const env = {
      PROVINCE_URL: wish.province,
      HUB_CODE: issued.value.code,
      HUB_NAME: wish.name,
    };
    let words = '';
    const said = (text: string): void => void (words += text);
    const code = await runProgram([...command, '--enrol-only'], { env, said });
    if (code === 0) return ok(undefined);
    log.error('the hub was not enrolled', { exit: code, said: words.slice(-500) });
    return err({ code: 'hub-host.not-enrolled' });
  }

  async function writeStartFile(way: Way): Promise<void> {
    if (way === 'systemd') {
      await writeDurably(unitFile, utf8(unitText(command)));
      await systemctl('daemon-reload');
      await systemctl('enable', UNIT);
      // Else it would end with the person's last session; where it is refused the hub runs while somebody is signed in.
      const linger = await runProgram(['loginctl', 'enable-linger']);
      if (linger !== 0) log.warn('the hub does not run before somebody signs in', { linger });
    }
    if (way === 'autostart') await writeDurably(desktopFile, utf8(desktopText(command)));
    await writeDurably(markFile, utf8(JSON.stringify({ way })));
  }

  /** Resolves when it answers. */
  async function begin(way: Way): Promise<Result<void>> {
    await rm(join(folder, DOOR_FILE), { force: true });
    let hasEnded = (): boolean => false;
    if (way !== 'systemd') hasEnded = launchProgram(command, join(folder, LOG_FILE));
    else if ((await systemctl('start', UNIT)) !== 0) return err({ code: 'hub-host.not-started' });
    const answers = await until(async () => hasEnded() || (await figures()).ok);
    return answers && !hasEnded() ? ok(undefined) : err({ code: 'hub-host.not-started' });
  }

  /** Resolves when it has ended; at once when it does not run. */
  async function end(way: Way): Promise<Result<void>> {
    if (way === 'systemd') await systemctl('stop', UNIT);
    else {
      const told = await askHub(folder, { method: 'POST', path: '/local/stop', answer: StopReply });
      if (!told.ok) return ok(undefined);
    }
    const isGone = await until(async () => {
      const door = await readDoor(folder);
      return !door || !isAlive(door.pid);
    });
    return isGone ? ok(undefined) : err({ code: 'hub-host.not-started' });
  }

  async function until(isSo: () => Promise<boolean>): Promise<boolean> {
    for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
      if (await isSo()) return true;
      await deps.sleep(LOOK_MS);
    }
    return false;
  }

  const described = async (done: Result<unknown>): Promise<Result<HubHostView>> =>
    done.ok ? ok(await describe()) : done;

  return {
    describe,

    async install(): Promise<Result<HubHostView>> {
      const enrolled = await enrol();
      if (!enrolled.ok) return enrolled;
      const way = wayOf(place.platform, (await systemctl('show-environment')) === 0);
      await writeStartFile(way);
      const begun = (await figures()).ok ? ok(undefined) : await begin(way);
      if (!begun.ok) return begun;
      const door = await readDoor(folder);
      if (!door) return err({ code: 'hub-host.not-running' });
      return described(await deps.connect(hubCode(door, sha256)));
    },

    async restart(): Promise<Result<HubHostView>> {
      const way = await installedWay();
      if (!way) return err({ code: 'hub-host.not-running' });
      const ended = await end(way);
      return described(ended.ok ? await begin(way) : ended);
    },

    async remove(isSure: boolean): Promise<Result<HubHostView>> {
      const way = await installedWay();
      if (!way) return ok(await describe());
      const said = await figures();
      if (!isSure && !(said.ok && isEmpty(said.value))) return err({ code: 'hub-host.work-waits' });
      const door = await readDoor(folder);
      const ended = await end(way);
      if (!ended.ok) return ended;
      if (way === 'systemd') await systemctl('disable', UNIT);
      for (const path of [unitFile, desktopFile, markFile]) await rm(path, { force: true });
      const isOwn = door !== undefined && deps.connected()?.fingerprint === door.fingerprint;
      return described(isOwn ? await deps.leave() : ok(undefined));
    },

    saveWork: (path: string): Promise<Result<MovedWork>> => move('/local/save', path),
    takeWork: (path: string): Promise<Result<MovedWork>> => move('/local/take', path),

    /** With the workstation: where nothing but a sign-in starts the hub, and where it has died since. */
    async start(): Promise<void> {
      const way = await installedWay();
      if (!way || way === 'systemd' || (await figures()).ok) return;
      launchProgram(command, join(folder, LOG_FILE));
    },
  };

  function move(path: string, file: string): Promise<Result<MovedWork>> {
    const body = { path: file };
    return askHub(folder, { method: 'POST', path, body, answer: MovedWork, timeoutMs: MOVE_MS });
  }
}

export type HubHost = ReturnType<typeof createHubHost>;

const isEmpty = ({ waitingLines, waitingFiles, registers }: HubFigures): boolean =>
  waitingLines + waitingFiles + registers === 0;
