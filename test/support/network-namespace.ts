import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';

/** A network of its own behind one cable; what the kernel does with that cable is what happens to the line. */
export interface NetworkNamespace {
  /** Address of this side, as programs inside reach it. */
  readonly hostAddress: string;
  /** Runs Node inside, its own execution arguments and environment as here. */
  readonly node: (args: readonly string[]) => ChildProcess;
  readonly unplug: () => void;
  readonly plug: () => void;
  /** As `tc qdisc add … netem` takes it, both ways. */
  readonly shape: (netem: string) => void;
  readonly remove: () => void;
}

const ip = (command: string): void =>
  void execFileSync('ip', command.split(' '), { stdio: 'pipe' });
const tc = (command: string): void =>
  void execFileSync('tc', command.split(' '), { stdio: 'pipe' });

/** Needs root on Linux with network namespaces. Throws elsewhere. */
export function createNetworkNamespace(): NetworkNamespace {
  const number = process.pid % 250;
  const [name, here, there] = [`tcv${number}`, `tcvh${number}`, `tcvn${number}`];
  const [hostAddress, ownAddress] = [`10.213.${number}.1`, `10.213.${number}.2`];
  ip(`netns add ${name}`);
  const remove = (): void => {
    // The kernel takes a namespace's own end of the cable away later, the cable at once.
    spawnSync('ip', ['link', 'del', here]);
    ip(`netns del ${name}`);
  };
  try {
    ip(`link add ${here} type veth peer name ${there} netns ${name}`);
    ip(`addr add ${hostAddress}/24 dev ${here}`);
    ip(`link set ${here} up`);
    ip(`netns exec ${name} ip addr add ${ownAddress}/24 dev ${there}`);
    ip(`netns exec ${name} ip link set ${there} up`);
  } catch (cause) {
    remove();
    throw cause;
  }
  return {
    hostAddress,
    node: (args) =>
      spawn('ip', ['netns', 'exec', name, process.execPath, ...args], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    unplug: () => ip(`link set ${here} down`),
    plug: () => ip(`link set ${here} up`),
    shape: (netem) => {
      tc(`qdisc add dev ${here} root netem ${netem}`);
      ip(`netns exec ${name} tc qdisc add dev ${there} root netem ${netem}`);
    },
    remove,
  };
}

/** Whether something works here; what it made is taken back. */
const works = (attempt: (network: NetworkNamespace) => void): boolean => {
  try {
    const network = createNetworkNamespace();
    try {
      attempt(network);
      return true;
    } finally {
      network.remove();
    }
  } catch {
    return false;
  }
};

export const hasNamespaces = (): boolean => works(() => undefined);

/** Whether the kernel offers `sch_netem`. */
export const hasNetem = (): boolean => works((network) => network.shape('delay 1ms'));
