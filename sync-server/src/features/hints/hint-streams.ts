import type { HeadWatch } from './head-watch';

/** Half of the silence after which a workstation gives the connection up (§12.3). */
const HEARTBEAT_MS = 25_000;
/** Then the workstation comes back with a fresh token: who lost their access hears nothing more (I-13). */
const HEARTBEATS_A_LIFE = 24;
/** Workstations of a province, with room for another node's; about 20 KB each. */
const MOST_STREAMS = 5_000;
/** A comment in the stream's own language: a sign of life. */
const BEAT = ':\n\n';
/** Unread messages after which the other side is taken for dead (I-22). */
const MOST_UNREAD = 32;

export interface HintStreamsDeps {
  readonly watch: HeadWatch;
  readonly heartbeatMs?: number;
  readonly mostStreams?: number;
}

/** One stream of server-sent events a workstation, each with nothing but `{office: head}`. */
export function createHintStreams({
  watch,
  heartbeatMs = HEARTBEAT_MS,
  mostStreams = MOST_STREAMS,
}: HintStreamsDeps) {
  /** How to end each, by device. */
  const open = new Map<string, () => void>();

  /** @returns undefined when the node has as many as it can bear */
  function start(deviceId: string, officeId: string): ReadableStream<Uint8Array> | undefined {
    // A workstation that comes again has given its old connection up, whatever this side still believes.
    open.get(deviceId)?.();
    if (open.size >= mostStreams) return undefined;
    let release = (): void => undefined;
    return new ReadableStream<Uint8Array>(
      {
        start(controller) {
          let beats = 0;
          const end = (): void => {
            if (open.get(deviceId) !== end) return;
            release();
            controller.close();
          };
          const send = (text: string): void => {
            if ((controller.desiredSize ?? 0) <= 0) end();
            else controller.enqueue(Buffer.from(text));
          };
          const beat = setInterval(() => {
            beats += 1;
            if (beats < HEARTBEATS_A_LIFE) send(BEAT);
            else end();
          }, heartbeatMs);
          open.set(deviceId, end);
          // At once, so that the other side knows that it hears us.
          send(BEAT);
          const ignore = watch.listen(officeId, (head) =>
            send(`data:${JSON.stringify({ [officeId]: head })}\n\n`),
          );
          release = () => {
            clearInterval(beat);
            ignore();
            if (open.get(deviceId) === end) open.delete(deviceId);
          };
        },
        cancel: () => release(),
      },
      { highWaterMark: MOST_UNREAD },
    );
  }

  return {
    start,
    count: (): number => open.size,
    /** The node stops: workstations come back to another one. */
    closeAll: (): void => {
      for (const end of open.values()) end();
    },
  };
}

export type HintStreams = ReturnType<typeof createHintStreams>;
