import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { resolve } from 'node:path';

/**
 * Claims the data folder for this process (§4.2: exactly one owner of journal and content store).
 *
 * The claim is a name that the operating system frees when the process dies, however it dies: an abstract socket on
 * Linux, a named pipe on Windows. Gives undefined when another process has it.
 */
export function claimFolder(folder: string): Promise<{ readonly release: () => void } | undefined> {
  const name = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 32);
  const path =
    process.platform === 'win32' ? `\\\\.\\pipe\\tram-cong-vu-${name}` : `\0tram-cong-vu-${name}`;
  return new Promise((done, fail) => {
    const server: Server = createServer((socket) => socket.destroy());
    server.once('error', (cause) => {
      if ('code' in cause && cause.code === 'EADDRINUSE') done(undefined);
      else fail(cause);
    });
    server.listen(path, () => {
      server.unref();
      done({ release: () => server.close() });
    });
  });
}
