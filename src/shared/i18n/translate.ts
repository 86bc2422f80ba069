import { formatNumber } from './format';
import { vi } from './vi';

/** Dotted path of a text in the catalogue, such as `incoming.list.title`. */
export type TextKey = Leaves<typeof vi>;

/** Names in braces that a text asks for. */
export type TextValues<K extends TextKey> = Record<
  Placeholders<TextAt<typeof vi, K>>,
  string | number
>;

/**
 * The text of a key with its values filled in.
 *
 * A wrong key and a missing value do not compile. Numbers are written as Vietnam writes them (1.234); a number of a
 * register is no quantity and is passed as text.
 */
export function t<K extends TextKey>(
  key: K,
  ...[values]: [Placeholders<TextAt<typeof vi, K>>] extends [never] ? [] : [values: TextValues<K>]
): string {
  const given: Readonly<Record<string, string | number>> = values ?? {};
  return textAt(key).replace(/\{(\w+)\}/g, (_match, name: string) => {
    const value = given[name];
    return typeof value === 'number' ? formatNumber(value) : (value ?? '');
  });
}

function textAt(key: TextKey): string {
  let at: unknown = vi;
  for (const part of key.split('.')) at = (at as Readonly<Record<string, unknown>>)[part];
  return at as string;
}

type Leaves<T, Prefix extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Prefix}${K}` : Leaves<T[K], `${Prefix}${K}.`>;
}[keyof T & string];

type TextAt<T, K extends string> = K extends `${infer Head}.${infer Rest}`
  ? Head extends keyof T
    ? TextAt<T[Head], Rest>
    : never
  : K extends keyof T
    ? T[K]
    : never;

type Placeholders<S> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
