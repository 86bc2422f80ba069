/** How a field behaves when two people changed it (sync §8). What a command changes has no class: it is never merged. */
export type FieldClass = 'scalar' | 'set' | 'log' | 'text' | 'file';

/** Class by field; a field that is not listed cannot be patched. */
export type FieldPolicy = Readonly<Record<string, FieldClass>>;
