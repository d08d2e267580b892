import { createHash, X509Certificate } from 'node:crypto'
import { generate } from 'selfsigned'

/** A certificate with its key, PEM, and what a pin may name of it. */
export interface Made {
  readonly key: string
  readonly publicKey: string
  readonly cert: string
  readonly fingerprint: string
  /** `sha256/` and base64, worked out here from the key itself and by nobody else's code. */
  readonly spki: string
}

export interface Wanted {
  readonly name?: string
  /** The key of another one: this is its renewal. */
  readonly keyOf?: Made
  /** Who signs it; itself unless told. */
  readonly by?: Made
  readonly isAuthority?: boolean
  /** From when and until when; a year from yesterday on unless told. */
  readonly valid?: readonly [Date, Date]
}

const DAY = 86_400_000

/** Makes one. It is for servers alone unless it is an authority, as the certificates of real servers are. */
export async function makeCertificate(wanted: Wanted = {}): Promise<Made> {
  const { name = 'localhost', keyOf, by, isAuthority = false } = wanted
  const [from, until] = wanted.valid ?? [
    new Date(Date.now() - DAY),
    new Date(Date.now() + 365 * DAY),
  ]
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: from,
    notAfterDate: until,
    extensions: [
      { name: 'basicConstraints', cA: isAuthority },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
    ...(keyOf === undefined
      ? {}
      : { keyPair: { privateKey: keyOf.key, publicKey: keyOf.publicKey } }),
    ...(by === undefined ? {} : { ca: { key: by.key, cert: by.cert } }),
  })
  const der = Buffer.from(made.public.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
  return {
    key: made.private,
    publicKey: made.public,
    cert: made.cert,
    fingerprint: new X509Certificate(made.cert).fingerprint256,
    spki: `sha256/${createHash('sha256').update(der).digest('base64')}`,
  }
}
