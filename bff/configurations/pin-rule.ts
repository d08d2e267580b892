import { X509Certificate } from 'node:crypto'
import { type Refusal, refused } from '../contract/refusal.ts'
import type { Pin } from '../contract/resources.ts'

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem)
    return true
  } catch {
    return false
  }
}

/**
 * Whether a pin can be used. An authority is one certificate or several and nothing besides: a key that was pasted with
 * it would be kept in clear and shown to everybody who may read the configuration. Pure.
 */
export function isUsablePin(pin: Pin | null | undefined): boolean {
  if (pin === undefined || pin === null || !('ca' in pin)) return true
  const blocks = pin.ca.match(CERTIFICATES) ?? []
  return (
    blocks.length > 0 &&
    pin.ca.replaceAll(CERTIFICATES, '').trim() === '' &&
    blocks.every(isCertificate)
  )
}

/** The refusal of a pin that cannot be used, at its field. */
export function pinRefused(): Refusal {
  return refused('input_invalid', {
    faults: [{ pointer: '/pin/ca', code: 'certificate', params: {} }],
  })
}
