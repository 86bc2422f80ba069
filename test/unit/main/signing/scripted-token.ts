import type {
  PinState,
  TokenCertificate,
  TokenFailure,
  TokenPort,
} from '../../../../src/main/features/signing/token-port';
import { fromUtf8, toHex } from '@shared/kernel/bytes';
import { err, ok } from '@shared/kernel/result';
import { sha256 } from '../../../support/core-builders';
import { signAsToken, type DemoIdentity, type DemoPki } from '../../../support/demo-pki';

export const PIN = '246813';

/** A token that does what a test says; it signs with the keys of the demo PKI. */
export interface ScriptedToken {
  readonly port: TokenPort;
  /** Plugged in now; a test adds and removes. */
  readonly identities: DemoIdentity[];
  readonly logins: () => number;
  readonly signatures: () => number;
  readonly closings: () => number;
  readonly script: {
    pin: PinState;
    /** Called before each login and each signature; a failure is the token's answer. */
    onLogin: () => Promise<void> | void;
    onSign: (nth: number) => TokenFailure | 'wrongValue' | undefined | Promise<undefined>;
    /** Bytes of the PINs that came, as the port gave them: wiped or not. */
    readonly pins: Uint8Array[];
  };
}

export function aScriptedToken(pki: DemoPki, plugged: readonly DemoIdentity[]): ScriptedToken {
  const identities = [...plugged];
  let logins = 0;
  let signatures = 0;
  let closings = 0;
  const script: ScriptedToken['script'] = {
    pin: 'ok',
    onLogin: () => undefined,
    onSign: () => undefined,
    pins: [],
  };
  const certificateOf = ({ certificate }: DemoIdentity): TokenCertificate => ({
    thumbprint: toHex(sha256(certificate)),
    der: certificate,
    others: [pki.subCa.certificate],
    token: {
      moduleId: 'scripted',
      label: 'TOKEN',
      serial: 'S1',
      pin: script.pin,
      failedLogins: 0,
      pinLength: { min: 4, max: 16 },
      typesPinOnDevice: false,
    },
  });
  const port: TokenPort = {
    list: () =>
      Promise.resolve({
        certificates: identities.map(certificateOf),
        tokens: [],
        modules: [],
        troubles: [],
      }),
    stop: () => Promise.resolve(),
    openSession: async (thumbprint, pin) => {
      logins += 1;
      await script.onLogin();
      if (pin !== 'onDevice') script.pins.push(pin.reveal());
      const typed = pin === 'onDevice' ? PIN : fromUtf8(pin.reveal());
      if (typed !== PIN) return err({ code: 'token.pin-wrong', pin: 'countLow' });
      const identity = identities.find((one) => certificateOf(one).thumbprint === thumbprint);
      if (!identity) return err({ code: 'token.not-present' });
      return ok({
        sign: async (data) => {
          signatures += 1;
          const answer = await script.onSign(signatures);
          if (answer !== undefined && answer !== 'wrongValue') return err(answer);
          const value = new Uint8Array(signAsToken(identity.privateKeyPem, data));
          if (answer === 'wrongValue') value[10] = (value[10] ?? 0) ^ 1;
          return ok(value);
        },
        close: () => {
          closings += 1;
          return Promise.resolve();
        },
      });
    },
  };
  return {
    port,
    identities,
    script,
    logins: () => logins,
    signatures: () => signatures,
    closings: () => closings,
  };
}
