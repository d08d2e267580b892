import { createHash, X509Certificate } from 'node:crypto'
import { isIP, type LookupFunction } from 'node:net'
import { type ConnectionOptions, connect, type PeerCertificate, type TLSSocket } from 'node:tls'
import type { Certificate, Pin } from '../../contract/resources.ts'

/** The server's certificate is not the one that was pinned. */
export class PinMismatch extends Error {
  readonly code = 'PIN_MISMATCH'
  override readonly name = 'PinMismatch'
}

/** A server did not shake hands in time. */
export class HandshakeTimeout extends Error {
  readonly code = 'HANDSHAKE_TIMEOUT'
  override readonly name = 'HandshakeTimeout'
}

/** Digest of a certificate's public key, as a pin names it. */
function spkiOf(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
  return `sha256/${createHash('sha256').update(spki).digest('base64')}`
}

/** What a server presents, for a person to compare. */
export function describeCertificate(der: Buffer): Certificate {
  const certificate = new X509Certificate(der)
  return {
    fingerprint: certificate.fingerprint256,
    spki: spkiOf(certificate),
    subject: certificate.subject,
    issuer: certificate.issuer,
    valid_to: new Date(certificate.validTo).toISOString(),
  }
}

/**
 * Fetches the certificate a server presents, with verification on: the handshake may well fail, the certificate was
 * seen all the same. Sends nothing.
 *
 * @param timeout milliseconds for all of it
 * @param lookup resolves the host, refusing addresses that may not be connected to
 */
export function presentedCertificate(
  host: string,
  port: number,
  timeout: number,
  lookup: LookupFunction,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let seen: Buffer | undefined
    const socket: TLSSocket = connect({
      host,
      port,
      lookup,
      ...(isIP(host) === 0 ? { servername: host } : {}),
    })
    // Not the socket's own time-out: that begins anew with every byte.
    const late = setTimeout(
      () => socket.destroy(new HandshakeTimeout('no handshake in time')),
      timeout,
    )
    // Node emits this once the handshake is through and before it acts on what verification found.
    socket.prependListener('secure', () => {
      const { raw }: Partial<PeerCertificate> = socket.getPeerCertificate()
      if (raw !== undefined) seen = Buffer.from(raw)
    })
    socket.once('secureConnect', () => socket.destroy())
    socket.once('error', (error) => (seen === undefined ? reject(error) : resolve(seen)))
    socket.once('close', () => {
      clearTimeout(late)
      if (seen === undefined) reject(new Error('no certificate was presented'))
      else resolve(seen)
    })
  })
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** What a pin adds to a connection's options. */
export type PinOptions = Pick<
  ConnectionOptions,
  'ca' | 'allowPartialTrustChain' | 'checkServerIdentity'
>

/** Whether a certificate is the pinned one, or has the pinned key. */
function fits(pin: Exclude<Pin, { ca: string }>, der: Buffer): boolean {
  const certificate = new X509Certificate(der)
  return 'spki' in pin
    ? spkiOf(certificate) === pin.spki
    : certificate.fingerprint256 === pin.fingerprint
}

function mismatch(pin: Exclude<Pin, { ca: string }>): PinMismatch {
  return new PinMismatch(
    'spki' in pin
      ? 'the server has another key than the pinned one'
      : 'the server presents another certificate than the pinned one',
  )
}

/**
 * TLS options for a pin. Verification stays on in every case: a CA replaces the public ones; a fingerprint or a key makes
 * the one certificate that has it its own authority, whatever name it was issued for. What is pinned is then who the server
 * is; that it holds the key, and that the certificate has not run out, is checked as ever.
 *
 * @throws {PinMismatch} the server presents another certificate, or one with another key
 */
export async function pinnedOptions(
  host: string,
  port: number,
  pin: Pin | undefined,
  timeout: number,
  lookup: LookupFunction,
): Promise<PinOptions> {
  if (pin === undefined) return {}
  if ('ca' in pin) return { ca: pin.ca }
  const der = await presentedCertificate(host, port, timeout, lookup)
  if (!fits(pin, der)) throw mismatch(pin)
  return {
    ca: pem(der),
    allowPartialTrustChain: true,
    checkServerIdentity: (_name, certificate) =>
      fits(pin, certificate.raw) ? undefined : mismatch(pin),
  }
}
