import { readForm, type FormTree } from '../../reader/form';
import { dictOf, isKind, rawEntry } from '../../reader/objects';
import { walkPageTree } from '../../reader/pages';
import type { PdfFile, PdfView } from '../../reader/pdf-file';
import { PdfProblem, readingPdf } from '../../reader/problem';
import { compareCatalogs, compareForms, comparePages, compareTrailers } from './compare-document';
import { compareFields } from './compare-fields';
import { findUnexplainedByte } from './explained-bytes';
import { differingKeys, type Comparison } from './same';
import type { Difference } from './step';

/**
 * Everything that differs between a revision and the next one (V-7).
 *
 * Two graphs are walked side by side from their trailers. Pages, fields, catalogue and form have rules that name what
 * may change; every other path must lead to the same objects with the same values. An object on a permitted path that
 * is also reached by another one is compared there too, so it must satisfy the rule on every path (attacks 16, 17).
 */
export function compareRevisions(
  file: PdfFile,
  newerIndex: number,
  budget: Comparison['budget'],
): readonly Difference[] {
  const differences: Difference[] = [];
  const report = (difference: Difference) => differences.push(difference);
  const revision = file.revisions[newerIndex];
  const loose = revision && findUnexplainedByte(file, revision);
  if (loose !== undefined) {
    report({ kind: 'violation', code: 'change.unexplained-bytes', where: `byte ${loose}` });
  }
  const walked = readingPdf(() => {
    const older = describe(file.at(newerIndex - 1));
    const newer = describe(file.at(newerIndex));
    const comparison: Comparison = {
      file,
      older: older.view,
      newer: newer.view,
      structural: new Set([...older.structural, ...newer.structural]),
      budget,
    };
    const forms = { older: older.form, newer: newer.form };
    const seen = new Set<number>();
    compareTrailers(comparison, report);
    compareCatalogs(comparison, seen, report);
    compareForms(comparison, forms, report);
    compareFields(comparison, forms, report);
    comparePageTrees(comparison, { older, newer }, { seen, forms, report });
  });
  if (!walked.ok) {
    if (walked.error.code === 'pdf.limit') throw new PdfProblem(walked.error);
    report({ kind: 'violation', code: 'change.page-tree', where: walked.error.code });
  }
  return differences;
}

interface Described {
  readonly view: PdfView;
  readonly form: FormTree;
  readonly tree: ReturnType<typeof walkPageTree>;
  readonly structural: ReadonlySet<number>;
}

function describe(view: PdfView): Described {
  const form = readForm(view);
  const tree = walkPageTree(view);
  const root = rawEntry(view.trailer, 'Root');
  const structural = new Set([...tree.nodes, ...form.nodes]);
  if (isKind(root, 'ref')) structural.add(root.num);
  if (form.ref) structural.add(form.ref.num);
  return { view, form, tree, structural };
}

function comparePageTrees(
  comparison: Comparison,
  trees: { readonly older: Described; readonly newer: Described },
  context: Parameters<typeof comparePages>[2],
): void {
  const older = trees.older.tree;
  const newer = trees.newer.tree;
  const numbers = (tree: typeof older): string => tree.pages.map(({ ref }) => ref.num).join(' ');
  if (numbers(older) !== numbers(newer)) {
    const where = `${older.pages.length} → ${newer.pages.length}`;
    context.report({ kind: 'violation', code: 'change.page-tree', where });
    return;
  }
  older.pages.forEach((page, i) => {
    const other = newer.pages[i];
    if (other)
      comparePages(comparison, { older: page, newer: other, label: `page ${i + 1}` }, context);
  });
  const leaves = new Set(older.pages.map(({ ref }) => ref.num));
  for (const num of older.nodes) {
    if (leaves.has(num)) continue;
    const was = dictOf(comparison.older.find(num)?.value);
    const is = dictOf(comparison.newer.find(num)?.value);
    const isEqual =
      was && is && differingKeys(comparison, was, is, { seen: context.seen }).length === 0;
    if (!isEqual) {
      context.report({ kind: 'violation', code: 'change.page-tree', where: `object ${num}` });
    }
  }
}
