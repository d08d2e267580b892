import type { Input } from '../contract/dialect.ts'
import type { Consequences } from '../providers/provider.ts'

/** Key order must not matter: two equal previews have one digest. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`
  }
  return JSON.stringify(value)
}

/**
 * What a confirmation is bound to: action, input, identities, limits, effects; never usage or times (DESIGN §12).
 * Pure. The caller signs it together with its expiry.
 */
export function previewDocument(
  tenant: string,
  service: string,
  action: string,
  input: Input,
  consequences: Consequences,
): string {
  return canonical({
    tenant,
    service,
    action,
    input,
    accounts: [...consequences.accounts]
      .map(({ username, domain, owner, started_at, uid }) => ({
        username,
        domain,
        owner,
        started_at,
        uid,
      }))
      .sort((a, b) => (a.username < b.username ? -1 : 1)),
    limits: consequences.limits,
    effects: consequences.effects,
    irreversible: consequences.irreversible,
  })
}

/** What is compared when the same key comes again: action and input, secrets included. Pure. */
export function inputDocument(
  tenant: string,
  service: string,
  action: string,
  input: Input,
): string {
  return canonical({ tenant, service, action, input })
}

/** `expiry.signature`: the expiry is part of what is signed. */
export function joinDigest(expires_at: number, signature: string): string {
  return `${expires_at.toString(36)}.${signature}`
}

/** @returns undefined for anything that is not one of our digests */
export function splitDigest(
  digest: string,
): { readonly expires_at: number; readonly signature: string } | undefined {
  const match = /^([0-9a-z]{1,11})\.([A-Za-z0-9_-]{20,128})$/.exec(digest)
  if (match?.[1] === undefined || match[2] === undefined) return undefined
  const expires_at = Number.parseInt(match[1], 36)
  return Number.isSafeInteger(expires_at) ? { expires_at, signature: match[2] } : undefined
}
