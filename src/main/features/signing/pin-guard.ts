import { tokenFlag } from './pkcs11-constants';
import type { PinState, TokenDescription } from './token-port';

/** What the token's flags say of the user PIN, the gravest first (K-7). */
export function pinStateOf(flags: number): PinState {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  if (has(tokenFlag.userPinLocked)) return 'locked';
  if (!has(tokenFlag.userPinInitialized)) return 'notInitialised';
  if (has(tokenFlag.userPinToBeChanged)) return 'toBeChanged';
  if (has(tokenFlag.userPinFinalTry)) return 'finalTry';
  return has(tokenFlag.userPinCountLow) ? 'countLow' : 'ok';
}

/** Some drivers leave ulMaxPinLen at zero; none takes more than this. */
const LONGEST_PIN = 255;

/**
 * Whether these bytes can be a PIN at all (K-9): length as the token asks, printable ASCII, no space at either end. Vietnamese
 * typing turns "aa" into "â": such a PIN must cost no attempt, so it never reaches the token. Nothing is normalised.
 */
export function canBePin(pin: Uint8Array, { min, max }: TokenDescription['pinLength']): boolean {
  if (pin.length < Math.max(1, min) || pin.length > (max || LONGEST_PIN)) return false;
  const isPrintable = pin.every((byte) => byte >= 0x20 && byte <= 0x7e);
  return isPrintable && pin[0] !== 0x20 && pin.at(-1) !== 0x20;
}
