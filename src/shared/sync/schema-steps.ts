import type { Json, JsonObject } from '../kernel/canonical-json';
import type { OpKind, TargetType } from './operation';

/**
 * How the shape of one type of record changed between two schemas (§11).
 *
 * Both directions are pure and total over any subset of the fields they name: a patch brings single fields. What a
 * change does not name passes untouched, whoever wrote it.
 */
export interface ShapeChange {
  readonly type: TargetType;
  /** Fields that the older shape has and the newer one has not, or has with another meaning. */
  readonly older: readonly string[];
  /** Fields of the newer shape that come of them. */
  readonly newer: readonly string[];
  /** Newer fields of the older ones that are there. */
  readonly up: (older: JsonObject) => JsonObject;
  /** Older fields of the newer ones that are there. */
  readonly down: (newer: JsonObject) => JsonObject;
}

/** A command whose arguments changed; what it does not name passes untouched. */
export interface CommandChange {
  readonly type: TargetType;
  readonly kind: OpKind;
  readonly older: readonly string[];
  readonly up: (older: JsonObject) => JsonObject;
}

/** From schema `from` to `from + 1`. */
export interface SchemaStep {
  readonly from: number;
  readonly shapes: readonly ShapeChange[];
  readonly commands: readonly CommandChange[];
}

/** An operation's body as far as its conversion needs to know where it belongs. */
export interface VersionedBody {
  readonly kind: OpKind;
  readonly target: { readonly type: TargetType };
  readonly schema: number;
  readonly body: JsonObject;
}

type Direction = (change: ShapeChange, content: JsonObject) => JsonObject;

const upward: Direction = (change, content) => exchange(content, change.older, change.up);
const downward: Direction = (change, content) => exchange(content, change.newer, change.down);

/** Takes the named fields out, lets `convert` answer for them, and carries every other field over. */
function exchange(
  content: JsonObject,
  fields: readonly string[],
  convert: (named: JsonObject) => JsonObject,
): JsonObject {
  const named = Object.fromEntries(Object.entries(content).filter(([key]) => fields.includes(key)));
  const others = Object.fromEntries(
    Object.entries(content).filter(([key]) => !fields.includes(key)),
  );
  return Object.keys(named).length === 0 ? content : { ...others, ...convert(named) };
}

/**
 * Converters over a gapless list of steps, oldest first. Content is stored and exchanged as it was written, with the
 * number of its schema; who reads it brings it up to date.
 */
export function createConverters(steps: readonly SchemaStep[]) {
  const stepsFrom = (schema: number): readonly SchemaStep[] =>
    steps.filter(({ from }) => from >= schema);

  function recordUp(type: TargetType, schema: number, content: JsonObject): JsonObject {
    return stepsFrom(schema).reduce((held, step) => convert(step, type, held, upward), content);
  }

  return {
    /** A record's content of an older schema in today's shape. */
    recordUp,

    /** Today's content for a reader of an older schema. */
    recordDown: (type: TargetType, schema: number, content: JsonObject): JsonObject =>
      stepsFrom(schema).reduceRight((held, step) => convert(step, type, held, downward), content),

    /** The body of an operation that an older workstation made, in today's shape; the operation itself stays as signed. */
    bodyUp: (operation: VersionedBody): JsonObject =>
      stepsFrom(operation.schema).reduce(
        (body, step) => bodyStep(step, operation, body),
        operation.body,
      ),
  };
}

export type Converters = ReturnType<typeof createConverters>;

/** The product's steps: none yet, schema 1 is the first. */
export const converters = createConverters([]);

const convert = (
  step: SchemaStep,
  type: TargetType,
  content: JsonObject,
  direction: Direction,
): JsonObject =>
  step.shapes
    .filter((change) => change.type === type)
    .reduce((held, change) => direction(change, held), content);

function bodyStep(
  step: SchemaStep,
  { kind, target: { type } }: VersionedBody,
  body: JsonObject,
): JsonObject {
  if (kind === 'create') return convert(step, type, body, upward);
  if (kind === 'patch') return patchStep(step, type, body);
  return step.commands
    .filter((change) => change.type === type && change.kind === kind)
    .reduce((held, change) => exchange(held, change.older, change.up), body);
}

/** A patch names fields at each of its places; values seen and values wanted are converted by themselves. */
function patchStep(step: SchemaStep, type: TargetType, patch: JsonObject): JsonObject {
  const converted = Object.entries(patch).map(([place, fields]): [string, Json] => {
    if (!isObject(fields)) return [place, fields];
    if (place !== 'set') return [place, convert(step, type, fields, upward)];
    const side = (name: 'was' | 'now') =>
      convert(
        step,
        type,
        mapValues(fields, (change) => (isObject(change) ? (change[name] ?? null) : null)),
        upward,
      );
    const [was, now] = [side('was'), side('now')];
    return [place, mapValues(now, (value, field) => ({ was: was[field] ?? null, now: value }))];
  });
  return Object.fromEntries(converted);
}

const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const mapValues = (fields: JsonObject, change: (value: Json, field: string) => Json): JsonObject =>
  Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, change(value, field)]));
