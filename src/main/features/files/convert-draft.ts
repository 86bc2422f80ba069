import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { err, ok, type Result } from '@shared/kernel/result';

const run = promisify(execFile);
const LIMIT_MS = 90_000;

export type ConvertFailure = {
  readonly code: 'files.conversion-missing' | 'files.conversion-failed';
};

/**
 * Makes a PDF of a .docx draft with what the PC has: Microsoft Word by automation on Windows, else LibreOffice. Without
 * either, the user is told how to save as PDF. The draft lies in a folder of its own for the time of the conversion.
 */
export async function convertDraft(docx: Uint8Array): Promise<Result<Uint8Array, ConvertFailure>> {
  const folder = await mkdtemp(join(tmpdir(), 'tcv-draft-'));
  try {
    const source = join(folder, 'draft.docx');
    const target = join(folder, 'draft.pdf');
    await writeFile(source, docx, { mode: 0o600 });
    if (process.platform === 'win32' && (await convertWithWord(source, target))) {
      return ok(await readFile(target));
    }
    const program = findLibreOffice();
    if (!program) return err({ code: 'files.conversion-missing' });
    const profile = pathToFileURL(join(folder, 'profile')).href;
    await run(
      program,
      [
        `-env:UserInstallation=${profile}`,
        '--headless',
        '--convert-to',
        'pdf',
        '--outdir',
        folder,
        source,
      ],
      { timeout: LIMIT_MS },
    );
    return ok(await readFile(target));
  } catch {
    return err({ code: 'files.conversion-failed' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** 17 = wdFormatPDF. The document is opened read-only, with macros off and no questions asked. */
const WORD_SCRIPT = `
$word = New-Object -ComObject Word.Application
$word.Visible = $false; $word.DisplayAlerts = 0; $word.AutomationSecurity = 3
try { $doc = $word.Documents.Open($args[0], $false, $true); $doc.SaveAs([ref]$args[1], [ref]17); $doc.Close($false) }
finally { $word.Quit() }`;

async function convertWithWord(source: string, target: string): Promise<boolean> {
  try {
    await run(
      'powershell.exe',
      ['-NoProfile', '-NonInteractive', '-Command', `& { ${WORD_SCRIPT} }`, source, target],
      { timeout: LIMIT_MS },
    );
    return existsSync(target);
  } catch {
    return false;
  }
}

function findLibreOffice(): string | undefined {
  const places =
    process.platform === 'win32'
      ? [
          String.raw`C:\Program Files\LibreOffice\program\soffice.exe`,
          String.raw`C:\Program Files (x86)\LibreOffice\program\soffice.exe`,
        ]
      : ['/usr/bin/soffice', '/usr/local/bin/soffice', '/snap/bin/libreoffice'];
  return places.find((place) => existsSync(place));
}
