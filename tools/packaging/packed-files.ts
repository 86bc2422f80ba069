/**
 * What may lie in the packed program, by pattern; whatever no pattern names is a finding. Paths are relative to the
 * archive, with `/`.
 */
const allowed: readonly RegExp[] = [
  /^package\.json$/,
  /^out\/main\/(index|[a-z-]+-worker)\.js$/,
  /^out\/main\/chunks\/[\w.-]+\.js$/,
  /^out\/main\/migrations\/\d{4}[\w-]+\.sql$/,
  /^out\/preload\/(index|signing|comparison)\.js$/,
  /^out\/renderer\/(index|signing|comparison)\.html$/,
  /^out\/renderer\/assets\/[\w.-]+\.(js|mjs|css|woff2|svg|png)$/,
  /^out\/renderer\/pdfjs\/cmaps\/([\w-]+\.bcmap|LICENSE)$/,
  /^out\/renderer\/pdfjs\/standard_fonts\/([\w-]+\.(pfb|ttf)|LICENSE_(FOXIT|LIBERATION))$/,
  /^out\/renderer\/pdfjs\/wasm\/([\w-]+\.(wasm|js)|LICENSE_[A-Z0-9_-]+)$/,
  /^resources\/fonts\/(Liberation[\w-]+\.ttf|LICENSE-[\w-]+\.txt)$/,
  /^resources\/trust\/package-key\.pem$/,
  /^node_modules\/pkcs11js\/(package\.json|index\.js|LICENSE|build\/Release\/pkcs11\.node)$/,
];

/** Without these the program does not start, sign or show a page. */
const needed: readonly string[] = [
  'package.json',
  'out/main/index.js',
  'out/main/text-worker.js',
  'out/main/pades-worker.js',
  'out/main/token-worker.js',
  'out/main/software-key-worker.js',
  'out/main/hub-worker.js',
  'out/preload/index.js',
  'out/preload/signing.js',
  'out/preload/comparison.js',
  'out/renderer/index.html',
  'out/renderer/signing.html',
  'out/renderer/comparison.html',
  'resources/fonts/LiberationSerif-Regular.ttf',
  'resources/fonts/LiberationSerif-Italic.ttf',
  'node_modules/pkcs11js/build/Release/pkcs11.node',
];

/** Never packed, wherever it would lie; also holds when a pattern above is widened. */
const FORBIDDEN =
  /\.map$|\.tsx?$|\.tsbuildinfo$|(^|\/)(src|tests?|tools|docs|sync-server|server|electron-host)(\/|$)|readme/i;

/** Files that nobody allowed, and files that are missing, as sentences. */
export function fileFindings(paths: readonly string[]): readonly string[] {
  return [
    ...paths
      .filter((path) => FORBIDDEN.test(path) || !allowed.some((pattern) => pattern.test(path)))
      .map((path) => `${path} does not belong to the program`),
    ...needed.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
  ];
}

interface Library {
  readonly name: string;
  /** A text that stands once in the library's code and survives minifying. */
  readonly marker: string;
  /** Copies in `out/main`, and in `out/renderer`: each process holds its own. */
  readonly copies: readonly [main: number, page: number];
}

/** The big libraries. When an upgrade rewords a marker, its count falls to 0 and another is to be chosen. */
const libraries: readonly Library[] = [
  { name: 'pdf.js, reading', marker: 'Invalid PDF structure.', copies: [1, 1] },
  {
    name: 'pdf.js, drawing',
    marker: 'Cannot use more than one PDFWorker per port.',
    copies: [1, 1],
  },
  { name: 'zod', marker: 'Unmergable intersection', copies: [1, 1] },
  { name: 'pkijs', marker: 'CertID.hashAlgorithm', copies: [1, 0] },
  { name: 'asn1js', marker: 'Built-in identifier encoding failed', copies: [1, 0] },
  { name: 'React', marker: 'React.Children.only', copies: [0, 1] },
  { name: 'React DOM', marker: '__reactContainer$', copies: [0, 1] },
  { name: 'Mantine', marker: 'mantine-color-scheme-value', copies: [0, 1] },
  { name: 'RxDB', marker: 'COL23', copies: [0, 1] },
  { name: 'Dexie', marker: 'Another connection wants to delete database ', copies: [0, 1] },
  { name: 'RxJS', marker: 'errors occurred during unsubscription', copies: [0, 1] },
  { name: 'PouchDB', marker: 'stored database is a higher version', copies: [0, 1] },
];

/** Libraries that stand more or less often than each process needs, as sentences. */
export function copyFindings(scripts: ReadonlyMap<string, string>): readonly string[] {
  return libraries.flatMap(({ name, marker, copies: [main, page] }) =>
    [
      ['out/main/', main] as const,
      ['out/preload/', 0] as const,
      ['out/renderer/', page] as const,
    ].flatMap(([folder, expected]) => {
      const holders = [...scripts]
        .filter(([path]) => path.startsWith(folder))
        .flatMap(([path, text]) => Array<string>(text.split(marker).length - 1).fill(path));
      if (holders.length === expected) return [];
      const where = holders.length === 0 ? '' : `: ${holders.join(', ')}`;
      return [`${name} stands ${holders.length} times in ${folder}, not ${expected}${where}`];
    }),
  );
}
