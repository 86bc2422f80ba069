/** What the signing window may ask, and nothing else; the main page has none of these. */
export const signingChannels = [
  'signing.describe',
  'signing.openDocument',
  'signing.pageShown',
  'signing.listCertificates',
  'signing.sign',
  'signing.skip',
  'signing.returnDocument',
  'signing.describeProof',
  'signing.prove',
  'signing.describeKeyWork',
  'signing.doKeyWork',
  'signing.stop',
  'signing.close',
] as const;
export type SigningChannel = (typeof signingChannels)[number];

/** What main announces to the signing window; the window then asks. */
export const signingEventNames = ['signing.changed'] as const;
export type SigningEventName = (typeof signingEventNames)[number];
