import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { LinkFaults } from './faults';
import { pacedPipe, type Lane } from './paced-pipe';

export interface FaultProxyOptions {
  /** `http://127.0.0.1:…` of the servers behind the address; looked at for each connection. */
  readonly upstreams: () => readonly string[];
  /** Which server a connection reaches: in turn, or by chance. */
  readonly pick?: 'roundRobin' | 'random';
  /** Faults of the n-th connection, from 0; looked at when it is made. */
  readonly faults?: (connection: number) => LinkFaults;
  readonly random?: () => number;
}

/** Bytes of TCP payload since the start; headers of TCP and IP are not in it. */
export interface Traffic {
  readonly up: number;
  readonly down: number;
  readonly connections: number;
}

export interface FaultProxy {
  /** `http://127.0.0.1:…` */
  readonly address: string;
  readonly traffic: () => Traffic;
  /** For connections that are made from now on. */
  readonly setFaults: (faults: LinkFaults | ((connection: number) => LinkFaults)) => void;
  /** Resets every connection. */
  readonly dropAll: () => void;
  /** The line is gone: every connection is reset and none is taken until `lift`. */
  readonly interrupt: () => void;
  readonly lift: () => void;
  /** "Drop every `everyMs` for `forMs`", until the answer is called. */
  readonly interruptEvery: (everyMs: number, forMs: number) => () => void;
  readonly close: () => Promise<void>;
}

/** A TCP proxy that does to a line what lines in the country do. It runs wherever Node runs (§17.4). */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { random = Math.random, pick = 'roundRobin' } = options;
  let faultsOf: (connection: number) => LinkFaults = options.faults ?? (() => ({}));
  let connections = 0;
  let isInterrupted = false;
  const traffic = { up: 0, down: 0 };
  const lanes = { up: { freeAt: 0 } satisfies Lane, down: { freeAt: 0 } satisfies Lane };
  const open = new Set<Socket>();
  const stops = new Set<() => void>();

  function track(socket: Socket): Socket {
    open.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => open.delete(socket));
    // A reset is what this proxy is for; both ends hear of it by `close`.
    socket.on('error', () => socket.destroy());
    return socket;
  }

  function upstreamOf(connection: number): Socket {
    const all = options.upstreams();
    const index = pick === 'random' ? Math.floor(random() * all.length) : connection % all.length;
    const { hostname, port } = new URL(all[index] ?? '');
    return track(connect({ host: hostname, port: Number(port), allowHalfOpen: true }));
  }

  function accept(client: Socket): void {
    track(client);
    const connection = connections++;
    const faults = faultsOf(connection);
    if (isInterrupted || faults.refuse) {
      client.resetAndDestroy();
      return;
    }
    if (faults.halfOpen) {
      client.resume();
      return;
    }
    carry(client, connection, faults);
  }

  function carry(client: Socket, connection: number, faults: LinkFaults): void {
    const server = upstreamOf(connection);
    const cut = (): void => {
      client.resetAndDestroy();
      server.resetAndDestroy();
    };
    // What one end lost, the other end loses too.
    client.on('close', () => server.destroy());
    server.on('close', () => faults.swallowAnswers || client.destroy());
    const notBefore = performance.now() + 2 * (faults.latencyMs ?? 0);
    const common = { faults, random, cut };
    pacedPipe({
      ...common,
      from: client,
      to: server,
      lane: lanes.up,
      notBefore,
      cutAfter: faults.cutAfter?.up,
      slowLoris: faults.slowLoris,
      swallow: false,
      count: (bytes) => void (traffic.up += bytes),
    });
    pacedPipe({
      ...common,
      from: server,
      to: client,
      lane: lanes.down,
      notBefore: notBefore + (faults.answerDelayMs ?? 0),
      cutAfter: faults.cutAfter?.down,
      slowLoris: undefined,
      swallow: faults.swallowAnswers ?? false,
      count: (bytes) => void (traffic.down += bytes),
    });
    if (faults.duplicateRequests) duplicate(client, connection);
  }

  function duplicate(client: Socket, connection: number): void {
    const second = upstreamOf(connection + 1);
    second.resume();
    client.on('data', (bytes: Buffer) => second.write(bytes));
    client.on('close', () => second.end());
  }

  const dropAll = (): void => open.forEach((socket) => socket.resetAndDestroy());
  const interrupt = (): void => {
    isInterrupted = true;
    dropAll();
  };
  const lift = (): void => {
    isInterrupted = false;
  };

  function interruptEvery(everyMs: number, forMs: number): () => void {
    let lifting: NodeJS.Timeout | undefined;
    const interrupting = setInterval(() => {
      interrupt();
      lifting = setTimeout(lift, forMs);
    }, everyMs);
    const stop = (): void => {
      clearInterval(interrupting);
      clearTimeout(lifting);
      lift();
      stops.delete(stop);
    };
    stops.add(stop);
    return stop;
  }

  const listener = createServer({ allowHalfOpen: true }, accept);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    address: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    traffic: () => ({ ...traffic, connections }),
    setFaults: (faults) => {
      faultsOf = typeof faults === 'function' ? faults : () => faults;
    },
    dropAll,
    interrupt,
    lift,
    interruptEvery,
    close: async () => {
      for (const stop of stops) stop();
      const closed = once(listener, 'close');
      listener.close();
      dropAll();
      await closed;
    },
  };
}
