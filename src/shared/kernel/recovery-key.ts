/**
 * The key of a backup as people keep it: on paper, read aloud, typed on another PC.
 *
 * Seven groups of five characters out of 31 that nobody mixes up (no 0 O, no 1 I L). In each group the fifth checks the four
 * before it and the group's place, so that a mistyped group is known by itself: one wrong character, two neighbours exchanged
 * and two groups exchanged are always found. 28 free characters are 138 bits.
 */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const DATA_CHARACTERS = 4;
const GROUP_CHARACTERS = DATA_CHARACTERS + 1;
export const RECOVERY_KEY_GROUPS = 7;
/** Bytes from here on would make some characters likelier than others. */
const FAIR_BYTES = 256 - (256 % ALPHABET.length);

export type RecoveryKeyReading =
  /** As `createRecoveryKey` made it. */
  | { readonly state: 'whole'; readonly key: string }
  /** `group` counts from 1. */
  | { readonly state: 'mistyped'; readonly group: number }
  | { readonly state: 'incomplete' };

/**
 * A new key, groups joined by hyphens.
 *
 * @param randomBytes so many bytes of a cryptographic source
 */
export function createRecoveryKey(randomBytes: (count: number) => Uint8Array): string {
  const groups: string[] = [];
  let symbols: number[] = [];
  while (groups.length < RECOVERY_KEY_GROUPS) {
    for (const byte of randomBytes(GROUP_CHARACTERS)) {
      if (byte >= FAIR_BYTES || symbols.length === DATA_CHARACTERS) continue;
      symbols.push(byte % ALPHABET.length);
    }
    if (symbols.length < DATA_CHARACTERS) continue;
    const all = [...symbols, checkOf(symbols, groups.length)];
    groups.push(all.map((symbol) => ALPHABET[symbol]).join(''));
    symbols = [];
  }
  return groups.join('-');
}

/** Reads what a person typed: letter case, spaces and hyphens do not matter. */
export function readRecoveryKey(typed: string): RecoveryKeyReading {
  const groups = groupsOf(typed);
  const wrong = groups.findIndex(
    (group, place) => place >= RECOVERY_KEY_GROUPS || !isGroup(group, place),
  );
  const isCutOff = wrong === groups.length - 1 && (groups[wrong]?.length ?? 0) < GROUP_CHARACTERS;
  if (wrong >= 0 && !(isCutOff && wrong < RECOVERY_KEY_GROUPS - 1))
    return { state: 'mistyped', group: Math.min(wrong + 1, RECOVERY_KEY_GROUPS) };
  return groups.length === RECOVERY_KEY_GROUPS
    ? { state: 'whole', key: groups.join('-') }
    : { state: 'incomplete' };
}

/** Whoever keeps the groups apart has each of them judged by itself, also when a character is missing. */
function groupsOf(typed: string): readonly string[] {
  const apart = typed
    .toUpperCase()
    .split(/[\s\-–—.,]+/)
    .filter((group) => group !== '');
  if (apart.length === RECOVERY_KEY_GROUPS) return apart;
  return apart.join('').match(/.{1,5}/gu) ?? [];
}

function isGroup(group: string, place: number): boolean {
  const symbols = Array.from(group).map((character) => ALPHABET.indexOf(character));
  const data = symbols.slice(0, DATA_CHARACTERS);
  return (
    symbols.length === GROUP_CHARACTERS &&
    !symbols.includes(-1) &&
    symbols[DATA_CHARACTERS] === checkOf(data, place)
  );
}

/** Weights 1 to 4, which differ by one and none of which is 0 modulo the prime 31. */
function checkOf(data: readonly number[], place: number): number {
  const sum = data.reduce((total, symbol, index) => total + (index + 1) * symbol, 5 * place);
  return sum % ALPHABET.length;
}
