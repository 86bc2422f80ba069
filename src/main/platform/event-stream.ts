import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Failure } from '@shared/kernel/result';
import { codeOfNetworkError, readAnswer } from './http-answer';
import type { ListenOptions, ServerAddress } from './server-client';

/** Our events are a line of some dozen bytes; more without a line's end is no event of ours (I-22). */
const MOST_HELD = 4096;

/** Hears server-sent events (WHATWG HTML §9.2, its `data` field alone) until the stream ends, and says why it ended. */
export function listenTo(server: ServerAddress, options: ListenOptions): Promise<Failure> {
  const url = new URL(options.path, server.baseUrl);
  return new Promise((resolve) => {
    const onAnswer = (message: IncomingMessage): void => {
      if (message.statusCode === 200) hear(message, options);
      else void readAnswer(message).then((answer) => resolve(answer.ok ? ENDED : answer.error));
    };
    const ask = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = ask(
      url,
      {
        headers: {
          accept: 'text/event-stream',
          authorization: `Bearer ${options.accessToken}`,
        },
        ca: server.ca,
        // A connection of its own: it stays open and must not keep requests waiting.
        agent: false,
        signal: options.signal,
        timeout: options.silentMs,
      },
      onAnswer,
    );
    // A half-open connection must never look healthy (§12.3).
    request.on('timeout', () => {
      resolve({ code: 'server.timeout' });
      request.destroy();
    });
    request.on('error', (cause) => resolve({ code: codeOfNetworkError(cause) }));
    request.on('close', () => resolve(ENDED));
    request.end();
  });
}

const ENDED: Failure = { code: 'server.unreachable' };

function hear(message: IncomingMessage, { heard }: ListenOptions): void {
  let held = '';
  message.setEncoding('utf8');
  message.on('error', () => undefined);
  message.on('data', (text: string) => {
    const lines = (held + text).split('\n');
    held = lines.pop() ?? '';
    if (held.length > MOST_HELD) message.destroy();
    for (const line of lines) {
      if (line.startsWith('data:')) heard(line.slice('data:'.length).trim());
      else if (line.startsWith(':')) heard('');
    }
  });
}
