import { contract } from '@shared/ipc/contract';
import { ok, type Result } from '@shared/kernel/result';
import { bind } from '../../ipc/bind';
import type { LogDep } from '../../platform/log';
import type { createHeldBooks } from './held-books';

type HeldBooks = ReturnType<typeof createHeldBooks<unknown>>;

export interface RegistersHandlersDeps extends LogDep {
  /** The open workstation's, while somebody is signed in. */
  readonly at: () => Result<Pick<HeldBooks, 'serve' | 'release' | 'confirmLast' | 'list'>>;
}

export function registersHandlers(deps: RegistersHandlersDeps) {
  return {
    'registers.listHeld': bind(deps, contract['registers.listHeld'], async () => {
      const at = deps.at();
      return at.ok ? ok(await at.value.list()) : at;
    }),
    'registers.confirmLast': bind(
      deps,
      contract['registers.confirmLast'],
      async ({ registerId, lastNumber }) => {
        const at = deps.at();
        return at.ok ? at.value.confirmLast(registerId, lastNumber) : at;
      },
    ),
    'registers.serve': bind(deps, contract['registers.serve'], async ({ registerId, requests }) => {
      const at = deps.at();
      return at.ok ? at.value.serve(registerId, requests) : at;
    }),
    'registers.release': bind(deps, contract['registers.release'], async ({ registerId }) => {
      const at = deps.at();
      return at.ok ? at.value.release(registerId) : at;
    }),
  };
}
