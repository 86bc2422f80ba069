/** Why a typed PIN cannot be one, before any token hears of it (K-9). */
export type PinProblem = 'empty' | 'letters' | 'tooShort' | 'tooLong';

/**
 * Takes the PIN out of its field as bytes and leaves the field empty (K-10). A PIN of other than plain characters was
 * changed by the Vietnamese keyboard; it is not sent, for the token would count it as a wrong one.
 */
export function takePin(
  field: HTMLInputElement,
  length: { readonly min: number; readonly max: number },
): Uint8Array<ArrayBuffer> | PinProblem {
  const typed = field.value;
  if (typed === '') return 'empty';
  if (!/^[\x20-\x7e]*$/.test(typed)) return 'letters';
  if (typed.length < length.min) return 'tooShort';
  if (length.max > 0 && typed.length > length.max) return 'tooLong';
  const bytes = new Uint8Array(typed.length);
  for (let i = 0; i < typed.length; i++) bytes[i] = typed.charCodeAt(i);
  field.value = '';
  return bytes;
}

/** Why a new PIN cannot be one. */
export type NewPinProblem = PinProblem | 'differs';

/** A new PIN, typed twice; both fields are left empty, and the second copy is wiped. */
export function takeNewPin(
  field: HTMLInputElement,
  again: HTMLInputElement,
  length: { readonly min: number; readonly max: number },
): Uint8Array<ArrayBuffer> | NewPinProblem {
  const isSame = field.value === again.value;
  const pin = takePin(field, length);
  again.value = '';
  if (typeof pin === 'string' || isSame) return pin;
  pin.fill(0);
  return 'differs';
}

/** The password of a file in any letters, as UTF-8; the field is left empty (K-10). */
export function takePassword(field: HTMLInputElement): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(field.value);
  field.value = '';
  return bytes;
}
