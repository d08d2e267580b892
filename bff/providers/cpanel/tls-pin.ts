import { X509Certificate } from 'node:crypto'
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

/** What a server presents, for a person to compare. */
export function describeCertificate(der: Buffer): Certificate {
  const certificate = new X509Certificate(der)
  return {
    fingerprint: certificate.fingerprint256,
    subject: certificate.subject,
    issuer: certificate.issuer,
    valid_to: new Date(certificate.validTo).toISOString(),
  }
}

/**
 * Fetches the certificate a server presents, with verification on: the handshake may well fail, the certificate was
 * seen all the same. Sends nothing.
 *
 * @param timeout milliseconds
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
    socket.setTimeout(timeout, () => socket.destroy(new HandshakeTimeout('no handshake in time')))
    // Node emits this once the handshake is through and before it acts on what verification found.
    socket.prependListener('secure', () => {
      const { raw }: Partial<PeerCertificate> = socket.getPeerCertificate()
      if (raw !== undefined) seen = Buffer.from(raw)
    })
    socket.once('secureConnect', () => socket.destroy())
    socket.once('error', (error) => (seen === undefined ? reject(error) : resolve(seen)))
    socket.once('close', () =>
      seen === undefined ? reject(new Error('no certificate was presented')) : resolve(seen),
    )
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

/**
 * TLS options for a pin. Verification stays on in every case: a CA replaces the public ones; a fingerprint makes that
 * one certificate its own authority, whatever name it was issued for.
 *
 * @throws {PinMismatch} the server presents another certificate
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
  if (describeCertificate(der).fingerprint !== pin.fingerprint)
    throw new PinMismatch('the server presents another certificate than the pinned one')
  return {
    ca: pem(der),
    allowPartialTrustChain: true,
    checkServerIdentity: (_name, certificate) =>
      certificate.fingerprint256 === pin.fingerprint
        ? undefined
        : new PinMismatch('the server presents another certificate than the pinned one'),
  }
}
