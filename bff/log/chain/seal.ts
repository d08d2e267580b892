import { randomBytes } from 'node:crypto'
import { type Database, isGuardFailed } from '../../../db/connect.ts'
import { BROKEN, type StoredEntry, type StoredSeal } from '../../../db/evidence-rows.ts'
import { chainOf, entriesUnsealed, sealed, tenantsUnsealed } from '../../../db/seals.ts'
import type { Clock } from '../../contract/clock.ts'
import type { TenantId } from '../../contract/ids.ts'
import { beginningOf, entryDigest, linkHash, partDigest } from './forms.ts'

/** How sealing goes on in time, in milliseconds. */
export interface SealTimings {
  /** How often entries that wait are looked for: within so long an entry is in its chain. */
  readonly seal_every: number
  /** How long a process that has sealed a tenant's entries alone seals them. */
  readonly seal_lease: number
  /** How often the end of a chain that has grown is signed. */
  readonly head_every: number
  /** How often what was kept long enough is looked for. */
  readonly retain_every: number
}

export interface SealDeps {
  readonly db: Database
  readonly clock: Clock
}

/** Where a chain ends, and what is known of its queue. */
export interface ChainEnd {
  readonly seq: number
  readonly hash: string
  readonly sealed_at: number
  readonly caught_up_at: number
}

/** Entries one write seals. */
const BATCH = 200
/** How often a batch is made anew because somebody else has sealed in between. */
const TRIES = 8

const salt = () => randomBytes(16).toString('base64url')

/** The links for entries, in their order, behind the end of a chain. Pure but for the salts. */
export function linksFor(
  tenant: TenantId,
  end: ChainEnd,
  entries: readonly StoredEntry[],
  now: number,
): StoredSeal[] {
  let { seq, hash } = end
  // Time never runs backward in a chain, whatever a clock does.
  const sealed_at = Math.max(now, end.sealed_at)
  return entries.map((entry) => {
    const who_salt = salt()
    const what_salt = salt()
    seq += 1
    const link = {
      seq,
      entry: entry.id,
      sealed_at,
      caught_up_at: end.caught_up_at,
      who_salt,
      what_salt,
      digest: entryDigest(
        entry,
        partDigest('who', who_salt, entry),
        partDigest('what', what_salt, entry),
      ),
      prev: hash,
    }
    hash = linkHash(tenant, link)
    return { ...link, hash }
  })
}

export interface SealOptions {
  /** Of this process and no other. */
  readonly owner: string
  readonly lease: number
  /** Seals although another process has the lease: where somebody waits for it. */
  readonly urgent: boolean
  /** When the tenant's queue was last seen empty; 0 if that is not known. */
  readonly empty_at: number
}

/** @returns how many were sealed; undefined when somebody else seals here */
async function sealBatch(
  { db, clock }: SealDeps,
  tenant: TenantId,
  { owner, lease, urgent, empty_at }: SealOptions,
): Promise<number | undefined> {
  const now = clock.now()
  const row = await chainOf(db, tenant)
  if (row !== undefined && row.owner !== owner && row.lease_until > now && !urgent) return undefined
  const found = await entriesUnsealed(db, tenant, BATCH)
  // What cannot be read has no digest: it goes on waiting, where it is found.
  const entries = found.flatMap((entry) => (entry === BROKEN ? [] : [entry]))
  if (entries.length === 0) return 0
  const end: ChainEnd = {
    seq: row?.seq ?? 0,
    hash: row?.hash ?? beginningOf(tenant),
    sealed_at: row?.sealed_at ?? 0,
    caught_up_at: Math.max(row?.caught_up_at ?? 0, empty_at),
  }
  const isAll = found.length < BATCH && entries.length === found.length
  await db.write(
    sealed({
      tenant,
      from: end,
      seals: linksFor(tenant, end, entries, now),
      owner,
      now,
      lease_until: now + lease,
      caught_up_at: isAll ? Math.max(end.caught_up_at, now) : end.caught_up_at,
      urgent,
    }),
  )
  return entries.length
}

/**
 * Seals a tenant's entries until none waits. Safe in any number of processes at once, and wherever one dies: a batch is one
 * write, and holds only where the chain still ends as it did when the batch was made.
 *
 * @returns how many were sealed
 */
export async function sealTenant(
  deps: SealDeps,
  tenant: TenantId,
  options: SealOptions,
): Promise<number> {
  let total = 0
  for (let tries = 0; tries < TRIES; ) {
    try {
      const count = await sealBatch(deps, tenant, options)
      if (count === undefined || count === 0) return total
      total += count
      tries = 0
      if (count < BATCH) return total
    } catch (error) {
      // Somebody else has sealed meanwhile: what is left is looked at anew.
      if (!isGuardFailed(error)) throw error
      tries += 1
    }
  }
  return total
}

/** Seals what waits now, for somebody who needs the chain whole. @param tenant all of them unless told */
export async function sealNow(deps: SealDeps, tenant?: TenantId): Promise<void> {
  const owner = `now ${crypto.randomUUID()}`
  const tenants = tenant === undefined ? await tenantsUnsealed(deps.db) : [tenant]
  for (const one of tenants)
    await sealTenant(deps, one, { owner, lease: 0, urgent: true, empty_at: 0 })
}
