/** Randomness that a seed decides; forks are independent, so that one fault more does not move all others. */
export interface Chance {
  /** A number in [0, 1). */
  readonly fraction: () => number;
  /** An integer, both ends included. */
  readonly integer: (from: number, to: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
  /** Version 4 layout. */
  readonly uuid: () => string;
  readonly fork: (name: string) => Chance;
}

/** Small fast counting generator (sfc32, Chris Doty-Humphrey), seeded from a text. */
export function createChance(seed: string): Chance {
  let [a, b, c, counter] = seedWords(seed);

  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let warmUp = 0; warmUp < 12; warmUp++) next();

  const fraction = () => next() / 2 ** 32;
  const integer = (from: number, to: number) => from + Math.floor(fraction() * (to - from + 1));
  const word = () => next().toString(16).padStart(8, '0');
  return {
    fraction,
    integer,
    chance: (probability) => fraction() < probability,
    pick: (items) => {
      const item = items[integer(0, items.length - 1)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    uuid: () => {
      const [first, second, third, fourth] = [word(), word(), word(), word()];
      return `${first}-${second.slice(0, 4)}-4${second.slice(5)}-8${third.slice(1, 4)}-${third.slice(4)}${fourth}`;
    },
    fork: (name) => createChance(`${seed}/${name}`),
  };
}

/** Four words of a text by FNV-1a with four starting points. */
function seedWords(text: string): [number, number, number, number] {
  const words = [0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b] as [
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < text.length; i++) {
    for (let w = 0; w < words.length; w++) {
      words[w] = Math.imul((words[w] ?? 0) ^ text.charCodeAt(i), 0x01000193 + w * 2);
    }
  }
  return words;
}
