'use strict';

const { EventEmitter } = require('node:events');

/**
 * Lets a member that the stand-in lacks throw by name: `undefined` would show up far from its cause.
 *
 * Symbols, names with an underscore, and what promises, consoles and test tools look up on any object pass.
 * Self-contained, because its text is also sent into pages.
 */
function strict(target, label) {
  const harmless = new Set(
    'then catch finally toJSON inspect nodeType tagName asymmetricMatch $$typeof __esModule default domain'.split(
      ' ',
    ),
  );
  return new Proxy(target, {
    get(object, name, receiver) {
      if (typeof name === 'symbol' || name in object || name[0] === '_' || harmless.has(name)) {
        return Reflect.get(object, name, receiver);
      }
      throw new Error(
        `electron.${label ? `${label}.` : ''}${name} is not modelled by the stand-in`,
      );
    },
  });
}

/** The proxy is returned from the constructor, so `this` is strict in subclasses as well and has one identity. */
class StrictEmitter extends EventEmitter {
  constructor(label) {
    super();
    this.setMaxListeners(0);
    return strict(this, label);
  }
}

/**
 * An emitter whose methods throw once it is gone, as Electron's do: using a closed window is a bug to be found.
 * The subclass sets `_dead`.
 */
class MortalEmitter extends EventEmitter {
  _dead = false;

  constructor(label) {
    super();
    this.setMaxListeners(0);
    const alive = strict(this, label);
    return new Proxy(alive, {
      get(object, name, receiver) {
        const value = Reflect.get(object, name, receiver);
        const stays =
          typeof name === 'symbol' ||
          name[0] === '_' ||
          name === 'isDestroyed' ||
          name in EventEmitter.prototype;
        if (stays || typeof value !== 'function' || !Reflect.get(object, '_dead')) return value;
        throw new TypeError('Object has been destroyed');
      },
    });
  }
}

module.exports = { strict, StrictEmitter, MortalEmitter };
