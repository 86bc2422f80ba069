/** The nonce of this load, which the `app://` handler wrote into the page (architecture.md §9). */
export const styleNonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
