import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSegment } from '@shared/sync/journal-codec';

interface SegmentReport {
  readonly segment: string;
  readonly bytes: number;
  readonly frames: number;
  readonly state: 'whole' | 'torn' | 'damaged';
}

const NOT_CHECKED = 'contents, outcomes and chain are sealed by the key of the workstation';

/**
 * `journal check <folder> [--json]`: frames and checksums of every segment, and whether one is missing between two.
 * Without the key of the workstation it cannot look further, and says so. Reads only.
 */
export async function runJournal(args: readonly string[]): Promise<number> {
  if (args[0] === 'import')
    return (await import('./journal-import')).runJournalImport(args.slice(1));
  const asJson = args.includes('--json');
  const [act, folder] = args.filter((arg) => !arg.startsWith('--'));
  if (act !== 'check' || folder === undefined) {
    console.error('usage: cli journal check <folder> [--json] | journal import <file> …');
    return 2;
  }
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    console.error(`${folder} is no folder`);
    return 2;
  }
  const names = readdirSync(folder)
    .filter((name) => /^\d{8}\.jnl$/.test(name))
    .toSorted((a, b) => a.localeCompare(b));
  if (names.length === 0) {
    console.error(`${folder} holds no journal`);
    return 2;
  }
  const segments = names.map((name) => checkSegment(folder, name));
  const findings = findingsOf(segments);
  if (asJson) {
    console.log(JSON.stringify({ folder, segments, findings, notChecked: NOT_CHECKED }));
  } else {
    for (const { segment, bytes, frames, state } of segments)
      console.log(`${segment}  ${bytes} bytes, ${frames} frames, ${state}`);
    for (const finding of findings) console.log(`finding: ${finding}`);
    console.log(`not checked: ${NOT_CHECKED}`);
  }
  return findings.length === 0 ? 0 : 1;
}

function checkSegment(folder: string, name: string): SegmentReport {
  const bytes = readFileSync(join(folder, name));
  const { state, payloads } = decodeSegment(bytes);
  return { segment: name.slice(0, 8), bytes: bytes.length, frames: payloads.length, state };
}

/** A torn end is a finding only where something was written behind it. */
function findingsOf(segments: readonly SegmentReport[]): readonly string[] {
  return segments.flatMap(({ segment, state }, place) => {
    const next = segments[place + 1];
    const found: string[] = [];
    if (state === 'damaged') found.push(`segment ${segment} is damaged`);
    if (state === 'torn' && next) found.push(`segment ${segment} ends in the middle`);
    if (next && Number(next.segment) !== Number(segment) + 1)
      found.push(`a segment is missing between ${segment} and ${next.segment}`);
    return found;
  });
}
