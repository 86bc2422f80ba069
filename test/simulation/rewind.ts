/** Collections of what a server knew: a restore from a backup sets all of them back together. */
export interface Rewind {
  readonly map: <K, V>() => Map<K, V>;
  readonly set: <V>() => Set<V>;
  /** Remembers everything as it is now; what it answers sets everything back to that. */
  readonly remember: () => () => void;
}

export function createRewind(): Rewind {
  const kept: (() => () => void)[] = [];
  return {
    map: <K, V>() => {
      const map = new Map<K, V>();
      kept.push(() => {
        const then = copyOf(map);
        return () => {
          map.clear();
          for (const [key, value] of copyOf(then)) map.set(key, value);
        };
      });
      return map;
    },
    set: <V>() => {
      const set = new Set<V>();
      kept.push(() => {
        const then = new Set(set);
        return () => {
          set.clear();
          for (const value of then) set.add(value);
        };
      });
      return set;
    },
    remember: () => {
      const back = kept.map((remember) => remember());
      return () => {
        for (const set of back) set();
      };
    },
  };
}

/** Collections inside collections are copied, values never: nobody changes one in place. */
function copyOf<T>(value: T): T {
  if (value instanceof Map)
    return new Map([...value].map(([key, inner]) => [key, copyOf(inner)])) as T;
  if (Array.isArray(value)) return [...value] as T;
  return value;
}
