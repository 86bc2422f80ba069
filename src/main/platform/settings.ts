import { delimiter, dirname, join } from 'node:path';
import { homedir } from 'node:os';
import { z } from 'zod';

/** What the environment may set, for tests and IT staff; everything has a default. */
const Environment = z.object({
  /** Milliseconds between two idle contacts with the server while no hints are heard (sync §12.3). */
  TCV_SYNC_IDLE_MS: z.coerce.number().int().min(200).max(3_600_000).default(60_000),
  /** Paths of PKCS#11 drivers beside the known ones, separated as PATH is on this system (K-1). */
  TCV_PKCS11_MODULES: z.string().default(''),
  /** Milliseconds that a driver may take for one login or signature, when the usual limits do not fit. */
  TCV_TOKEN_LIMIT_MS: z.coerce.number().int().min(1000).max(300_000).optional(),
  /** A demonstration or training: marked on every page (O-6). */
  TCV_DEMO: z.literal('1').optional(),
  /** Folder of PEM files that a demonstration trusts in place of the trust package; without the mark it is nothing (O-4). */
  TCV_TRUST_FOLDER: z.string().min(1).optional(),
  /** Public half of the key that signs trust packages, base64 of its DER (Ed25519), beside the program's own (O-4). */
  TCV_TRUST_KEY: z.base64().optional(),
  /** Address of the timestamping authority (RFC 3161 over HTTP); without one signatures stay at level B-B (S-15). */
  TCV_TSA_ADDRESS: z.url({ protocol: /^https?$/ }).optional(),
  /** Folders outside the profile for what a register's last number is compared with, separated as PATH is (sync §9.4). */
  TCV_ANCHOR_FOLDERS: z.string().min(1).optional(),
  /** Data folder and port of a hub on this PC (sync §20). */
  TCV_HUB_FOLDER: z.string().min(1).optional(),
  TCV_HUB_PORT: z.coerce.number().int().min(1024).max(65_535).default(8787),
});

export interface Settings {
  readonly syncIdleMs: number;
  readonly pkcs11Modules: readonly string[];
  readonly tokenLimitMs: number | undefined;
  /** Set in a demonstration alone. */
  readonly demoTrustFolder: string | undefined;
  readonly isDemo: boolean;
  readonly trustKey: string | undefined;
  readonly timestampAddress: string | undefined;
  readonly anchorFolders: readonly string[];
  readonly hubFolder: string;
  readonly hubPort: number;
  /** `~/.config`. */
  readonly configFolder: string;
}

export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const parsed = Environment.parse(environment);
  return {
    syncIdleMs: parsed.TCV_SYNC_IDLE_MS,
    pkcs11Modules: parsed.TCV_PKCS11_MODULES.split(delimiter).filter((path) => path !== ''),
    tokenLimitMs: parsed.TCV_TOKEN_LIMIT_MS,
    demoTrustFolder: parsed.TCV_DEMO && parsed.TCV_TRUST_FOLDER,
    isDemo: parsed.TCV_DEMO !== undefined,
    trustKey: parsed.TCV_TRUST_KEY,
    timestampAddress: parsed.TCV_TSA_ADDRESS,
    anchorFolders:
      parsed.TCV_ANCHOR_FOLDERS?.split(delimiter).filter((path) => path !== '') ??
      defaultAnchorFolders(environment),
    hubFolder: parsed.TCV_HUB_FOLDER ?? defaultHubFolder(environment),
    hubPort: parsed.TCV_HUB_PORT,
    configFolder: environment['XDG_CONFIG_HOME'] || join(homedir(), '.config'),
  };
}

/** The machine's own data folder, and the folder beside the program. */
function defaultAnchorFolders({ ProgramData }: NodeJS.ProcessEnv): readonly string[] {
  const ofMachine =
    process.platform === 'win32'
      ? join(ProgramData ?? 'C:\\ProgramData', 'TramCongVu')
      : '/var/lib/tram-cong-vu';
  return [ofMachine, join(dirname(process.execPath), 'so-dang-ky')];
}

/** Beside the workstation's own data, never on a roaming profile: a database lies in it. */
function defaultHubFolder(environment: NodeJS.ProcessEnv): string {
  const base =
    environment['LOCALAPPDATA'] ||
    environment['XDG_DATA_HOME'] ||
    join(homedir(), '.local', 'share');
  return join(base, 'tram-cong-vu', 'hub');
}
