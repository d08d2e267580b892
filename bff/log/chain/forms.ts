import { createHash } from 'node:crypto'
import type { StoredEntry, StoredSeal } from '../../../db/evidence-rows.ts'

/** An entry as its digests see it: read from the database, or from an export. */
export type EntryFacts = StoredEntry

/** Parts of an entry that can be erased for themselves: who acted and why, and what was said. */
export const PARTS = ['who', 'what'] as const
export type Part = (typeof PARTS)[number]

/**
 * SHA-256, base64url, of a JSON array of strings, whole numbers and nulls as `JSON.stringify` writes it: for these that is
 * the canonical form of RFC 8785. The first element names form and version, so that no two forms are ever equal.
 */
function digestOf(parts: readonly (string | number | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/**
 * Digest of a part of an entry. Salted, so that what was erased cannot be guessed from what is left.
 *
 * @param salt 16 random bytes, base64url; erased with the part
 */
export function partDigest(part: Part, salt: string, entry: EntryFacts): string {
  return part === 'who'
    ? digestOf(['provision/log-who/v1', salt, entry.actor, entry.reason])
    : digestOf(['provision/log-what/v1', salt, entry.params, entry.detail])
}

/** Digest of a whole entry, which holds its parts by their digests alone. */
export function entryDigest(entry: EntryFacts, who: string, what: string): string {
  return digestOf([
    'provision/log-entry/v1',
    entry.id,
    entry.tenant,
    entry.service,
    entry.at,
    entry.level,
    entry.role,
    entry.action,
    entry.operation,
    entry.duration_ms,
    entry.code,
    entry.client_visible,
    who,
    what,
  ])
}

/** What a chain's first link follows. */
export function beginningOf(tenant: string): string {
  return digestOf(['provision/log-chain/v1', tenant])
}

/** Hash of a link: it holds the one before it. */
export function linkHash(
  tenant: string,
  link: Pick<StoredSeal, 'seq' | 'entry' | 'sealed_at' | 'caught_up_at' | 'digest' | 'prev'>,
): string {
  return digestOf([
    'provision/log-link/v1',
    tenant,
    link.seq,
    link.entry,
    link.sealed_at,
    link.caught_up_at,
    link.digest,
    link.prev,
  ])
}

/** What an entry looks like once a part of it is erased. */
export function erasedForm(entry: EntryFacts, part: Part): Partial<EntryFacts> {
  return part === 'who'
    ? { actor: JSON.stringify({ role: entry.role, label: '' }), reason: null }
    : { params: JSON.stringify({ action: entry.action }), detail: null }
}

/** One part that was erased: its entry, which part, and the digest that stands for it. */
export type Erased = readonly [entry: string, part: string, digest: string]

/** Digest of everything one erasing has erased: the entry that tells of it holds this, and so does the chain. */
export function erasureDigest(erased: readonly Erased[]): string {
  const lines = erased.map((one) => JSON.stringify(one)).sort()
  return digestOf(['provision/log-erasure/v1', ...lines])
}

/** Code of the entry that tells of an erasing; its parameter `digest` is the `erasureDigest`. */
export const ERASURE_CODE = 'log.person.erased'
