/**
 * What pdf.js 6 expects and Node 20 lacks. Electron 44 has all of it; the tools, the tests and the stand-in run on Node
 * 20, where without this every PDF would count as broken. May go when Node 22 is the oldest.
 */
const promises = Promise as { withResolvers?: unknown; try?: unknown };

promises.withResolvers ??= function withResolvers<T>() {
  let resolve: (value: T | PromiseLike<T>) => void = () => undefined;
  let reject: (reason?: unknown) => void = () => undefined;
  const promise = new Promise<T>((whenDone, whenNot) => {
    resolve = whenDone;
    reject = whenNot;
  });
  return { promise, resolve, reject };
};

promises.try ??= <A extends readonly unknown[], T>(act: (...args: A) => T, ...args: A) =>
  new Promise<T>((resolve) => {
    resolve(act(...args));
  });

const buffers = ArrayBuffer.prototype as { transferToFixedLength?: unknown };

buffers.transferToFixedLength ??= function transferToFixedLength(this: ArrayBuffer) {
  return this.slice(0);
};
