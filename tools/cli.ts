/**
 * Tools for IT staff (architecture.md §5): `npm run cli -- <verb>`. JSON with `--json`; exit code 0 fine, 1 a finding,
 * 2 could not run.
 */
export type Verb = (args: readonly string[]) => Promise<number>;

const verbs: Readonly<Record<string, () => Promise<Verb>>> = {
  audit: async () => (await import('./audit')).runAudit,
  certificates: async () => (await import('./certificates')).runCertificates,
  journal: async () => (await import('./journal')).runJournal,
  devices: async () => (await import('./devices')).runDevices,
  register: async () => (await import('./register')).runRegister,
  restore: async () => (await import('./restore')).runRestore,
  fuzz: async () => (await import('./fuzz')).runFuzz,
  kill: async () => (await import('./kill')).runKill,
  'software-keys': async () => (await import('./software-keys')).runSoftwareKeys,
  sim: async () => (await import('./sim')).runSim,
  'try-sign': async () => (await import('./try-sign')).runTrySign,
  trust: async () => (await import('./trust')).runTrust,
  verify: async () => (await import('./verify')).runVerify,
};

const [verb = '', ...rest] = process.argv.slice(2);
const load = verbs[verb];
if (load) {
  process.exitCode = await (await load())(rest);
} else {
  console.error(`usage: cli ${Object.keys(verbs).join(' | ')}`);
  process.exitCode = 2;
}
