'use strict';

/**
 * Structured clone over a text channel: JSON with tags, binary data as base64.
 *
 * One source for Node and for pages, where its text is evaluated: it uses nothing from outside.
 */
function makeCodec() {
  const views = [
    'Int8Array',
    'Uint8Array',
    'Uint8ClampedArray',
    'Int16Array',
    'Uint16Array',
    'Int32Array',
    'Uint32Array',
    'Float32Array',
    'Float64Array',
    'BigInt64Array',
    'BigUint64Array',
    'DataView',
  ];
  const errors = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const isNode = typeof document === 'undefined';
  const tagOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

  const toBase64 = (bytes) =>
    isNode
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
      : bytes.toBase64();
  const fromBase64 = (text) => {
    if (!isNode) return Uint8Array.fromBase64(text).buffer;
    // Small Buffers share a pool: without the copy the app would see its neighbours' bytes.
    return new Uint8Array(Buffer.from(text, 'base64')).buffer;
  };
  const refuse = () => {
    const message = 'An object could not be cloned.';
    throw isNode ? new Error(message) : new DOMException(message, 'DataCloneError');
  };

  /** True for a tree that JSON alone carries unchanged, which most messages are. */
  function isPlain(value, seen) {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
    if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
    if (typeof value !== 'object' || seen.has(value)) return false;
    seen.add(value);
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) if (!isPlain(value[i], seen)) return false;
      return Object.keys(value).length === value.length;
    }
    if (tagOf(value) !== 'Object' || typeof value.toJSON === 'function') return false;
    for (const key of Object.keys(value)) if (!isPlain(value[key], seen)) return false;
    return true;
  }

  function encode(value) {
    if (isPlain(value, new Set())) return `{"$":"j","v":${JSON.stringify(value)}}`;
    const seen = new Map();
    const enc = (v) => {
      if (v === null || typeof v === 'string' || typeof v === 'boolean') return v;
      if (typeof v === 'number') {
        if (Number.isFinite(v) && !Object.is(v, -0)) return v;
        return { $: 'n', v: Object.is(v, -0) ? '-0' : String(v) };
      }
      if (v === undefined) return { $: 'u' };
      if (typeof v === 'bigint') return { $: 'big', v: String(v) };
      if (typeof v === 'function' || typeof v === 'symbol') return refuse();
      if (seen.has(v)) return { $: 'ref', v: seen.get(v) };
      const id = seen.size;
      seen.set(v, id);
      return encodeObject(v, id, tagOf(v), enc);
    };
    return JSON.stringify(enc(value));
  }

  function encodeObject(v, id, tag, enc) {
    if (Array.isArray(v)) {
      const keys = Object.keys(v);
      if (keys.length === v.length) return { $: 'a', id, len: v.length, v: Array.from(v, enc) };
      return { $: 'a', id, len: v.length, e: keys.map((key) => [key, enc(v[key])]) };
    }
    if (tag === 'Date') return { $: 'd', id, v: v.getTime() };
    if (tag === 'RegExp') return { $: 're', id, v: [v.source, v.flags] };
    if (tag === 'Map') return { $: 'm', id, v: [...v].map(([key, x]) => [enc(key), enc(x)]) };
    if (tag === 'Set') return { $: 's', id, v: [...v].map(enc) };
    if (tag === 'ArrayBuffer') return { $: 'ab', id, v: toBase64(new Uint8Array(v)) };
    if (ArrayBuffer.isView(v)) {
      const bytes = new Uint8Array(v.buffer, v.byteOffset, v.byteLength);
      return { $: 'ta', id, t: views.includes(tag) ? tag : 'Uint8Array', v: toBase64(bytes) };
    }
    if (v instanceof Error || tag === 'Error') {
      const { name, message, stack } = v;
      const fields = {
        name: String(name),
        message: String(message),
        stack: stack && String(stack),
      };
      return { $: 'e', id, v: fields, c: 'cause' in v ? enc(v.cause) : undefined };
    }
    if (tag === 'Boolean' || tag === 'Number' || tag === 'String')
      return { $: 'box', id, v: v.valueOf() };
    // Promise, WeakMap, Blob and whatever else the DOM has.
    if (tag !== 'Object' && tag !== 'Arguments') return refuse();
    return { $: 'o', id, v: Object.keys(v).map((key) => [key, enc(v[key])]) };
  }

  function decode(text) {
    const made = new Map();
    const dec = (j) => {
      if (j === null || typeof j !== 'object') return j;
      const keep = (value) => {
        made.set(j.id, value);
        return value;
      };
      switch (j.$) {
        case 'j':
          return j.v;
        case 'n':
          return Number(j.v);
        case 'u':
          return undefined;
        case 'big':
          return BigInt(j.v);
        case 'ref':
          return made.get(j.v);
        case 'a': {
          const array = keep(new Array(j.len));
          if (j.v) for (let i = 0; i < j.len; i++) array[i] = dec(j.v[i]);
          else for (const [key, x] of j.e) array[key] = dec(x);
          return array;
        }
        case 'd':
          return keep(new Date(j.v ?? Number.NaN));
        case 're':
          return keep(new RegExp(j.v[0], j.v[1]));
        case 'm': {
          const map = keep(new Map());
          for (const [key, x] of j.v) map.set(dec(key), dec(x));
          return map;
        }
        case 's': {
          const set = keep(new Set());
          for (const x of j.v) set.add(dec(x));
          return set;
        }
        case 'ab':
          return keep(fromBase64(j.v));
        case 'ta':
          return keep(new globalThis[j.t](fromBase64(j.v)));
        case 'e': {
          const cause = j.c === undefined ? undefined : { cause: dec(j.c) };
          const error = keep(new (errors[j.v.name] ?? Error)(j.v.message, cause));
          if (j.v.stack) {
            Object.defineProperty(error, 'stack', {
              value: j.v.stack,
              writable: true,
              configurable: true,
            });
          }
          return error;
        }
        case 'box':
          return keep(Object(j.v));
        default: {
          const object = keep({});
          for (const [key, x] of j.v) object[key] = dec(x);
          return object;
        }
      }
    };
    return dec(JSON.parse(text));
  }

  /**
   * Cuts a text into parts of a size the debugger pipe carries at ease, never between the halves of a
   * surrogate pair, which would arrive as replacement characters.
   */
  function split(text) {
    const size = 4 << 20;
    const parts = [];
    let from = 0;
    while (text.length - from > size) {
      const code = text.charCodeAt(from + size - 1);
      const to = from + size - (code >= 0xd800 && code <= 0xdbff ? 1 : 0);
      parts.push(text.slice(from, to));
      from = to;
    }
    parts.push(text.slice(from));
    return parts;
  }

  return { encode, decode, split };
}

module.exports = { makeCodec, ...makeCodec() };
