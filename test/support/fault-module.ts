import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** True where the module can be built. */
export const hasCompiler = (): boolean => existsSync('/usr/bin/gcc');

/** Builds `test/pkcs11-fault` into a folder; gives the path of the shared object. About half a second. */
export function buildFaultModule(folder: string): string {
  const path = join(folder, 'pkcs11-fault.so');
  const flags = '-shared -fPIC -O1 -Wall -Werror'.split(' ');
  const headers = at('node_modules/pkcs11js/includes/pkcs11');
  const source = at('test/pkcs11-fault/pkcs11-fault.c');
  execFileSync('gcc', [...flags, '-I', headers, '-o', path, source, '-ldl']);
  return path;
}

/** How a test steers one fault module and what it sees of it. */
export interface FaultControl {
  /** What the process needs beside the environment of the module behind. */
  readonly env: Readonly<Record<string, string>>;
  /** Replaces all directives; see the module's README. */
  readonly set: (...directives: readonly string[]) => void;
  /** Lines of the counter file that begin with this text: the calls of a function. */
  readonly calls: (start: string) => readonly string[];
}

export interface FaultControlRequest {
  readonly folder: string;
  /** The module behind. */
  readonly target: string;
  /** What the person at the pinpad types. */
  readonly typedPin?: string;
}

export function createFaultControl(request: FaultControlRequest): FaultControl {
  const { folder, target, typedPin } = request;
  const control = join(folder, 'control');
  const counter = join(folder, 'counter');
  writeFileSync(counter, '');
  return {
    env: {
      TCV_FAULT_TARGET: target,
      TCV_FAULT_CONTROL: control,
      TCV_FAULT_COUNTER: counter,
      ...(typedPin === undefined ? {} : { TCV_FAULT_TYPED_PIN: typedPin }),
    },
    set: (...directives) => writeFileSync(control, directives.map((one) => `${one}\n`).join('')),
    calls: (start) =>
      readFileSync(counter, 'utf8')
        .split('\n')
        .filter((line) => line === start || line.startsWith(`${start} `)),
  };
}
