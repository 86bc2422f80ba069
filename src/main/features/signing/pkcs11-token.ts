import type { Timers } from '@shared/kernel/clock';
import type { Redacted } from '@shared/kernel/redacted';
import { err, ok, type Result } from '@shared/kernel/result';
import { parseCertificate } from '@shared/pades/cms/certificate';
import type { LogDep } from '../../platform/log';
import type { LoginFailures } from './login-failures';
import { mergeListings, type ModuleListing } from './merge-listings';
import { createModuleLook, type ModuleLook } from './module-look';
import { failureOf } from './outcome-failure';
import { softwareKeyFolder } from './software-key-file';
import { isSoftware } from './software-keys';
import { superviseModule } from './supervise-module';
import { defaultLimits, type TokenLimits } from './token-limits';
import type { TokenModules } from './token-modules';
import type {
  TokenCertificate,
  TokenFailure,
  TokenListing,
  TokenPort,
  TokenSession,
} from './token-port';
import type { StartTokenProcess } from './token-process';
import { startTokenSession, type StartedSession } from './token-session';

export interface Pkcs11TokenDeps extends LogDep {
  readonly modules: TokenModules;
  readonly start: StartTokenProcess;
  readonly timers: Timers;
  readonly failures: LoginFailures;
  readonly limits?: Partial<TokenLimits>;
}

type Holder = Pick<StartedSession, 'onGone' | 'close'>;

/** Weakest keys that may sign (K-14), bits. */
const MIN_KEY_BITS = { rsa: 2048, ec: 256, other: Infinity } as const;

/** `TokenPort` over one supervised process a driver. */
export function createPkcs11Token(deps: Pkcs11TokenDeps): TokenPort {
  const { log, timers, failures } = deps;
  const limits: TokenLimits = { ...defaultLimits, ...deps.limits };
  /** Held from the first moment of `openSession` until its session is over (K-11). */
  let holder: Holder | undefined;
  /** Driver that last opened a session on a token, by serial (K-2). */
  const lastGood = new Map<string, string>();
  let known: readonly TokenCertificate[] = [];

  const modules = deps.modules.usable.map((module) => {
    const client = superviseModule({
      module,
      start: deps.start,
      timers,
      startMs: limits.start,
      onGone: (kind) => {
        if (kind !== 'stopped') log.warn('token process ended', { moduleId: module.id, kind });
        holder?.onGone(module.id);
      },
    });
    return createModuleLook(client, { timers, limits });
  });

  const vendors = modules.filter(({ client: { module } }) => !isSoftware({ moduleId: module.id }));

  async function list(when: 'whole' | 'soon' = 'whole'): Promise<TokenListing> {
    const troubles = [...deps.modules.troubles];
    const listings: ModuleListing[] = [];
    await Promise.all(
      byPreference().map(async ({ client, look, lookSoon }, at) => {
        const { id, path } = client.module;
        // Few machines have software keys: the others start no process for them.
        if (isSoftware({ moduleId: id }) && (await softwareKeyFolder(path).names()).length === 0)
          return;
        const seen = await (when === 'soon' ? lookSoon() : look());
        // Not in the order in which they answered: the list must not jump about.
        if ('tokens' in seen) listings[at] = { moduleId: id, tokens: seen.tokens };
        else troubles.push({ moduleId: id, failure: seen.failure });
      }),
    );
    if (vendors.length === 0 && listings.length === 0 && troubles.length === 0) {
      troubles.push({ moduleId: '', failure: { code: 'token.no-driver' } });
    }
    const seen = listings.filter(Boolean);
    // A driver that worked for one token is not better for the others.
    const merged = mergeListings(preferLastGood(seen), failures.count);
    known = merged.certificates;
    return { ...merged, modules: vendors.map(({ client }) => client.module.id), troubles };
  }

  const byPreference = (): readonly ModuleLook[] =>
    modules.toSorted((a, b) => Number(a.client.isSuspect()) - Number(b.client.isSuspect()));

  /** One listing a token, the driver that worked last for it first; the order of drivers otherwise stays. */
  const preferLastGood = (listings: readonly ModuleListing[]): readonly ModuleListing[] => {
    const isGood = (moduleId: string, serial: string): boolean => lastGood.get(serial) === moduleId;
    const good = listings.map(({ moduleId, tokens }) => ({
      moduleId,
      tokens: tokens.filter(({ serial }) => isGood(moduleId, serial)),
    }));
    return [...good, ...listings];
  };

  async function openSession(
    thumbprint: string,
    pin: Redacted<Uint8Array> | 'onDevice',
  ): Promise<Result<TokenSession, TokenFailure>> {
    const wipe = (): void => void (pin === 'onDevice' || pin.reveal().fill(0));
    if (holder) {
      wipe();
      return err({ code: 'token.busy' });
    }
    const opening: Holder = { onGone: () => undefined, close: () => Promise.resolve() };
    holder = opening;
    try {
      return await open(thumbprint, pin === 'onDevice' ? pin : pin.reveal());
    } finally {
      // A session that was opened holds the token itself by now.
      if (holder === opening) holder = undefined;
      wipe();
    }
  }

  async function open(
    thumbprint: string,
    pin: Uint8Array | 'onDevice',
  ): Promise<Result<TokenSession, TokenFailure>> {
    if (modules.length === 0) {
      return err(deps.modules.troubles[0]?.failure ?? { code: 'token.no-driver' });
    }
    const isChosen = (one: TokenCertificate): boolean => one.thumbprint === thumbprint;
    if (!known.some(isChosen)) await list();
    const chosen = known.find(isChosen);
    const looking = modules.find(({ client }) => client.module.id === chosen?.token.moduleId);
    if (!chosen || !looking) return err({ code: 'token.not-present' });
    const { client } = looking;
    const certificate = parseCertificate(chosen.der);
    if (!certificate || certificate.key.bits < MIN_KEY_BITS[certificate.key.type]) {
      return err({ code: 'token.mechanism-missing' });
    }
    const { serial } = chosen.token;
    const onSent = (): void => void (pin === 'onDevice' || pin.fill(0));
    const limitMs = pin === 'onDevice' ? limits.loginOnDevice : limits.login;
    const outcome = await client.call(
      { ask: 'open', serial, thumbprint, pin },
      { limitMs, mayStart: true, onSent },
    );
    // What the token says of its PIN may have changed with this very try (K-7).
    looking.forget();
    if (outcome.kind !== 'answered' || outcome.answer.answer !== 'opened') {
      const failure = failureOf(outcome, client.module.id);
      if (failure.code === 'token.pin-wrong') failures.add(serial);
      log.info('token login failed', { moduleId: client.module.id, code: failure.code });
      return err(failure);
    }
    failures.clear(serial);
    lastGood.set(serial, client.module.id);
    const started = startTokenSession({
      client,
      certificate,
      timers,
      limits,
      // The device asks for the PIN again at each signature where the key wants it (K-12, K-13).
      signMs: pin === 'onDevice' ? limits.loginOnDevice : limits.sign,
      onOver: () => {
        holder = undefined;
      },
    });
    holder = started;
    return ok(started.session);
  }

  return {
    list,
    openSession,
    async stop() {
      await holder?.close();
      for (const { client } of modules) client.stop();
    },
  };
}
