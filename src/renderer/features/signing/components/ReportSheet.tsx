import type {
  SignatureReport,
  VerificationReport,
} from '@shared/domain/signing/verification-report';
import { formatInstant } from '@shared/i18n/format';
import { t } from '@shared/i18n/translate';
import { changesInWords } from '../changed-places';

interface ReportSheetProps {
  readonly fileName: string;
  readonly report: VerificationReport;
}

/** The verdict as it is filed with the paper: nothing on it but the report, so the same report gives the same sheet (V-16). */
export function ReportSheet({ fileName, report }: ReportSheetProps) {
  return (
    <div className="print-report">
      <h1>{t('signing.report.title')}</h1>
      <p className="centred">
        {t('signing.verify.checkedAt', { at: formatInstant(report.checkedAt) })}
      </p>
      <Rows
        rows={[
          ['file', fileName],
          ['sha256', report.sha256],
          [
            'size',
            t('signing.report.sizeText', { size: report.size, revisions: report.revisions }),
          ],
          ['verdict', t(`signing.verdict.${report.verdict}`)],
          ['reasons', report.reasons.map(({ code }) => t(`signing.reason.${code}`)).join(' ')],
        ]}
      />
      {report.signatures.map((signature, index) => (
        <div key={signature.field}>
          <p>
            <strong>
              {index + 1}
              {'. '}
              {t(`signing.kind.${signature.kind}`)}
              {': '}
              {t(`signing.verdict.${signature.verdict}`)}
            </strong>
          </p>
          <Rows rows={rowsOf(signature)} />
        </div>
      ))}
    </div>
  );
}

type Row = readonly [label: keyof typeof labels, text: string | null];

const labels = {
  file: t('signing.report.file'),
  sha256: t('signing.report.sha256'),
  size: t('signing.report.size'),
  verdict: t('signing.report.verdict'),
  reasons: t('signing.report.reasons'),
  signer: t('signing.report.signer'),
  certificate: t('signing.report.certificate'),
  time: t('signing.report.time'),
  content: t('signing.report.content'),
  after: t('signing.report.after'),
  trust: t('signing.report.trust'),
};

/** What is not known is left out. */
function Rows({ rows }: { readonly rows: readonly Row[] }) {
  return (
    <table>
      <tbody>
        {rows.map(([label, text]) =>
          text === null || text === '' ? null : (
            <tr key={label}>
              <th scope="row">{labels[label]}</th>
              <td>{text}</td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}

function rowsOf(signature: SignatureReport): readonly Row[] {
  const { certificate, changes, claimedTime, provenTime, revocation } = signature;
  return [
    ['signer', [signature.signer, certificate?.organization].filter(Boolean).join(', ')],
    [
      'certificate',
      certificate &&
        t('signing.report.certificateText', {
          issuer: certificate.issuer ?? '',
          serial: certificate.serial,
          from: formatInstant(certificate.notBefore),
          to: formatInstant(certificate.notAfter),
          algorithm: signature.algorithm ?? '',
        }),
    ],
    [
      'time',
      provenTime === null
        ? claimedTime && t('signing.report.claimed', { at: formatInstant(claimedTime) })
        : t('signing.report.proven', { at: formatInstant(provenTime) }),
    ],
    [
      'content',
      [
        t(`signing.integrity.${signature.integrity}`),
        t(signature.coversWholeFile ? 'signing.report.whole' : 'signing.report.part', {
          field: signature.field,
        }),
      ].join(' '),
    ],
    ['after', [t(`signing.changes.${changes}`), ...changesInWords(signature)].join(' ')],
    [
      'trust',
      [
        t(`signing.trust.${signature.trust}`),
        revocation
          ? t('signing.report.revocation', {
              kind: revocation.kind.toUpperCase(),
              source: t(`signing.report.source.${revocation.source}`),
              at: formatInstant(revocation.thisUpdate),
            })
          : t('signing.report.noRevocation'),
      ].join(' '),
    ],
    [
      'reasons',
      signature.reasons
        .filter(({ code }) => !code.startsWith('change.'))
        .map(({ code }) => t(`signing.reason.${code}`))
        .join(' '),
    ],
  ];
}
