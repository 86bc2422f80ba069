import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { printDrafts, type DayDraft } from '../day/drafts';
import { keepSealedFiles } from '../day/issue';
import { areOnServer, expectDecided, takeBooksBack } from './line-back';
import { putUpHub, type HubDays } from './office';
import { fewRounds, tenRounds, type Round } from './papers';
import { draft, morning, numberAndSeal, receive, sign } from './rounds';
import { signByStick, startHubAgain } from './stick';

const SEALED = 'qua-tram';

/**
 * The second act: the office goes on without the province, each at their own PC, through the hub on the clerk's; then the
 * line comes back. The clocks go on as they are: a day is told by a round of work between two starts of the PCs that are worked at.
 *
 * @param dataDir the server's
 * @returns did everything hold?
 */
export async function playHubDays(
  office: HubDays,
  { dataDir, isShort }: { readonly dataDir: string; readonly isShort: boolean },
): Promise<boolean> {
  const { day } = office;
  const { evidence, tokens } = day;
  const { step, picture } = evidence;
  const rounds = isShort ? fewRounds : tenRounds;
  const plans = rounds.flatMap(({ outgoing }) => outgoing);
  const drafts = tokens ? ((await printDrafts(day.a, plans)) ?? []) : [];
  await putUpHub(office);
  await step('the province goes away', day.cutLine);
  for (const [at, round] of rounds.entries()) {
    const name = `round ${at + 1} of ${rounds.length}`;
    await step(`${name}: PCs are switched off and on (the clocks go on as they are)`, () =>
      morning(office, round),
    );
    await playRound(office, name, round, drafts);
  }
  await picture(day.clerkA.page(), 'van-thu-qua-tram');
  await step('the line comes back: the province decides everything, no mark is left', async () => {
    await day.restoreLine();
    await expectDecided(office, drafts);
  });
  await picture(day.leaderA.page(), 'co-mang-lai');
  await step('the clerk takes both books back from the hub', () => takeBooksBack(office));
  await picture(day.clerkA.page(), 'nhan-lai-so');
  const areValid = await keepSealedFiles(day, drafts, {
    papers: SEALED,
    verdicts: `pdfsig-${SEALED}.txt`,
  });
  const saved = readdirSync(evidence.folder).filter(
    (name) => name.startsWith(SEALED) && name.endsWith('.pdf'),
  );
  const areSame = await step('the server holds the same bytes', () =>
    areOnServer(
      office,
      dataDir,
      saved.map((name) => join(evidence.folder, name)),
    ),
  );
  if (!areSame) console.error('the server does not hold the bytes that the clerk’s PC saved');
  return areValid && areSame && saved.length === drafts.length;
}

async function playRound(
  office: HubDays,
  name: string,
  { incoming, outgoing, isByStick }: Round,
  drafts: readonly DayDraft[],
): Promise<void> {
  const { tokens, evidence } = office.day;
  for (const paper of incoming)
    await evidence.step(`${name}: ${paper.code} comes in; the hub numbers it`, () =>
      receive(office, paper),
    );
  for (const { subject } of outgoing) {
    const paper = drafts.find((one) => one.subject === subject);
    if (!paper || !tokens) continue;
    if (isByStick) await office.day.leaderA.switchOff();
    await evidence.step(`${name}: “${subject}” is drafted and agreed with on a shared PC`, () =>
      draft(office, paper),
    );
    if (isByStick) {
      await evidence.step(
        `${name}: the hub stops; the paper goes on a stick to the Chairman, who signs it where he is, and back`,
        () => signByStick(office, paper, tokens),
      );
      await evidence.step(`${name}: the clerk’s PC is switched on again, and the hub with it`, () =>
        startHubAgain(office),
      );
    } else {
      await evidence.step(`${name}: the Chairman signs it at his PC`, () =>
        sign(office, paper, tokens),
      );
    }
    await evidence.step(`${name}: the hub numbers it, văn thư seals it at hers`, () =>
      numberAndSeal(office, paper, tokens),
    );
  }
}
