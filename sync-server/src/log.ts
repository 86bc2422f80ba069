import { pino, type Logger } from 'pino';

/** One JSON line an event, on standard error; standard output is for the ready line. No bodies, names or tokens. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

export const createLog = (level: string): Log =>
  pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  );

/** For tests and tools that print their own words. */
export const silentLog: Log = pino({ level: 'silent' });
