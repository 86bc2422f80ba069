import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Log {
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields & { readonly cause?: unknown }) => void;
}

/** Counts, codes and durations; never names, subjects, numbers of documents, passwords or PINs. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface LogDep {
  readonly log: Log;
}

const MAX_LOG_BYTES = 5 * 1024 * 1024;

/** One JSON line a fact in `logs/main.log`; one older file is kept. */
export function createFileLog(folder: string): Log {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'main.log');
  const write = (level: string, message: string, fields: LogFields = {}): void => {
    const { cause, ...rest } = fields;
    const line = JSON.stringify({
      time: new Date().toISOString(),
      level,
      message,
      ...rest,
      ...describe(cause),
    });
    try {
      if (sizeOf(path) > MAX_LOG_BYTES) renameSync(path, `${path}.1`);
      appendFileSync(path, `${line}\n`, { mode: 0o600 });
    } catch {
      // A full disk must not stop the work that the log is about.
    }
  };
  return {
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  };
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** The kind and place of an error; its message may hold what a user typed and is left out. */
function describe(cause: unknown): LogFields {
  if (!(cause instanceof Error)) return {};
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const code = 'code' in cause ? String(cause.code) : undefined;
  return {
    error: cause.name,
    errorCode: code,
    stack: frames.slice(0, 8).map((line) => line.trim()),
  };
}
