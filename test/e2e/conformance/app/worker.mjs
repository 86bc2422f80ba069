// Runs in a utility process.

process.parentPort.on('message', ({ data }) => {
  if (data.act === 'exit') process.exit(42);
  if (data.act === 'abort') process.abort();
  process.parentPort.postMessage({
    isBytes: data.bytes instanceof Uint8Array,
    sum: data.bytes.reduce((sum, byte) => sum + byte, 0),
    isMap: data.map instanceof Map,
    sent: new Uint8Array([7, 8, 9]),
  });
});
