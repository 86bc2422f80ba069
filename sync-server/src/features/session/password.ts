import argon2 from 'argon2';

/** RFC 9106 §4, second recommended option, on two lanes instead of four: 64 MiB, three passes. */
const options = {
  type: argon2.argon2id,
  memoryCost: 64 * 1024,
  timeCost: 3,
  parallelism: 2,
} as const;

/** One person's keyboard writes composed letters, another's decomposed ones: the password is the same. */
const normalise = (password: string): string => password.normalize('NFC');

export const hashPassword = (password: string): Promise<string> =>
  argon2.hash(normalise(password), options);

export const verifyPassword = (hash: string, password: string): Promise<boolean> =>
  argon2.verify(hash, normalise(password));

let dummy: Promise<string> | undefined;

/** Takes as long as a real check and fails: an unknown login must not answer sooner than a known one. */
export async function verifyNothing(password: string): Promise<false> {
  dummy ??= hashPassword('no account has this password');
  await verifyPassword(await dummy, password);
  return false;
}
