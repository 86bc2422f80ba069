/**
 * A secret (PIN, password, key) that prints as a mark wherever it is logged, put into JSON or interpolated.
 * The value leaves only through `reveal`, at the one place that needs it.
 */
export class Redacted<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return '[redacted]';
  }

  toJSON(): string {
    return '[redacted]';
  }
}
