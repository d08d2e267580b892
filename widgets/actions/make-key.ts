/** A fresh `Idempotency-Key`. */
export function makeKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  // Pages without TLS have no such function.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}
