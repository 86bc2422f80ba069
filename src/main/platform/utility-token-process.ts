import { utilityProcess } from 'electron';
import type { StartTokenProcess } from '../features/signing/token-process';
import { forbidCoreDumps } from './no-core-dumps';

/**
 * Token processes as Electron's utility processes.
 *
 * @param workerPath the bundled `token-worker.js`
 */
export function startTokenUtility(workerPath: string): StartTokenProcess {
  return ({ id, path }) => {
    const child = utilityProcess.fork(workerPath, [], {
      serviceName: `token ${id}`,
      // What a driver prints is nobody's business: it may hold anything.
      stdio: 'ignore',
      env: { ...process.env, TCV_TOKEN_MODULE: path },
    });
    let isUnwanted = false;
    child.once('spawn', () => {
      if (isUnwanted) end();
      // Long before the first PIN: a session opens after its certificates were listed.
      else if (child.pid !== undefined) void forbidCoreDumps(child.pid);
    });
    const end = (): void => {
      isUnwanted = true;
      if (child.pid === undefined) return;
      try {
        // `child.kill` asks with SIGTERM, which a driver may have taken for itself.
        process.kill(child.pid, 'SIGKILL');
      } catch {
        // It has just ended by itself.
      }
    };
    return {
      send: (message) => child.postMessage(message),
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void child.once('exit', listener),
      kill: end,
    };
  };
}
