import { silentLog } from '../../../support/silent-log';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import { createLoginFailures } from '../../../../src/main/features/signing/login-failures';
import { createPkcs11Token } from '../../../../src/main/features/signing/pkcs11-token';
import type { TokenLimits } from '../../../../src/main/features/signing/token-limits';
import type { TokenModules } from '../../../../src/main/features/signing/token-modules';
import type { TokenPort, TokenSession } from '../../../../src/main/features/signing/token-port';
import type {
  StartTokenProcess,
  TokenModule,
} from '../../../../src/main/features/signing/token-process';
import { systemTimers } from '../../../../src/main/platform/system';
import { utf8 } from '../../../../src/shared/kernel/bytes';
import type { Timers } from '../../../../src/shared/kernel/clock';
import { Redacted } from '../../../../src/shared/kernel/redacted';
import { createDemoPki, type DemoPki } from '../../../support/demo-pki';
import {
  buildFaultModule,
  createFaultControl,
  hasCompiler,
  type FaultControl,
} from '../../../support/fault-module';
import { buildTokenWorker, forkTokenProcess } from '../../../support/fork-token-process';
import { createSoftToken, findSoftHsm, type SoftToken } from '../../../support/soft-token';
import { temporaryFolder } from '../../../support/temporary-folder';

const hasTools = findSoftHsm() !== undefined && hasCompiler();
if (!hasTools) {
  console.warn('skipped: token tests need softhsm2, opensc and gcc, which are not installed');
}

/** For `test.skipIf`: true only where SoftHSM or the compiler is missing. */
export const isSkipped = !hasTools;

/** Which identities the token of a test file carries, by their place on it. */
export const RSA = 0;
export const EC = 1;
export const ASKS_EACH_TIME = 2;

export interface SoftDevice {
  readonly folder: string;
  readonly pki: DemoPki;
  readonly soft: SoftToken;
  readonly faultModule: string;
  readonly worker: string;
}

/** A token with three keys and the fault module, made once for a test file; gone when it is over. */
export async function aDevice(): Promise<SoftDevice | undefined> {
  if (!hasTools) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'tcv-token-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const pki = createDemoPki();
  const soft = createSoftToken({
    folder,
    pki,
    identities: [
      { commonName: 'Nguyễn Văn Mẫu' },
      { commonName: 'Trần Thị Thử', key: 'EC:prime256v1' },
      { commonName: 'Lê Văn Thử', asksEachTime: true },
    ],
  });
  return {
    folder,
    pki,
    soft,
    faultModule: buildFaultModule(folder),
    worker: await buildTokenWorker(),
  };
}

export interface World {
  readonly token: TokenPort;
  readonly soft: SoftToken;
  readonly fault: FaultControl;
  /** Everything that crossed between main and the processes, copied before anybody could wipe it. */
  readonly traffic: readonly unknown[];
  readonly thumbprint: (place: number) => string;
  readonly open: (place: number, pin?: string) => ReturnType<TokenPort['openSession']>;
}

export interface WorldRequest {
  readonly limits?: Partial<TokenLimits>;
  readonly timers?: Timers;
  /** Drivers beside the fault module. */
  readonly others?: readonly TokenModule[];
  readonly typedPin?: string;
  /** Another token than the file's. */
  readonly soft?: SoftToken;
}

/** A `TokenPort` on real processes over the fault module, fresh for each test. */
export function aWorld(device: SoftDevice | undefined, request: WorldRequest = {}): World {
  if (!device) throw new Error('a skipped test asks for a token');
  const { limits = {}, timers = systemTimers, others = [], soft = device.soft } = request;
  const { typedPin } = request;
  const fault = createFaultControl({
    folder: temporaryFolder(),
    target: soft.modulePath,
    ...(typedPin === undefined ? {} : { typedPin }),
  });
  const traffic: unknown[] = [];
  const modules: TokenModules = {
    usable: [{ id: 'fault', path: device.faultModule }, ...others],
    troubles: [],
  };
  const token = createPkcs11Token({
    modules,
    start: recorded(
      forkTokenProcess(device.worker, () => ({ ...soft.env, ...fault.env })),
      traffic,
    ),
    timers,
    failures: createLoginFailures(),
    log: silentLog,
    // A loaded machine must not be taken for a silent driver.
    limits: { start: 60_000, list: 60_000, listSuspect: 60_000, ...limits },
  });
  onTestFinished(() => token.stop());
  const thumbprint = (place: number): string => soft.identities[place]?.thumbprint ?? '';
  return {
    token,
    soft,
    fault,
    traffic,
    thumbprint,
    open: (place, pin = soft.pin) => token.openSession(thumbprint(place), new Redacted(utf8(pin))),
  };
}

function recorded(start: StartTokenProcess, traffic: unknown[]): StartTokenProcess {
  return (module) => {
    const process = start(module);
    return {
      ...process,
      send: (message) => {
        traffic.push(structuredClone(message));
        process.send(message);
      },
      onMessage: (listener) =>
        process.onMessage((message) => {
          traffic.push(structuredClone(message));
          listener(message);
        }),
    };
  };
}

/** The session of an opening that must succeed. */
export async function opened(opening: ReturnType<TokenPort['openSession']>): Promise<TokenSession> {
  const result = await opening;
  if (!result.ok) throw new Error(`the token did not open: ${JSON.stringify(result.error)}`);
  return result.value;
}
