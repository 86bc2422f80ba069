/** The one origin our pages have; the stand-in runtime reports the same one. */
export const APP_ORIGIN = 'app://bundle';

export interface SenderFrame {
  readonly url: string;
  readonly parent: unknown;
}

/** A call counts only from the top frame of a page of ours: no frame inside it, no page that it was led to. */
export function isTrustedSender(frame: SenderFrame | null, page: string): boolean {
  if (!frame || frame.parent !== null) return false;
  return URL.canParse(frame.url) && frame.url.split(/[?#]/)[0] === `${APP_ORIGIN}/${page}`;
}
