import type { CallOutcome } from './supervise-module';
import type { DriverFailure } from './token-messages';
import type { TokenFailure } from './token-port';

/** What an outcome that is no success means outside a signature. */
export function failureOf(outcome: CallOutcome, moduleId: string): TokenFailure {
  switch (outcome.kind) {
    case 'silent':
      return { code: 'token.driver-silent', moduleId };
    case 'crashed':
    case 'notRunning':
      return { code: 'token.driver-crashed', moduleId };
    case 'answered':
      // Any other answer than the one to this call is a driver gone mad.
      return outcome.answer.answer === 'failed'
        ? withModule(outcome.answer.failure, moduleId)
        : { code: 'token.driver-crashed', moduleId };
  }
}

const withModule = (failure: DriverFailure, moduleId: string): TokenFailure =>
  failure.code === 'token.driver-unusable' ? { code: failure.code, moduleId } : failure;
