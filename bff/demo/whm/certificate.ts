import { X509Certificate } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import { readIfThere, replaceFile } from './state-file.ts'

const NAME = 'whm-certificate.json'
const YEARS = 10
const YEAR_MS = 365 * 86_400_000

/** A self-signed certificate and its key, both PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
  /** SHA-256 of the certificate: hex, lower case, no colons. */
  readonly fingerprint: string
}

/** The certificate kept in a directory as long as it fits the names and the date, else a new one. Without a directory it is always new. */
export async function certificateFor(
  hostNames: readonly string[],
  directory: string | undefined,
  now: number,
): Promise<Certificate> {
  const names = [...new Set(['localhost', '127.0.0.1', ...hostNames])]
  if (directory === undefined) return make(names, now)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, NAME)
  const kept = keptCertificate(readIfThere(path), names, now)
  if (kept !== undefined) return kept
  const made = await make(names, now)
  replaceFile(path, JSON.stringify({ key: made.key, cert: made.cert }))
  return made
}

function keptCertificate(
  text: string | undefined,
  names: readonly string[],
  now: number,
): Certificate | undefined {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { key, cert }: { key?: unknown; cert?: unknown } = value
    if (typeof key !== 'string' || typeof cert !== 'string') return undefined
    const parsed = new X509Certificate(cert)
    const fits = names.every((name) => (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)))
    const fresh = Date.parse(parsed.validTo) > now + 30 * 86_400_000
    return fits && fresh ? { key, cert, fingerprint: fingerprintOf(parsed) } : undefined
  } catch {
    return undefined
  }
}

async function make(names: readonly string[], now: number): Promise<Certificate> {
  const made = await generate([{ name: 'commonName', value: names.at(-1) ?? 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - 86_400_000),
    notAfterDate: new Date(now + YEARS * YEAR_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) =>
          isIP(name) ? { type: 7 as const, ip: name } : { type: 2 as const, value: name },
        ),
      },
    ],
  })
  const fingerprint = fingerprintOf(new X509Certificate(made.cert))
  return { key: made.private, cert: made.cert, fingerprint }
}

function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase()
}
